"""Giving a target back, and who may write in its name."""

from app.store import repositories, targets
from app.store.database import Database
from app.store.repositories import KnownRepository

REPOSITORY, INSTALLATION = 9_000_000_002, 9_000_000_003


async def bump(database: Database) -> int:
    async with database.transaction() as connection:
        return await targets.bump(connection, repository_id=REPOSITORY, kind="pull", name="7", not_before=900.0)


async def test_an_event_during_a_failing_job_does_not_wait_for_the_pause(database: Database) -> None:
    target = await bump(database)
    async with database.transaction() as connection:
        held = await targets.claim(connection, target, holder="a", now=1000.0)
        assert held is not None
        await targets.bump(connection, repository_id=REPOSITORY, kind="pull", name="7", not_before=1001.0)
        await targets.release(connection, held, not_before=4600.0, tries=7, error="a fault of the old head\0")
        again = await targets.claim(connection, target, holder="b", now=1002.0)
    assert again is not None
    assert again.tries == 0


async def test_a_later_that_is_no_failure_counts_no_try(database: Database) -> None:
    target = await bump(database)
    async with database.transaction() as connection:
        held = await targets.claim(connection, target, holder="a", now=1000.0)
        assert held is not None
        await targets.release(connection, held, not_before=1010.0, tries=held.tries, error="Later")
        again = await targets.claim(connection, target, holder="b", now=1011.0)
    assert again is not None
    assert again.tries == 0


async def test_the_backlog_knows_for_how_long_an_event_has_waited(database: Database) -> None:
    await bump(database)
    async with database.transaction() as connection:
        assert await targets.backlog(connection, 1000.0) == (1, 100.0)


async def test_what_is_parked_is_woken_by_installation(database: Database) -> None:
    target = await bump(database)
    async with database.transaction() as connection:
        await repositories.see_repository(connection, INSTALLATION, KnownRepository(REPOSITORY, "acme", "shop"))
        held = await targets.claim(connection, target, holder="a", now=1000.0)
        assert held is not None
        await targets.release(connection, held, not_before=4600.0, tries=1, error="suspended")
        await targets.wake(connection, INSTALLATION + 1)
        assert await targets.due(connection, 1001.0) == []
        await targets.wake(connection, INSTALLATION)
        assert await targets.due(connection, 1001.0) == [target]


async def test_a_repository_that_was_transferred_is_not_removed_by_its_old_installation(database: Database) -> None:
    async with database.transaction() as connection:
        await repositories.see_repository(connection, INSTALLATION, KnownRepository(REPOSITORY, "acme", "shop"))
        await repositories.see_repository(connection, INSTALLATION + 1, KnownRepository(REPOSITORY, "other", "shop"))
        await repositories.remove_repositories(connection, INSTALLATION, [REPOSITORY])
        row = await repositories.repository(connection, REPOSITORY)
        assert row is not None
        assert row.state == "active"
        await repositories.remove_repositories(connection, INSTALLATION + 1, [REPOSITORY])
        row = await repositories.repository(connection, REPOSITORY)
    assert row is not None
    assert row.state == "removed"
