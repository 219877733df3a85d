"""The web half in a process of its own: little memory, and nothing that knows how to judge or talk to GitHub."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog

from app.settings import Settings
from app.store.fast_inbox import open_inbox
from app.web.application import Application
from app.web.hints import Hints
from app.web.place import Place
from app.web.process import Part, Server

log = structlog.get_logger("process")


@asynccontextmanager
async def open_web(settings: Settings) -> AsyncIterator[Sequence[Part]]:
    """HTTP alone; workers are elsewhere."""
    # Mirrors of private repositories lie in it too, and are nobody else's business.
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Without a queue in common the worker's sweep finds the work within a second.
    hints = Hints(settings.redis_url) if settings.redis_url else None
    application = Application(Place(settings, open_inbox(settings.database), hints))
    server = Server(application, settings.host, settings.port)
    log.info("running", address=server.address, worker=False)
    try:
        yield [server]
    finally:
        await application.close()
        if hints:
            await hints.close()
