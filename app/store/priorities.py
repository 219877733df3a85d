"""Who goes first: what people wait for, before what comes by itself; and how much of the rest runs at once."""

from collections.abc import Mapping

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from app.store.tables import Target

# Somebody waits for a pull request and for the merge queue; the first look at a branch can take its time.
FIRST, USUAL, ISSUES, AUDIT = range(4)
# All there are, in the order in which due targets are worked on.
PRIORITIES = (FIRST, USUAL, ISSUES, AUDIT)
_OF_KIND = {"pull": FIRST, "merge_group": FIRST, "issues": ISSUES}
# PostgreSQL: claims of bounded work take turns, else two of them could count the same free place.
_TURN = text("SELECT pg_advisory_xact_lock(827364520)")
# How many targets of a priority may be leased at once over all workers; those not named are not bounded.
Bounds = Mapping[int, int]


def usual_priority(kind: str) -> int:
    return _OF_KIND.get(kind, USUAL)


async def room(connection: AsyncConnection, priority: int, now: float, bounds: Bounds) -> int | None:
    """How many more targets of this priority may be leased, None without a bound."""
    if priority not in bounds:
        return None
    leased = (
        select(func.count())
        .select_from(Target)
        .where(
            col(Target.done) < col(Target.want),
            col(Target.priority) == priority,
            col(Target.lease_by) != "",
            col(Target.lease_until) >= now,
        )
    )
    return max(0, bounds[priority] - int((await connection.execute(leased)).scalar_one()))


async def has_room(connection: AsyncConnection, target_id: int, now: float, bounds: Bounds) -> bool:
    """Whether this target may be leased now as far as bounds go; holds in this transaction until its end."""
    if not bounds:
        return True
    found = await connection.execute(select(col(Target.priority)).where(col(Target.id) == target_id))
    priority = found.scalar_one_or_none()
    if priority is None or priority not in bounds:
        return True
    if connection.dialect.name == "postgresql":
        await connection.execute(_TURN)
    return await room(connection, priority, now, bounds) != 0
