"""What a worker that slept brings to the database is old news, and changes nothing that others did meanwhile."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from app.store import inbox, issues, runs
from app.store.database import Database, is_passing
from app.store.inbox import MAX_TRIES, Inbox, Received
from app.store.tables import Run

REPOSITORY = 60_000_000_000


async def intend(database: Database) -> None:
    async with database.transaction() as connection:
        run = Run(external_id="x", target_id=1, repository_id=REPOSITORY, head_sha="a" * 40)
        await runs.intend(connection, run)
        await runs.will_post(connection, "x", 10.0)


async def found(database: Database) -> Run:
    async with database.reading() as connection:
        run = await runs.find(connection, "x")
    assert run is not None
    return run


async def test_only_the_last_post_of_a_check_run_is_forgotten(database: Database) -> None:
    await intend(database)
    async with database.transaction() as connection:
        await runs.will_post(connection, "x", 20.0)
        await runs.forget(connection, "x", 1)
    assert ((await found(database)).posts, (await found(database)).posted_at) == (2, 20.0)
    async with database.transaction() as connection:
        await runs.forget(connection, "x", 2)
    assert ((await found(database)).posts, (await found(database)).posted_at) == (0, 0.0)


async def test_a_superseded_check_run_is_never_done_again(database: Database) -> None:
    await intend(database)
    async with database.transaction() as connection:
        await runs.started(connection, "x", 7)
        await runs.ended(connection, "x", 7, "superseded")
        await runs.ended(connection, "x", 7)
        await runs.started(connection, "x", 8)
    assert ((await found(database)).state, (await found(database)).check_run_id) == ("superseded", 7)


async def test_only_the_last_post_of_an_issue_is_forgotten(database: Database) -> None:
    key = f"{REPOSITORY}:a"
    async with database.transaction() as connection:
        await issues.will_create(connection, key, REPOSITORY, 10.0)
        await issues.will_post(connection, key, 10.0)
        await issues.will_post(connection, key, 20.0)
        await issues.forget(connection, key, 1)
        (row,) = await issues.of_repository(connection, REPOSITORY)
        assert (row.posts, row.posted_at) == (2, 20.0)
        await issues.forget(connection, key, 2)
        (row,) = await issues.of_repository(connection, REPOSITORY)
        assert (row.posts, row.posted_at) == (0, 0.0)
        await issues.will_post(connection, key, 30.0)
        await issues.change(connection, key, number=12)
        await issues.forget(connection, key, 1)
        (row,) = await issues.of_repository(connection, REPOSITORY)
        assert (row.number, row.posts) == (12, 1)


async def test_a_delivery_that_is_done_is_not_put_back(database: Database) -> None:
    await Inbox(database).keep(Received("a", "push", "", None, None, "{}", 100.0))
    async with database.transaction() as connection:
        assert await inbox.take(connection, "a", 101.0)
    async with database.transaction() as connection:
        await inbox.put_back(connection, "a", error="the answer to the commit was lost", not_before=0.0)
        assert await inbox.counts(connection) == {"done": 1}


async def test_an_outage_uses_up_no_tries(database: Database) -> None:
    await Inbox(database).keep(Received("a", "push", "", None, None, "{}", 100.0))
    for _ in range(MAX_TRIES + 1):
        async with database.transaction() as connection:
            await inbox.put_back(connection, "a", error="away", not_before=150.0, counts=False)
    async with database.transaction() as connection:
        assert await inbox.waiting(connection, 200.0) == ["a"]


async def test_an_outage_is_told_from_a_mistake(database: Database) -> None:
    async with database.transaction() as connection:
        with pytest.raises((ProgrammingError, OperationalError)) as mistake:
            await connection.execute(text("SELECT nothing FROM nowhere"))
    assert is_passing(mistake.value) is database.is_sqlite  # SQLite has one error for both
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    with pytest.raises(OSError, match="9") as refused:
        await asyncio.wait_for(away.is_reachable(), 10)
    assert is_passing(refused.value)
    assert not is_passing(IntegrityError("INSERT", {}, Exception()))
    assert not is_passing(LookupError())
