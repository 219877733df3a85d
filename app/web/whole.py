"""A process with a worker in it, and with HTTP beside it where that is wanted."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog

from app.jobs.crew import Crew
from app.jobs.opening import open_world
from app.settings import Settings
from app.store.fast_inbox import open_inbox
from app.web.application import Application, create_application
from app.web.place import Place
from app.web.process import Part, Server

log = structlog.get_logger("process")


@asynccontextmanager
async def open_whole(settings: Settings) -> AsyncIterator[Sequence[Part]]:
    """Webhooks, worker and a queue of its own."""
    async with open_world(settings, is_whole=True) as world:
        application = create_application(world)
        server = Server(application, settings.host, settings.port)
        log.info("running", address=server.address, worker=True)
        yield [server, Crew(world)]
        await application.close()


@asynccontextmanager
async def open_worker(settings: Settings) -> AsyncIterator[Sequence[Part]]:
    """A worker, which answers to probes where a port is set for them."""
    async with open_world(settings, is_whole=False) as world:
        if not settings.worker_port:
            log.info("running", address="", worker=True)
            yield [Crew(world)]
            return
        place = Place(settings, open_inbox(world.database.url), world.queue)
        application = Application(place, takes_webhooks=False)
        server = Server(application, settings.host, settings.worker_port)
        log.info("running", address=server.address, worker=True)
        yield [server, Crew(world)]
        await application.close()
