"""One process of the App, from its settings to its drained end."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Protocol

import structlog
import uvicorn
from starlette.types import ASGIApp

from app.jobs.logs import set_up_logs
from app.settings import Settings

log = structlog.get_logger("process")


class Part(Protocol):
    """Something that runs until it is drained."""

    async def run(self) -> None: ...
    async def drain(self) -> None: ...


Parts = Callable[[Settings], AbstractAsyncContextManager[Sequence[Part]]]
LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def run_process(parts: Parts, *, loop_factory: LoopFactory | None = None) -> None:
    """Runs the parts until SIGTERM or SIGINT and ends the process with its exit status."""
    settings = Settings()
    settings.require_github()
    set_up_logs(settings.log_format, settings.log_level)
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        status = runner.run(_run(settings, parts))
        # Everything is closed; a thread that waits for git would be waited for, for many minutes.
        os._exit(status)


async def _run(settings: Settings, open_parts: Parts) -> int:
    """No new request, then running jobs drained, then the worlds closed."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with open_parts(settings) as parts:
        tasks = [asyncio.create_task(part.run()) for part in parts]
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(*(part.drain() for part in parts))
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
            proxy_headers=False,
            ws="none",
            lifespan="off",
            timeout_graceful_shutdown=10,
        )
        # One filter however many servers a process opens.
        logging.getLogger("uvicorn.error").filters = [_Rarely()]
        self.address = f"http://{host}:{port}"
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


class _Rarely(logging.Filter):
    """Each message once a second at most: uvicorn says a line for every request that is no HTTP."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now - self._said.get(record.msg, -1.0) < 1.0:
            return False
        self._said[record.msg] = now
        return True


class _Uvicorn(uvicorn.Server):
    """uvicorn's own handlers raise the signal once more when it has ended, which would cut off the draining."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
