"""Deliveries into PostgreSQL: one statement for all that wait."""

import asyncio
from collections.abc import Sequence

import asyncpg

from app.store.fast_inbox import APPLIED, INTO, FastInbox, row_of
from app.store.received import Received

# As in app/store/database.py: a server that fell silent is not waited for longer.
CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 30.0
_CUT_OFF = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
_INSERT_MANY = (
    f"{INTO} SELECT *, 0, 0, '' FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], "  # noqa: S608
    "$6::text[], $7::float8[], $8::text[], $9::text[]) ON CONFLICT DO NOTHING"
)


class PostgresInbox(FastInbox):
    """One statement a commit, and a connection to spare, so that a look is not kept waiting by the writer."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = driver_url(url)
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def commit(self, rows: Sequence[Received]) -> None:
        columns = [list(column) for column in zip(*map(row_of, rows), strict=True)]
        pool = await self._open()
        try:
            await pool.execute(_INSERT_MANY, *columns)
        except _CUT_OFF as error:
            if isinstance(error, TimeoutError):
                raise
            # A server that was started anew closed all of them; rows that did arrive are ignored.
            await pool.expire_connections()
            await pool.execute(_INSERT_MANY, *columns)

    async def revision(self) -> str:
        pool = await self._open()
        if await pool.fetchval("SELECT to_regclass('alembic_version')") is None:
            return ""
        return str(await pool.fetchval(APPLIED) or "")

    async def _open(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                options = {"timeout": CONNECT_SECONDS, "command_timeout": COMMAND_SECONDS}
                self._pool = await asyncpg.create_pool(self._url, min_size=0, max_size=2, **options)
        return self._pool

    async def close(self) -> None:
        if self._pool:
            await self._pool.close()


def driver_url(url: str) -> str:
    """The address as PostgreSQL's own tools write it; what only SQLAlchemy understands is left out."""
    rest = url.partition("://")[2]
    address, _, query = rest.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("prepared_statement_")]
    renamed = [f"sslmode={part.removeprefix('ssl=')}" if part.startswith("ssl=") else part for part in kept]
    return f"postgresql://{address}" + (f"?{'&'.join(renamed)}" if renamed else "")
