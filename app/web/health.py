"""The health endpoints: live means the process answers, ready means it can do its work."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from importlib.metadata import version

from fastapi import APIRouter, Response
from pydantic import BaseModel
from starlette.responses import Response as PlainResponse

from app.jobs.world import World
from app.store import schema
from app.web.metrics import render_metrics

# A part that does not answer within so many seconds is down.
LOOK_SECONDS = 3.0
# Below this, fetches begin to fail.
MIN_FREE_BYTES = 200 * 1024 * 1024


# Without the queue the inbox and the sweep go on: a process that is taken out of service would lose webhooks.
_SPARE = ("queue",)


class Health(BaseModel):
    """`ok` or `failing`, and of each part the reason why, `ok` when there is none."""

    status: str
    parts: dict[str, str] = {}


class Version(BaseModel):
    readygate: str
    commit: str | None


def health_routes(world: World) -> APIRouter:
    """/health is /health/ready under a shorter name."""
    router = APIRouter(tags=["operation"])
    looks: dict[str, Callable[[], Awaitable[str]]] = {
        "database": lambda: _database(world),
        "schema": lambda: _schema(world),
        "queue": lambda: _queue(world),
        "disk": lambda: _disk(world),
    }

    async def look(names: list[str], response: Response) -> Health:
        reasons = await asyncio.gather(*(_look(looks[name]) for name in names))
        parts = dict(zip(names, reasons, strict=True))
        is_ok = all(reason == "ok" for name, reason in parts.items() if name not in _SPARE)
        response.status_code = 200 if is_ok else 503
        return Health(status="ok" if is_ok else "failing", parts=parts)

    @router.get("/health")
    @router.get("/health/ready")
    async def ready(response: Response) -> Health:
        return await look(["database", "schema", "queue", "disk"], response)

    @router.get("/health/startup")
    async def startup(response: Response) -> Health:
        return await look(["database", "schema"], response)

    @router.get("/health/live")
    async def live() -> Health:
        return Health(status="ok")

    @router.get("/version")
    async def show_version() -> Version:
        return Version(readygate=version("readygate"), commit=os.environ.get("READYGATE_COMMIT"))

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> PlainResponse:
        return render_metrics()

    return router


async def _look(look: Callable[[], Awaitable[str]]) -> str:
    try:
        return await asyncio.wait_for(look(), LOOK_SECONDS)
    except TimeoutError:
        return f"no answer within {LOOK_SECONDS:.0f} seconds"
    except Exception as error:
        # The text of a driver's error may hold the password of the address.
        return type(error).__name__


async def _database(world: World) -> str:
    await world.database.is_reachable()
    return "ok"


async def _schema(world: World) -> str:
    async with world.database.transaction() as connection:
        applied = await schema.applied_revision(connection)
    expected = await asyncio.to_thread(schema.expected_revision)
    return "ok" if applied == expected else f"at {applied or 'nothing'}, not {expected}: run `readygate db upgrade`"


async def _queue(world: World) -> str:
    return "ok" if await world.queue.is_healthy() else "no answer"


async def _disk(world: World) -> str:
    free = (await asyncio.to_thread(shutil.disk_usage, world.settings.data_dir)).free
    return "ok" if free >= MIN_FREE_BYTES else f"only {free // 1024 // 1024} MB free"
