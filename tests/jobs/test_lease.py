"""A lease that was prolonged while everything stood still is prolonged again, or lost."""

from pathlib import Path

import pytest
from sqlalchemy import text
from worlds import worker

from app.jobs.lease import Lease, LeaseLost
from app.jobs.world import World
from app.sandbox.sandbox import Sandbox
from app.store import targets
from app.store.database import Database
from app.store.targets import Claim

REPOSITORY = 9_000_000_001


class Times:
    """A clock that gives these times one after the other, and the last one for ever."""

    def __init__(self, *times: float) -> None:
        self.left = list(times)

    def __call__(self) -> float:
        return self.left.pop(0) if len(self.left) > 1 else self.left[0]


async def hold(world: World, now: float) -> Lease:
    async with world.database.transaction() as connection:
        target_id = await targets.bump(connection, repository_id=REPOSITORY, kind="pull", name="7")
        held = await targets.claim(connection, target_id, holder="a", now=now, seconds=60, bounds=world.bounds)
    assert isinstance(held, Claim)
    return Lease(world, held)


async def lease_until(world: World, lease: Lease) -> float:
    async with world.database.reading() as connection:
        found = await connection.execute(text("SELECT lease_until FROM target WHERE id = :id"), {"id": lease.held.id})
        return float(found.scalar_one())


async def test_a_write_may_begin_in_the_first_half_of_the_lease(database: Database, tmp_path: Path) -> None:
    async with worker(Sandbox(tmp_path / "github"), database, tmp_path / "app", lease_seconds=60) as world:
        lease = await hold(world, 1000.0)
        world.clock = Times(1010.0)
        assert await lease.check() == 1040.0
        assert await lease_until(world, lease) == 1070.0


async def test_a_database_that_stood_still_is_asked_again(database: Database, tmp_path: Path) -> None:
    async with worker(Sandbox(tmp_path / "github"), database, tmp_path / "app", lease_seconds=60) as world:
        lease = await hold(world, 1000.0)
        # Asked at 1010, answered at 1050: what was prolonged from 1010 on may end before a write is through.
        world.clock = Times(1010.0, 1050.0, 1051.0)
        assert await lease.check() == 1081.0
        assert await lease_until(world, lease) == 1111.0


async def test_a_lease_that_ended_while_everything_stood_still_is_lost(database: Database, tmp_path: Path) -> None:
    async with worker(Sandbox(tmp_path / "github"), database, tmp_path / "app", lease_seconds=60) as world:
        lease = await hold(world, 1000.0)
        world.clock = Times(1010.0, 1100.0)
        with pytest.raises(LeaseLost):
            await lease.check()
