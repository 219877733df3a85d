"""A database that is older or newer than the code: what goes on, and what is refused with a way to mend it."""

import asyncio

import pytest
from alembic import command
from sqlalchemy import text

from app.errors import InvalidInput
from app.store import schema, targets
from app.store.database import Database
from app.store.schema import expected_revision

NEWER = "9999"


async def execute(url: str, *statements: str) -> None:
    database = Database(url)
    async with database.transaction() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await database.close()


async def require(url: str) -> None:
    database = Database(url)
    try:
        async with database.transaction() as connection:
            await schema.require(connection)
    finally:
        await database.close()


async def older(url: str) -> None:
    await asyncio.to_thread(command.upgrade, schema._config(url), "0001")


async def newer(url: str, floor: str) -> None:
    """As a later version leaves it: its revision, and the oldest one whose code still runs on its tables."""
    await asyncio.to_thread(schema.upgrade, url)
    await execute(
        url, f"UPDATE alembic_version SET version_num = '{NEWER}'", f"UPDATE schema_floor SET revision = '{floor}'"
    )


async def test_a_database_without_tables_says_how_to_make_them(database_url: str) -> None:
    with pytest.raises(InvalidInput, match="revision none, this version needs") as refused:
        await require(database_url)
    assert "readygate db upgrade" in refused.value.mend


async def test_an_older_database_is_refused_and_upgraded_with_what_it_holds(database_url: str) -> None:
    await older(database_url)
    await execute(
        database_url,
        "INSERT INTO target (repository_id, kind, name, detail, want, done, attempt, tries, not_before, lease_by, "
        "lease_until, delivery, error) VALUES (5, 'pull', '7', '{}', 2, 1, 1, 0, 10, '', 0, '', '')",
    )
    with pytest.raises(InvalidInput, match=f"revision 0001, this version needs {expected_revision()}"):
        await require(database_url)
    await asyncio.to_thread(schema.upgrade, database_url)
    await require(database_url)
    database = Database(database_url)
    async with database.transaction() as connection:
        (due,) = await targets.due(connection, 100.0)
        held = await targets.claim(connection, due, holder="a", now=100.0)
    await database.close()
    assert held is not None
    assert (held.kind, held.name) == ("pull", "7")


async def test_a_newer_database_that_this_version_can_use_is_used_as_it_is(database_url: str) -> None:
    await newer(database_url, floor=expected_revision())
    await require(database_url)
    await asyncio.to_thread(schema.upgrade, database_url)
    database = Database(database_url)
    async with database.transaction() as connection:
        assert await schema.applied_revision(connection) == NEWER
    await database.close()


async def test_a_newer_database_that_it_cannot_use_is_refused_by_name(database_url: str) -> None:
    await newer(database_url, floor=NEWER)
    with pytest.raises(InvalidInput, match=f"revision {NEWER}, made by a newer version") as refused:
        await require(database_url)
    assert "readygate db restore" in refused.value.mend
    with pytest.raises(InvalidInput):
        await asyncio.to_thread(schema.upgrade, database_url)


async def test_a_worker_waits_for_a_database_that_is_older_or_away(database_url: str) -> None:
    await older(database_url)
    for url in (database_url, "postgresql+asyncpg://nobody@127.0.0.1:9/none"):
        database = Database(url)
        await schema.refuse_newer(database)
        await database.close()


async def test_the_tables_can_be_taken_back_to_the_version_before(database_url: str) -> None:
    await asyncio.to_thread(schema.upgrade, database_url)
    await asyncio.to_thread(command.downgrade, schema._config(database_url), "0001")
    await asyncio.to_thread(schema.upgrade, database_url)
    await require(database_url)
