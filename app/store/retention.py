"""What the database forgets, so that it does not grow for ever."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from app.store.tables import Delivery, Repository, Run, Target, VerdictRow

DAY = 24 * 3600.0
# GitHub's log of deliveries holds three days; more than that is for people who look for a fault.
DELIVERY_DAYS = 30
VERDICT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows were deleted."""

    deliveries: int
    verdicts: int
    targets: int


async def forget(connection: AsyncConnection, now: float) -> Forgotten:
    """Deletes finished deliveries after 30 days, and after 90 days verdicts that are not a subject's newest.

    Merge groups whose verdicts are all gone leave no target or run behind; pull requests and branches keep theirs,
    because their runs say what was already posted.
    """
    deliveries = await connection.execute(
        delete(Delivery).where(
            col(Delivery.state).in_(["done", "ignored", "failed"]),
            col(Delivery.received_at) < now - DELIVERY_DAYS * DAY,
        )
    )
    newest = select(func.max(col(VerdictRow.id))).group_by(
        col(VerdictRow.repository_id), col(VerdictRow.kind), col(VerdictRow.name)
    )
    old = col(VerdictRow.created_at) < now - VERDICT_DAYS * DAY
    is_group = col(VerdictRow.kind) == "merge_group"
    verdicts = await connection.execute(delete(VerdictRow).where(old, is_group | col(VerdictRow.id).not_in(newest)))
    targets = await _forget_merge_groups(connection)
    return Forgotten(deliveries.rowcount, verdicts.rowcount, targets)


async def _forget_merge_groups(connection: AsyncConnection) -> int:
    judged = select(col(VerdictRow.name)).where(col(VerdictRow.kind) == "merge_group")
    over = select(col(Target.id)).where(
        col(Target.kind) == "merge_group", col(Target.done) >= col(Target.want), col(Target.name).not_in(judged)
    )
    await connection.execute(delete(Run).where(col(Run.target_id).in_(over)))
    result = await connection.execute(delete(Target).where(col(Target.id).in_(over)))
    return int(result.rowcount)


async def active_repositories(connection: AsyncConnection) -> set[int]:
    statement = select(col(Repository.id)).where(col(Repository.state) == "active")
    return set((await connection.execute(statement)).scalars())
