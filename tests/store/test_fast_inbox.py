"""The inbox of the web process, held against the one that goes through SQLAlchemy."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app.store import inbox, schema
from app.store.database import Database
from app.store.fast_inbox import FastInbox, open_inbox
from app.store.inbox import Inbox
from app.store.postgres_inbox import driver_url
from app.store.received import Received
from app.store.revisions import newest_revision

ROW = Received(
    guid="g",
    event="pull_request",
    action="opened",
    installation_id=31_000_000_000,
    repository_id=None,
    fields=json.dumps({"ref": "réf \u0000 ☃"}, ensure_ascii=True),
    received_at=1_700_000_000.25,
)


@pytest.fixture
async def fast(database: Database) -> AsyncIterator[FastInbox]:
    opened = open_inbox(database.url)
    yield opened
    await opened.close()


async def rows(database: Database) -> dict[str, dict[str, object]]:
    async with database.transaction() as connection:
        return {row.guid: row.model_dump() for row in await inbox.newest(connection, 1000)}


async def test_both_inboxes_keep_the_same(database: Database, fast: FastInbox) -> None:
    await fast.keep(ROW)
    await Inbox(database).keep(replace(ROW, guid="other"))
    kept = await rows(database)
    assert kept["g"] | {"guid": ""} == kept["other"] | {"guid": ""}
    assert json.loads(str(kept["g"]["fields"])) == {"ref": "réf \u0000 ☃"}


async def test_a_delivery_is_kept_once_and_as_it_came_first(database: Database, fast: FastInbox) -> None:
    await asyncio.gather(*(fast.keep(replace(ROW, guid=f"g{number % 40}")) for number in range(1000)))
    await fast.keep(replace(ROW, guid="g1", action="closed"))
    kept = await rows(database)
    assert len(kept) == 40
    assert kept["g1"]["action"] == "opened"


async def test_a_failed_commit_is_told_to_all_and_the_next_one_works(database: Database, fast: FastInbox) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("ALTER TABLE delivery RENAME TO elsewhere"))
    several = (fast.keep(replace(ROW, guid=f"g{number}")) for number in range(5))
    assert all(isinstance(outcome, Exception) for outcome in await asyncio.gather(*several, return_exceptions=True))
    async with database.transaction() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO delivery"))
    await fast.keep(ROW)
    assert list(await rows(database)) == ["g"]


async def test_a_writer_waits_for_another_one(database: Database, fast: FastInbox) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("DELETE FROM delivery"))
        keeping = asyncio.create_task(fast.keep(ROW))
        # A look is not kept waiting by a writer.
        assert await asyncio.wait_for(fast.revision(), 10) == newest_revision()
    await asyncio.wait_for(keeping, 30)
    assert list(await rows(database)) == ["g"]


async def test_a_connection_that_was_cut_is_replaced(postgres_url: str) -> None:
    await asyncio.to_thread(schema.upgrade, postgres_url)
    database, fast = Database(postgres_url), open_inbox(postgres_url)
    await fast.keep(ROW)
    async with database.transaction() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        await connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    await fast.keep(replace(ROW, guid="after"))
    assert set(await rows(database)) == {"g", "after"}
    await fast.close()
    await database.close()


async def test_the_revision_is_the_one_alembic_names(database: Database, fast: FastInbox) -> None:
    assert await fast.revision() == newest_revision() == schema.expected_revision()
    async with database.transaction() as connection:
        await connection.execute(text("DELETE FROM alembic_version"))
    assert await fast.revision() == ""
    async with database.transaction() as connection:
        await connection.execute(text("DROP TABLE alembic_version"))
    assert await fast.revision() == ""


async def test_a_database_that_was_never_migrated_has_no_revision(tmp_path: Path) -> None:
    fast = open_inbox(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    assert await fast.revision() == ""
    await fast.close()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql+asyncpg://u:p@h/d", "postgresql://u:p@h/d"),
        ("postgresql+asyncpg://u:p@h/d?ssl=require", "postgresql://u:p@h/d?sslmode=require"),
        ("postgresql+asyncpg://u@/d?host=/run/pg&prepared_statement_cache_size=0", "postgresql://u@/d?host=/run/pg"),
    ],
)
def test_an_address_is_told_to_the_driver_in_its_own_words(address: str, expected: str) -> None:
    assert driver_url(address) == expected
