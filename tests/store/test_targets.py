import asyncio

from app.store import targets
from app.store.database import Database
from app.store.targets import LEASE_SECONDS, Claim

REPOSITORY = 9_000_000_001


async def bump(database: Database, **changes: object) -> int:
    async with database.transaction() as connection:
        values = {"repository_id": REPOSITORY, "kind": "pull", "name": "7"} | changes
        return await targets.bump(connection, **values)  # type: ignore[arg-type]


async def claim(database: Database, target_id: int, holder: str = "a", now: float = 1000.0) -> Claim | None:
    async with database.transaction() as connection:
        return await targets.claim(connection, target_id, holder=holder, now=now)


async def due(database: Database, now: float = 1000.0) -> list[int]:
    async with database.transaction() as connection:
        return await targets.due(connection, now)


async def test_two_bumps_are_one_target(database: Database) -> None:
    first, second = await bump(database), await bump(database)
    assert first == second
    assert await due(database) == [first]
    held = await claim(database, first)
    assert held is not None
    assert (held.want, held.attempt) == (2, 1)


async def test_only_one_of_many_workers_gets_the_lease(database: Database) -> None:
    target = await bump(database)
    claims = await asyncio.gather(*(claim(database, target, holder=str(number)) for number in range(6)))
    assert len([held for held in claims if held]) == 1
    assert await due(database) == []


async def test_a_lease_that_ran_out_is_anybodys_and_its_holder_may_not_write(database: Database) -> None:
    target = await bump(database)
    first = await claim(database, target, holder="first")
    assert first is not None
    later = 1000.0 + LEASE_SECONDS + 1
    second = await claim(database, target, holder="second", now=later)
    assert second is not None
    async with database.transaction() as connection:
        assert not await targets.renew(connection, first, later)
        assert await targets.renew(connection, second, later)
        assert not await targets.finish(connection, first)
        assert await targets.finish(connection, second)


async def test_an_event_during_the_work_is_not_lost(database: Database) -> None:
    target = await bump(database)
    held = await claim(database, target)
    assert held is not None
    await bump(database, new_attempt=True)
    async with database.transaction() as connection:
        assert await targets.finish(connection, held)
    assert await due(database) == [target]
    again = await claim(database, target)
    assert again is not None
    assert (again.want, again.attempt) == (2, 2)


async def test_a_released_target_waits(database: Database) -> None:
    target = await bump(database)
    held = await claim(database, target)
    assert held is not None
    async with database.transaction() as connection:
        await targets.release(connection, held, not_before=1500.0, tries=1, error="GitHub is away")
    assert await due(database) == []
    assert await claim(database, target, now=1400.0) is None
    again = await claim(database, target, now=1501.0)
    assert again is not None
    assert again.tries == 1


async def test_detail_is_replaced_by_newer_detail_only(database: Database) -> None:
    target = await bump(database, kind="merge_group", detail={"head_sha": "1"})
    await bump(database, kind="merge_group")
    held = await claim(database, target)
    assert held is not None
    assert held.detail == {"head_sha": "1"}


async def test_the_backlog_counts_what_is_due(database: Database) -> None:
    await bump(database, name="1")
    await bump(database, name="2", not_before=900.0)
    await bump(database, name="3", not_before=5000.0)
    async with database.transaction() as connection:
        assert await targets.backlog(connection, 1000.0) == (2, 100.0)
