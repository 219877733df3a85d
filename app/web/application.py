"""The HTTP application: webhooks and probes in front of the pages, which would cost them more than the work itself."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from importlib import import_module
from typing import Any, Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings
from app.store.fast_inbox import open_inbox
from app.web.health import Health, Looks
from app.web.metrics import CONTENT_TYPE, render_metrics
from app.web.place import Hinted, Place
from app.web.webhook import PATH, Webhook

_PAGES = "app.web.pages"
Answer = tuple[int, str, bytes]


class Addressed(Protocol):
    """A database, of which only the address is used."""

    @property
    def url(self) -> str: ...


class Surroundings(Protocol):
    """The part of a World that HTTP needs."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Addressed: ...
    @property
    def queue(self) -> Hinted: ...


def create_application(world: Surroundings) -> "Application":
    """The webhook and the pages of a world that is open."""
    return Application(Place(world.settings, open_inbox(world.database.url), world.queue))


class Application:
    """Dispatches by path; takes no webhooks where takes_webhooks is false, as in a worker."""

    def __init__(self, place: Place, *, takes_webhooks: bool = True) -> None:
        self._place = place
        self._webhook = None
        if takes_webhooks:
            self._webhook = Webhook(place.inbox, place.settings.webhook_secrets, _hints_of(place.queue))
        self._probes = _probes(Looks(place))
        self._pages = LatePages(place)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path == PATH and self._webhook:
            await self._webhook(scope, receive, send)
        elif path in self._probes and scope["method"] == "GET":
            await _send(send, await self._probes[path]())
        else:
            await self._pages(scope, receive, send)

    async def close(self) -> None:
        await self._place.inbox.close()


class LatePages:
    """FastAPI and what hangs on it, loaded with the first request for a page: a third of the memory of a process."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._pages: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pages = self._pages
        if pages is None:
            module = await asyncio.to_thread(import_module, _PAGES)
            pages = self._pages = module.create_pages(self._place)
        await pages(scope, receive, send)


def _hints_of(queue: Hinted | None) -> Callable[[str], Any] | None:
    if queue is None:
        return None

    async def wake(guid: str) -> None:
        await queue.enqueue("delivery", guid)

    return wake


def _probes(looks: Looks) -> dict[str, Callable[[], Awaitable[Answer]]]:
    """What is asked every few seconds; `app/web/pages.py` describes it."""

    def health(look: Callable[[], Awaitable[Health]]) -> Callable[[], Awaitable[Answer]]:
        async def answer() -> Answer:
            found = await look()
            return 200 if found.is_ok else 503, "application/json", json.dumps(asdict(found)).encode()

        return answer

    async def metrics() -> Answer:
        return 200, CONTENT_TYPE, render_metrics()

    return {
        "/health": health(looks.ready),
        "/health/ready": health(looks.ready),
        "/health/startup": health(looks.startup),
        "/health/live": health(looks.live),
        "/metrics": metrics,
    }


async def _send(send: Send, answer: Answer) -> None:
    status, content_type, body = answer
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
