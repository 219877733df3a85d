"""Without a queue a worker does the work itself, and what somebody waits for first."""

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest

from app.jobs import sweep
from app.jobs.sweep import WITHOUT_QUEUE, Sweep
from app.jobs.world import World
from app.store import targets
from app.store.database import Database


class Away:
    """A queue that does not answer."""

    async def is_healthy(self) -> bool:
        return False

    async def enqueue(self, _kind: str, _row_id: str) -> bool:
        return False


async def bump(database: Database, kind: str, name: str) -> str:
    async with database.transaction() as connection:
        return str(await targets.bump(connection, repository_id=1, kind=kind, name=name, not_before=100.0))


async def test_a_pull_request_overtakes_what_already_waits_in_line(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    go_on = asyncio.Semaphore(0)

    async def job(_world: World, _kind: str, row_id: str) -> None:
        async with database.transaction() as connection:
            held = await targets.claim(connection, int(row_id), holder=row_id, now=200.0)
        assert held is not None
        begun.append(row_id)
        await go_on.acquire()
        async with database.transaction() as connection:
            await targets.finish(connection, held)

    monkeypatch.setattr(sweep, "run_job", job)
    world = SimpleNamespace(database=database, queue=Away(), clock=lambda: 200.0, bounds={})
    tested = Sweep(cast("World", world))
    usual = [await bump(database, "branch", f"b{number}") for number in range(12)]
    await tested.once()
    await settle(lambda: len(begun) == WITHOUT_QUEUE)
    pull = await bump(database, "pull", "1")
    await tested.once()
    assert len(begun) == WITHOUT_QUEUE
    go_on.release()
    await settle(lambda: len(begun) == WITHOUT_QUEUE + 1)
    assert begun[-1] == pull
    for _ in range(13):
        go_on.release()
    await settle(lambda: len(begun) == 13 and not tested.jobs)
    assert sorted(begun) == sorted([*usual, pull])


async def settle(is_so) -> None:  # type: ignore[no-untyped-def]
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.01)
