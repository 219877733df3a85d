"""SQLite under several writers: two processes that start together, and a wait for the lock that is given up."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app.store import schema
from app.store.database import Database


async def test_two_processes_may_upgrade_one_file_at_once(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'readygate.db'}"
    code = "import sys; from app.store import schema; schema.upgrade(sys.argv[1])"
    started = [await asyncio.create_subprocess_exec(sys.executable, "-c", code, url) for _ in range(3)]
    assert [await process.wait() for process in started] == [0, 0, 0]
    database = Database(url)
    async with database.transaction() as connection:
        assert await schema.applied_revision(connection) == schema.expected_revision()
    await database.close()


async def test_a_wait_for_the_lock_that_is_given_up_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "readygate.db"
    database = Database(f"sqlite+aiosqlite:///{path}")
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TABLE t (n INTEGER)"))

    async def write() -> None:
        async with database.transaction() as connection:
            await connection.execute(text("INSERT INTO t VALUES (1)"))

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(write(), 0.2)
        other.execute("COMMIT")
    await asyncio.wait_for(write(), 5)
    async with database.transaction() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM t"))).scalar() == 1
    await database.close()
