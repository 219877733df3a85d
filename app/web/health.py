"""The health endpoints: live means the process answers, ready means it can do its work."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from app.store.revisions import newest_revision
from app.web.place import Place

# A part that does not answer within so many seconds is down.
LOOK_SECONDS = 3.0
# Below this, fetches begin to fail.
MIN_FREE_BYTES = 200 * 1024 * 1024
# Without the queue the inbox and the sweep go on: a process that is taken out of service would lose webhooks.
_SPARE = ("queue",)


@dataclass(frozen=True, slots=True)
class Health:
    """`ok` or `failing`, and of each part the reason why, `ok` when there is none."""

    status: str
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        return self.status == "ok"


@dataclass(frozen=True, slots=True)
class Version:
    readygate: str
    commit: str | None


class Looks:
    """What can be asked of a running process."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._looks: dict[str, Callable[[], Awaitable[str]]] = {
            "database": self._database,
            "schema": self._schema,
            "queue": self._queue,
            "disk": self._disk,
        }

    async def live(self) -> Health:
        return Health("ok")

    async def ready(self) -> Health:
        return await self._look("database", "schema", "queue", "disk")

    async def startup(self) -> Health:
        return await self._look("database", "schema")

    async def version(self) -> Version:
        return Version(version("readygate"), os.environ.get("READYGATE_COMMIT"))

    async def _look(self, *names: str) -> Health:
        parts = dict(zip(names, await self._reasons(names), strict=True))
        is_ok = all(reason == "ok" for name, reason in parts.items() if name not in _SPARE)
        return Health("ok" if is_ok else "failing", parts)

    async def _reasons(self, names: Sequence[str]) -> list[str]:
        return await asyncio.gather(*(_reason(self._looks[name]) for name in names))

    async def _database(self) -> str:
        await self._place.inbox.revision()
        return "ok"

    async def _schema(self) -> str:
        applied, expected = await self._place.inbox.revision(), await asyncio.to_thread(newest_revision)
        # Revisions are numbered; a newer schema that this version cannot use is refused when it starts.
        return "ok" if applied >= expected else f"at {applied or 'nothing'}, not {expected}: run `readygate db upgrade`"

    async def _queue(self) -> str:
        queue = self._place.queue
        return "ok" if queue is None or await queue.is_healthy() else "no answer"

    async def _disk(self) -> str:
        free = (await asyncio.to_thread(shutil.disk_usage, self._place.settings.data_dir)).free
        return "ok" if free >= MIN_FREE_BYTES else f"only {free // 1024 // 1024} MB free"


async def _reason(look: Callable[[], Awaitable[str]]) -> str:
    try:
        return await asyncio.wait_for(look(), LOOK_SECONDS)
    except TimeoutError:
        return f"no answer within {LOOK_SECONDS:.0f} seconds"
    except Exception as error:
        # The text of a driver's error may hold the password of the address.
        return type(error).__name__
