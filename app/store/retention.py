"""What the database forgets, a little at a time, so that it does not grow for ever and nobody waits for it."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col

from app.store.tables import (
    Delivery,
    Installation,
    IssueRow,
    KnownGood,
    Repository,
    Run,
    Target,
    VerdictRow,
    WriteSlot,
)

DAY = 24 * 3600.0
# GitHub's log of deliveries holds three days; more than that is for people who look for a fault.
DELIVERY_DAYS = 30
VERDICT_DAYS = 90
# Whoever removes the App by mistake, or moves a repository for a while, finds everything as it was for so long.
REMOVED_DAYS = 30
# So many rows are deleted in one transaction: SQLite lets nobody else write meanwhile.
BATCH = 500
_ENDED = ("done", "ignored", "failed")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows were deleted."""

    deliveries: int = 0
    verdicts: int = 0
    targets: int = 0
    repositories: int = 0
    installations: int = 0

    @property
    def counts(self) -> dict[str, int]:
        return asdict(self)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def __add__(self, other: "Forgotten") -> "Forgotten":
        return Forgotten(**{kind: count + other.counts[kind] for kind, count in self.counts.items()})


async def forget(connection: AsyncConnection, now: float) -> Forgotten:
    """One batch of each kind; to be repeated until nothing is left.

    Finished deliveries go after 30 days, verdicts that are not a subject's newest after 90, merge groups whose verdicts
    are all gone with their runs, and 30 days after the App lost access all about a repository or installation.
    Pull requests and branches keep their runs, because these say what was already posted.
    """
    return Forgotten(
        deliveries=await _forget_deliveries(connection, now),
        verdicts=await _forget_verdicts(connection, now),
        targets=await _forget_merge_groups(connection),
        repositories=await _forget_repositories(connection, now),
        installations=await _forget_installations(connection, now),
    )


async def _forget_deliveries(connection: AsyncConnection, now: float) -> int:
    count = 0
    for state in _ENDED:
        old = (
            select(col(Delivery.guid))
            .where(col(Delivery.state) == state, col(Delivery.received_at) < now - DELIVERY_DAYS * DAY)
            .limit(BATCH)
        )
        count += await _delete(connection, Delivery, col(Delivery.guid).in_(old))
    return count


async def _forget_verdicts(connection: AsyncConnection, now: float) -> int:
    newer = aliased(VerdictRow)
    is_not_newest = exists().where(
        col(newer.repository_id) == col(VerdictRow.repository_id),
        col(newer.kind) == col(VerdictRow.kind),
        col(newer.name) == col(VerdictRow.name),
        col(newer.id) > col(VerdictRow.id),
    )
    is_group = col(VerdictRow.kind) == "merge_group"
    old = (
        select(col(VerdictRow.id))
        .where(col(VerdictRow.created_at) < now - VERDICT_DAYS * DAY, is_group | is_not_newest)
        .limit(BATCH)
    )
    return await _delete(connection, VerdictRow, col(VerdictRow.id).in_(old))


async def _forget_merge_groups(connection: AsyncConnection) -> int:
    judged = exists().where(
        col(VerdictRow.repository_id) == col(Target.repository_id),
        col(VerdictRow.kind) == "merge_group",
        col(VerdictRow.name) == col(Target.name),
    )
    over = (
        select(col(Target.id))
        .where(col(Target.kind) == "merge_group", col(Target.done) >= col(Target.want), ~judged)
        .limit(BATCH)
    )
    ids = list((await connection.execute(over)).scalars())
    await _delete(connection, Run, col(Run.target_id).in_(ids))
    return await _delete(connection, Target, col(Target.id).in_(ids))


async def _forget_repositories(connection: AsyncConnection, now: float) -> int:
    """One at a time: each may have thousands of verdicts and runs."""
    await _begin(connection, Repository, now)
    gone = select(col(Repository.id)).where(
        col(Repository.state) == "removed", col(Repository.state_since) < now - REMOVED_DAYS * DAY
    )
    repository_id = (await connection.execute(gone.limit(1))).scalar_one_or_none()
    if repository_id is None:
        return 0
    for table in (VerdictRow, Run, Target, IssueRow, KnownGood):
        await _delete(connection, table, table.repository_id == repository_id)
    return await _delete(connection, Repository, col(Repository.id) == repository_id)


async def _forget_installations(connection: AsyncConnection, now: float) -> int:
    """With its key, which nothing can be compared with any more."""
    await _begin(connection, Installation, now)
    has_repository = exists().where(col(Repository.installation_id) == col(Installation.id))
    over = select(col(Installation.id)).where(
        col(Installation.state) == "removed",
        col(Installation.state_since) < now - REMOVED_DAYS * DAY,
        ~has_repository,
    )
    ids = list((await connection.execute(over.limit(BATCH))).scalars())
    await _delete(connection, WriteSlot, col(WriteSlot.installation_id).in_(ids))
    names = [str(installation_id) for installation_id in ids]
    await _delete(connection, Target, (col(Target.repository_id) == 0) & col(Target.name).in_(names))
    return await _delete(connection, Installation, col(Installation.id).in_(ids))


async def _begin(connection: AsyncConnection, table: type[Repository] | type[Installation], now: float) -> None:
    """The days count from now for what an older version marked as removed."""
    await connection.execute(
        update(table).where(col(table.state) == "removed", col(table.state_since) == 0.0).values(state_since=now)
    )


async def _delete(connection: AsyncConnection, table: type[SQLModel], which: Any) -> int:
    return int((await connection.execute(delete(table).where(which))).rowcount)


async def active_repositories(connection: AsyncConnection) -> set[int]:
    """Those whose mirrors may be needed: open to the App, and not of an installation that was removed."""
    statement = (
        select(col(Repository.id))
        .join(Installation, col(Installation.id) == col(Repository.installation_id), isouter=True)
        .where(
            col(Repository.state) == "active",
            func.coalesce(col(Installation.state), "active") != "removed",
            col(Repository.archived).is_(False),
        )
    )
    return set((await connection.execute(statement)).scalars())
