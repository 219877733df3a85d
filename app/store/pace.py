"""The pace of writing as the database keeps it: every worker takes its place in one line per installation."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from app.store.database import insert_or_ignore
from app.store.tables import WriteSlot

# Two keys, so that no installation's lock is ever that of the migrations or of a priority.
_HOLD = text("SELECT pg_advisory_xact_lock(827364521, CAST(:number AS integer))")


async def hold(connection: AsyncConnection, installation_id: int) -> None:
    """Until the end of this transaction nobody else takes a place; SQLite has but one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(_HOLD, {"number": installation_id % 2**31})


async def newest(connection: AsyncConnection, installation_id: int) -> float:
    """The time of the last place taken, 0 when there is none."""
    statement = select(func.max(col(WriteSlot.at))).where(col(WriteSlot.installation_id) == installation_id)
    return float((await connection.execute(statement)).scalar() or 0.0)


async def created(connection: AsyncConnection, installation_id: int, counts: Sequence[int]) -> list[float]:
    """For each count: when the content that many places ago was created, 0 when there was less."""
    found: list[float] = []
    for count in counts:
        statement = (
            select(col(WriteSlot.at))
            .where(col(WriteSlot.installation_id) == installation_id, col(WriteSlot.creates).is_(True))
            .order_by(col(WriteSlot.at).desc())
            .offset(count - 1)
            .limit(1)
        )
        found.append(float((await connection.execute(statement)).scalar() or 0.0))
    return found


async def take(connection: AsyncConnection, installation_id: int, at: float, *, creates: bool, forget: float) -> None:
    """Takes the place at a time; places before `forget` count for nothing any more."""
    slot = {"installation_id": installation_id, "at": at, "creates": creates}
    await connection.execute(insert_or_ignore(connection, WriteSlot).values(**slot))
    await connection.execute(
        delete(WriteSlot).where(col(WriteSlot.installation_id) == installation_id, col(WriteSlot.at) < forget)
    )
