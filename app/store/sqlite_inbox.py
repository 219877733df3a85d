"""Deliveries into SQLite: one connection in one thread, one transaction for all that wait."""

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from app.store.fast_inbox import APPLIED, COLUMNS, INTO, FastInbox, row_of
from app.store.received import Received

# As in app/store/database.py: how long a writer waits for another one.
BUSY_SECONDS = 15.0


class SqliteInbox(FastInbox):
    """One connection in a thread of its own, which is the only one that writes here."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._path = url.partition("://")[2].partition("?")[0].removeprefix("/")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="inbox")
        self._connection: sqlite3.Connection | None = None

    async def commit(self, rows: Sequence[Received]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._insert, [row_of(row) for row in rows])

    def _insert(self, rows: list[Any]) -> None:
        connection = self._connection = self._connection or self._connect()
        try:
            # The write lock at once: a transaction that asks for it half way fails where it could have waited.
            connection.execute("BEGIN IMMEDIATE")
            places = ", ".join("?" * len(COLUMNS))
            connection.executemany(f"{INTO} VALUES ({places}, 0, 0, '') ON CONFLICT DO NOTHING", rows)
            connection.execute("COMMIT")
        except BaseException:
            # Closing rolls back, and what was wrong with the connection or the file may be mended with the next one.
            self._close()
            raise

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=8
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        # In KiB: rows are only added, and what was added is not read again here.
        connection.execute("PRAGMA cache_size=-512")
        return connection

    async def revision(self) -> str:
        return await asyncio.to_thread(self._revision)

    def _revision(self) -> str:
        # Not the writer's connection: who waits for the write lock can still be looked at.
        with closing(sqlite3.connect(self._path, timeout=1.0)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
                return ""
            row = connection.execute(APPLIED).fetchone()
        return str(row[0]) if row else ""

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
