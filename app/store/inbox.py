"""The inbox: deliveries kept before they are acknowledged, and what becomes of them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from app.store.database import Database, insert_or_ignore
from app.store.received import BATCH, Keeper, Received
from app.store.tables import Delivery

# A delivery that failed so often is shown as failed and left for `readygate deliveries replay`.
MAX_TRIES = 8


class Inbox(Keeper):
    """Keeps deliveries through the connection everything else uses; the web process has a slimmer way, `fast_inbox`."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    async def commit(self, rows: Sequence[Received]) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(insert_or_ignore(connection, Delivery), [_row(row) for row in rows])


def _row(received: Received) -> dict[str, Any]:
    return asdict(received) | {"tries": 0, "not_before": 0.0, "error": ""}


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


async def put_back(
    connection: AsyncConnection, guid: str, *, error: str, not_before: float, counts: bool = True
) -> None:
    """After a failure: tried again at not_before, or shown as failed after MAX_TRIES that count.

    A delivery whose work was committed after all, because only the answer to the commit was lost, stays done.
    """
    tries = col(Delivery.tries) + (1 if counts else 0)
    await connection.execute(
        update(Delivery)
        .where(col(Delivery.guid) == guid, col(Delivery.state) == "received")
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
