"""The database connection: one engine for SQLite or PostgreSQL, transactions that commit at the edge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asyncpg.exceptions import InterfaceError, PostgresError
from sqlalchemy import Connection, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlmodel import SQLModel

# How long a writer waits for another one, in milliseconds.
BUSY_MS = 15_000
# A server that fell silent must not hold a worker or the sweep for ever.
CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 30.0
_READS_ONLY = "readygate_reads_only"


class Database:
    """An engine with a `transaction()`; opening does not connect."""

    def __init__(self, url: str, *, command_seconds: float | None = COMMAND_SECONDS) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {}
        if not self.is_sqlite:
            options = {"pool_size": 8, "max_overflow": 4, "pool_pre_ping": True}
            options["connect_args"] = {"timeout": CONNECT_SECONDS, "command_timeout": command_seconds}
        self.engine: AsyncEngine = create_async_engine(url, **options)
        if self.is_sqlite:
            _prepare_sqlite(self.engine)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed on leaving, rolled back on an exception."""
        async with self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads; on SQLite it waits for no writer, and no writer for it."""
        async with self.engine.connect() as connection:
            yield await connection.execution_options(**{_READS_ONLY: True})

    async def is_reachable(self) -> bool:
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        return True

    async def close(self) -> None:
        await self.engine.dispose()


def is_passing(error: BaseException) -> bool:
    """Whether it is the database's outage that made a statement fail, and not the statement."""
    if isinstance(error, DBAPIError):
        return not isinstance(error, IntegrityError | DataError | ProgrammingError | NotSupportedError)
    return isinstance(error, OSError | PoolTimeout | PostgresError | InterfaceError)


def insert_or_ignore(connection: AsyncConnection, table: type[SQLModel]) -> Any:
    """An INSERT that leaves an existing row as it is."""
    return insert_into(connection, table).on_conflict_do_nothing()


def insert_into(connection: AsyncConnection, table: type[SQLModel]) -> Any:
    """An INSERT of the dialect in use, which knows ON CONFLICT."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: DBAPIConnection, _record: object) -> None:
        # The driver must not begin by itself: BEGIN IMMEDIATE below takes the write lock at once,
        # so that two writers wait for each other instead of failing half way.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get(_READS_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
