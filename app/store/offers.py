"""Work that nobody asked for: it is offered, spread over time, and never delays what somebody waits for."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from app.store.database import insert_into
from app.store.tables import Installation, Target
from app.store.targets import new_row

# GitHub grants an installation 5,000 requests an hour. One judgement takes up to five: at this pace, background work
# uses little more than half of them. So many may come at once before the pace counts.
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#primary-rate-limit-for-github-app-installations
STEP_SECONDS = 6.0
BURST = 50


async def offer(
    connection: AsyncConnection,
    *,
    repository_id: int,
    kind: str,
    name: str,
    priority: int,
    not_before: float,
    detail: Mapping[str, Any] | None = None,
) -> bool:
    """Makes a target due unless it is already, so that background work never delays what was asked for; if it did."""
    values = new_row(repository_id, kind, name, detail=detail, not_before=not_before, priority=priority)
    changed: dict[str, Any] = {
        "want": col(Target.want) + 1,
        "tries": 0,
        "not_before": not_before,
        "priority": priority,
    }
    if detail is not None:
        changed["detail"] = values["detail"]
    statement = (
        insert_into(connection, Target)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["repository_id", "kind", "name"],
            set_=changed,
            where=col(Target.done) >= col(Target.want),
        )
        .returning(col(Target.id))
    )
    return (await connection.execute(statement)).first() is not None


async def next_start(connection: AsyncConnection, installation_id: int, now: float) -> float:
    """When the next piece of background judging of an installation may start; each call takes one such place."""
    earliest = now - BURST * STEP_SECONDS
    statement = select(col(Installation.planned_until)).where(col(Installation.id) == installation_id)
    planned = float((await connection.execute(statement.with_for_update())).scalar() or 0.0)
    start = max(planned, earliest) + STEP_SECONDS
    await connection.execute(
        update(Installation).where(col(Installation.id) == installation_id).values(planned_until=start)
    )
    return max(start, now)
