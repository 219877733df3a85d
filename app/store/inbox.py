"""The inbox: deliveries kept before they are acknowledged, many in one commit."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from app.store.database import Database, insert_or_ignore
from app.store.tables import Delivery

# One commit takes at most so many deliveries (measured in the performance notes: more gains nothing).
BATCH = 256
# A delivery that failed so often is shown as failed and left for `readygate deliveries replay`.
MAX_TRIES = 8


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery to keep; fields is JSON text, received_at in seconds since 1970."""

    guid: str
    event: str
    action: str
    installation_id: int | None
    repository_id: int | None
    fields: str
    received_at: float
    state: str = "received"
    via: str = "webhook"


class Inbox:
    """A writer that commits waiting deliveries together; `keep` returns after the commit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Received, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def keep(self, received: Received) -> None:
        """Stores the delivery once per guid; raises the database's error when it could not be stored."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((received, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await future

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                await self._commit([received for received, _ in batch])
            except Exception as error:
                _settle(batch, error)
            else:
                _settle(batch, None)

    async def _commit(self, rows: Sequence[Received]) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(insert_or_ignore(connection, Delivery), [_row(row) for row in rows])


def _row(received: Received) -> dict[str, Any]:
    return asdict(received) | {"tries": 0, "not_before": 0.0, "error": ""}


def _settle(batch: list[tuple[Received, asyncio.Future[None]]], error: Exception | None) -> None:
    for _, future in batch:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)


async def take(connection: AsyncConnection, guid: str, now: float) -> Delivery | None:
    """Marks the delivery as done in this transaction and returns it; None when it is not waiting."""
    statement = (
        update(Delivery)
        .where(col(Delivery.guid) == guid, col(Delivery.state) == "received")
        .values(state="done", finished_at=now)
        .returning(*Delivery.__table__.columns)  # type: ignore[attr-defined]
    )
    row = (await connection.execute(statement)).mappings().first()
    return Delivery(**row) if row else None


async def put_back(connection: AsyncConnection, guid: str, *, error: str, not_before: float) -> None:
    """After a failure: tried again at not_before, or shown as failed after MAX_TRIES."""
    tries = col(Delivery.tries) + 1
    await connection.execute(
        update(Delivery)
        .where(col(Delivery.guid) == guid)
        .values(
            tries=tries,
            error=error[:2000].replace("\0", ""),
            not_before=not_before,
            state=case((tries >= MAX_TRIES, "failed"), else_="received"),
        )
    )


async def waiting(connection: AsyncConnection, now: float, limit: int = 200) -> list[str]:
    """The guids of deliveries that are due, oldest first."""
    statement = (
        select(col(Delivery.guid))
        .where(col(Delivery.state) == "received", col(Delivery.not_before) <= now)
        .order_by(col(Delivery.received_at))
        .limit(limit)
    )
    return list((await connection.execute(statement)).scalars())


async def known(connection: AsyncConnection, guids: Sequence[str]) -> set[str]:
    """Those of the guids that were kept before."""
    found: set[str] = set()
    for start in range(0, len(guids), BATCH):
        statement = select(col(Delivery.guid)).where(col(Delivery.guid).in_(guids[start : start + BATCH]))
        found |= set((await connection.execute(statement)).scalars())
    return found


async def replay(connection: AsyncConnection, guid: str) -> bool:
    """Makes a delivery wait again, whatever became of it; False when there is none."""
    statement = update(Delivery).where(col(Delivery.guid) == guid)
    result = await connection.execute(statement.values(state="received", tries=0, not_before=0.0, error=""))
    return bool(result.rowcount)


async def newest(connection: AsyncConnection, limit: int) -> list[Delivery]:
    statement = select(*Delivery.__table__.columns).order_by(col(Delivery.received_at).desc()).limit(limit)  # type: ignore[attr-defined]
    return [Delivery(**row) for row in (await connection.execute(statement)).mappings()]


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """How many deliveries are in each state."""
    statement = select(col(Delivery.state), func.count()).group_by(col(Delivery.state))
    return {str(row[0]): int(row[1]) for row in await connection.execute(statement)}
