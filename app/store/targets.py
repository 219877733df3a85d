"""Targets: what is to be kept judged, and the lease that lets one worker do it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from app.store.database import insert_into, insert_or_ignore
from app.store.priorities import AUDIT, PRIORITIES, Bounds, has_room, room, usual_priority
from app.store.tables import Repository, Target

# A lease that is not renewed for so many seconds is anybody's, unless the settings say otherwise.
LEASE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A target held by this worker: `want` is what will be done when it is finished."""

    id: int
    repository_id: int
    kind: str
    name: str
    detail: Mapping[str, Any]
    want: int
    attempt: int
    tries: int
    delivery: str
    holder: str


async def bump(
    connection: AsyncConnection,
    *,
    repository_id: int,
    kind: str,
    name: str,
    detail: Mapping[str, Any] | None = None,
    new_attempt: bool = False,
    not_before: float = 0.0,
    delivery: str = "",
) -> int:
    """Makes a target due once more (created when new) and returns its id; detail replaces what was known."""
    priority = usual_priority(kind)
    values = new_row(repository_id, kind, name, detail=detail, not_before=not_before, priority=priority)
    values["delivery"] = delivery
    is_more_urgent = (col(Target.done) < col(Target.want)) & (col(Target.priority) < priority)
    changed: dict[str, Any] = {
        "want": col(Target.want) + 1,
        "tries": 0,
        "not_before": not_before,
        "attempt": col(Target.attempt) + (1 if new_attempt else 0),
        "priority": case((is_more_urgent, col(Target.priority)), else_=priority),
    }
    if detail is not None:
        changed["detail"] = values["detail"]
    if delivery:
        changed["delivery"] = delivery
    statement = (
        insert_into(connection, Target)
        .values(**values)
        .on_conflict_do_update(index_elements=["repository_id", "kind", "name"], set_=changed)
        .returning(col(Target.id))
    )
    return int((await connection.execute(statement)).scalar_one())


def new_row(
    repository_id: int, kind: str, name: str, *, detail: Mapping[str, Any] | None, not_before: float, priority: int
) -> dict[str, Any]:
    """The columns of a target that is due."""
    row = Target(repository_id=repository_id, kind=kind, name=name, not_before=not_before, priority=priority)
    return row.model_dump(exclude={"id"}) | {"detail": json.dumps(dict(detail or {}))}


async def add_missing(connection: AsyncConnection, *, repository_id: int, kind: str, name: str) -> None:
    """A target that is due, unless there is one already, due or not."""
    row = new_row(repository_id, kind, name, detail=None, not_before=0.0, priority=usual_priority(kind))
    await connection.execute(insert_or_ignore(connection, Target).values(**row))


async def bump_again(connection: AsyncConnection, target_id: int, delivery: str, *, not_before: float = 0.0) -> int:
    """A re-run somebody asked for: a new attempt of a target that exists."""
    await connection.execute(
        update(Target)
        .where(col(Target.id) == target_id)
        .values(
            want=col(Target.want) + 1,
            attempt=col(Target.attempt) + 1,
            tries=0,
            not_before=not_before,
            delivery=delivery,
        )
    )
    return target_id


async def wake(connection: AsyncConnection, installation_id: int) -> None:
    """Makes what waits for a permission or the end of a suspension due now; what was only spread over time stays so."""
    repositories = select(col(Repository.id)).where(col(Repository.installation_id) == installation_id)
    await _wake(connection, col(Target.repository_id).in_(repositories))


async def wake_repository(connection: AsyncConnection, repository_id: int) -> None:
    """The same for one repository."""
    await _wake(connection, col(Target.repository_id) == repository_id)


async def _wake(connection: AsyncConnection, which: Any) -> None:
    await connection.execute(
        update(Target).where(col(Target.done) < col(Target.want), col(Target.error) != "", which).values(not_before=0.0)
    )


async def due(connection: AsyncConnection, now: float, limit: int = 200, bounds: Bounds | None = None) -> list[int]:
    """The ids of targets with work to do that nobody holds, the most urgent first, no more than bounds allow."""
    found: list[int] = []
    for priority in PRIORITIES:
        left = await room(connection, priority, now, bounds or {})
        most = limit - len(found) if left is None else min(left, limit - len(found))
        if most > 0:
            found += await _due(connection, now, priority, most)
    return found


async def _due(connection: AsyncConnection, now: float, priority: int, limit: int) -> list[int]:
    statement = (
        select(col(Target.id))
        .where(
            col(Target.done) < col(Target.want),
            col(Target.priority) == priority,
            col(Target.not_before) <= now,
            col(Target.lease_until) < now,
        )
        .order_by(col(Target.not_before))
        .limit(limit)
    )
    return [row for row in (await connection.execute(statement)).scalars() if row is not None]


async def is_due(connection: AsyncConnection, target_id: int, now: float) -> bool:
    statement = select(col(Target.id)).where(
        col(Target.id) == target_id, col(Target.done) < col(Target.want), col(Target.not_before) <= now
    )
    return (await connection.execute(statement)).first() is not None


async def claim(
    connection: AsyncConnection,
    target_id: int,
    *,
    holder: str,
    now: float,
    seconds: float = LEASE_SECONDS,
    bounds: Bounds | None = None,
) -> Claim | None:
    """Takes the lease when the target is due and free and bounds leave room for it; None otherwise."""
    if not await has_room(connection, target_id, now, bounds or {}):
        return None
    statement = (
        update(Target)
        .where(
            col(Target.id) == target_id,
            col(Target.done) < col(Target.want),
            col(Target.not_before) <= now,
            or_(col(Target.lease_until) < now, col(Target.lease_by) == ""),
        )
        .values(lease_by=holder, lease_until=now + seconds)
        .returning(*Target.__table__.columns)  # type: ignore[attr-defined]
    )
    row = (await connection.execute(statement)).mappings().first()
    if row is None:
        return None
    return Claim(
        id=row["id"],
        repository_id=row["repository_id"],
        kind=row["kind"],
        name=row["name"],
        detail=json.loads(row["detail"]),
        want=row["want"],
        attempt=row["attempt"],
        tries=row["tries"],
        delivery=row["delivery"],
        holder=holder,
    )


async def renew(connection: AsyncConnection, held: Claim, now: float, seconds: float = LEASE_SECONDS) -> bool:
    """Prolongs the lease; False when another worker has it, and then nothing may be written any more."""
    statement = (
        update(Target)
        .where(col(Target.id) == held.id, col(Target.lease_by) == held.holder, col(Target.lease_until) > now)
        .values(lease_until=now + seconds)
    )
    return bool((await connection.execute(statement)).rowcount)


async def finish(connection: AsyncConnection, held: Claim) -> bool:
    """Work up to `want` is done and the lease is given back; False when the lease was lost."""
    statement = (
        update(Target)
        .where(col(Target.id) == held.id, col(Target.lease_by) == held.holder)
        .values(done=held.want, lease_by="", lease_until=0.0, tries=0, error="")
    )
    return bool((await connection.execute(statement)).rowcount)


async def release(connection: AsyncConnection, held: Claim, *, not_before: float, tries: int, error: str) -> None:
    """Gives the lease back undone; the target is due again at not_before, and at once for what came meanwhile."""
    is_asked_again = col(Target.want) > held.want
    await connection.execute(
        update(Target)
        .where(col(Target.id) == held.id, col(Target.lease_by) == held.holder)
        .values(
            lease_by="",
            lease_until=0.0,
            not_before=case((is_asked_again, col(Target.not_before)), else_=not_before),
            tries=case((is_asked_again, 0), else_=tries),
            error=error[:2000].replace("\0", ""),
        )
    )


async def of_repository(connection: AsyncConnection, repository_id: int, kind: str) -> list[Target]:
    statement = select(*Target.__table__.columns).where(  # type: ignore[attr-defined]
        col(Target.repository_id) == repository_id, col(Target.kind) == kind
    )
    return [Target(**row) for row in (await connection.execute(statement)).mappings()]


async def backlog(connection: AsyncConnection, now: float) -> tuple[int, float]:
    """How many targets are undone and due, and for how many seconds the oldest could have been run.

    Audits count for the number alone: they are meant to wait.
    """
    is_waited_for = (col(Target.priority) < AUDIT) & (col(Target.not_before) > 0)
    statement = select(func.count(), func.min(case((is_waited_for, col(Target.not_before))))).where(
        col(Target.done) < col(Target.want), col(Target.not_before) <= now
    )
    count, oldest = (await connection.execute(statement)).one()
    return int(count), now - oldest if oldest else 0.0
