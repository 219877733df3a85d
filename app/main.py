"""The doors of the server: `readygate web`, HTTP only, and `readygate serve`, everything in one process tree."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from app.jobs.crew import Crew
from app.jobs.logs import set_up_logs
from app.jobs.opening import open_world
from app.settings import Settings
from app.web.application import create_application

log = structlog.get_logger("server")


def web() -> None:
    """Run the HTTP server alone; workers run elsewhere and share its database and queue."""
    _run(with_worker=False)


def serve() -> None:
    """Run everything in one process tree: HTTP server, worker, embedded queue, SQLite unless told otherwise."""
    _run(with_worker=True)


def _run(*, with_worker: bool) -> None:
    settings = Settings()
    settings.require_github()
    set_up_logs(settings.log_format, settings.log_level)
    sys.exit(asyncio.run(_serve(settings, with_worker=with_worker)))


async def _serve(settings: Settings, *, with_worker: bool) -> int:
    """Serves until SIGTERM or SIGINT: no new request, running jobs drained, then the worlds closed."""
    async with open_world(settings, is_whole=with_worker) as world:
        server = Server(
            uvicorn.Config(
                create_application(world),
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=10,
            )
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, server.stop)
        crew = Crew(world) if with_worker else None
        working = asyncio.create_task(crew.run()) if crew else None
        log.info("serving", address=f"http://{settings.host}:{settings.port}", worker=with_worker)
        await server.serve()
        if crew and working:
            await crew.drain()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
        return 0 if server.started else 1


class Server(uvicorn.Server):
    """uvicorn's own handlers raise the signal once more when it has ended, which would cut off the draining."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        self.should_exit = True
