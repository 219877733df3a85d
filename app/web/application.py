"""The HTTP application: the webhook in front of FastAPI, which would cost it more than the work itself."""

from collections.abc import Coroutine
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from app.jobs.world import World
from app.store.inbox import Inbox
from app.web.health import health_routes
from app.web.webhook import PATH, Webhook


def create_application(world: World, *, gives_hints: bool = True) -> ASGIApp:
    """The webhook and the pages of a world that is open; no hints where no worker would ever take them."""

    def wake(guid: str) -> Coroutine[Any, Any, None]:
        return _hint(world, guid, gives_hints=gives_hints)

    webhook = Webhook(Inbox(world.database), world.settings.webhook_secrets, wake)
    pages = create_pages(world)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH:
            await webhook(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return application


def create_pages(world: World) -> ASGIApp:
    """Everything but the webhook; FastAPI's documentation pages are off, they load scripts from elsewhere."""
    pages = FastAPI(
        title="Readygate",
        version=version("readygate"),
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    pages.include_router(health_routes(world))
    return pages


async def _hint(world: World, guid: str, *, gives_hints: bool) -> None:
    if gives_hints:
        await world.queue.enqueue("delivery", guid)
