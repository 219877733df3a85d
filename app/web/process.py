"""One process of the App, from its settings to its drained end: HTTP, worker, or both."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp

from app.jobs.crew import Crew
from app.jobs.logs import set_up_logs
from app.jobs.opening import open_world
from app.settings import Settings
from app.web.application import create_application, create_pages

log = structlog.get_logger("process")


def run_process(*, has_web: bool, has_worker: bool) -> None:
    """Runs until SIGTERM or SIGINT and ends the process with its exit status."""
    settings = Settings()
    settings.require_github()
    set_up_logs(settings.log_format, settings.log_level)
    with asyncio.Runner() as runner:
        status = runner.run(_run(settings, has_web=has_web, has_worker=has_worker))
        # Everything is closed; a thread that waits for git would be waited for, for many minutes.
        os._exit(status)


async def _run(settings: Settings, *, has_web: bool, has_worker: bool) -> int:
    """No new request, then running jobs drained, then the worlds closed."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with open_world(settings, is_whole=has_web and has_worker) as world:
        application = (
            create_application(world, gives_hints=has_worker or bool(settings.redis_url))
            if has_web
            else create_pages(world)
        )
        port = settings.port if has_web else settings.worker_port
        server = Server(application, settings.host, port) if has_web or port else None
        crew = Crew(world) if has_worker else None
        tasks = [asyncio.create_task(part.run()) for part in (server, crew) if part]
        log.info("running", address=f"http://{settings.host}:{port}" if server else "", worker=has_worker)
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(*(part.drain() for part in (server, crew) if part))
        ended_by_itself = not stopping.is_set()
        for task in (stop, *tasks):
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            log.error("ended", exc_info=outcome)
    return 1 if ended_by_itself else 0


class Server:
    """An HTTP server that ends when it is told to, not by signals of its own."""

    def __init__(self, application: ASGIApp, host: str, port: int) -> None:
        config = uvicorn.Config(
            application,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=10,
        )
        self._server = _Uvicorn(config)
        self._ended = asyncio.Event()

    async def run(self) -> None:
        try:
            await self._server.serve()
        finally:
            self._ended.set()

    async def drain(self) -> None:
        self._server.should_exit = True
        await self._ended.wait()


class _Uvicorn(uvicorn.Server):
    """uvicorn's own handlers raise the signal once more when it has ended, which would cut off the draining."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
