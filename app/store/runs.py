"""Check runs as we mean them: the intent is committed before GitHub hears of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from app.store.database import insert_or_ignore
from app.store.tables import Run, Target

_BATCH = 200


async def intend(connection: AsyncConnection, run: Run) -> Run:
    """Stores the intent of an attempt, or returns the row that an earlier try of it left."""
    await connection.execute(insert_or_ignore(connection, Run).values(**run.model_dump()))
    found = await find(connection, run.external_id)
    if found is None:
        raise LookupError(f"the run {run.external_id} was just stored and is gone")
    return found


async def find(connection: AsyncConnection, external_id: str) -> Run | None:
    return await _first(connection, col(Run.external_id) == external_id)


async def by_check_run(connection: AsyncConnection, check_run_id: int) -> Run | None:
    return await _first(connection, col(Run.check_run_id) == check_run_id)


async def by_head(connection: AsyncConnection, repository_id: int, head_sha: str) -> list[Run]:
    return await _all(connection, col(Run.repository_id) == repository_id, col(Run.head_sha) == head_sha)


async def done_heads(
    connection: AsyncConnection, repository_id: int, kind: str, heads: Sequence[str]
) -> set[tuple[str, str]]:
    """(name of the target, head) of those heads that have a finished check run."""
    found: set[tuple[str, str]] = set()
    for start in range(0, len(heads), _BATCH):
        statement = (
            select(col(Target.name), col(Run.head_sha))
            .join(Target, col(Target.id) == col(Run.target_id))
            .where(
                col(Run.repository_id) == repository_id,
                col(Run.head_sha).in_(heads[start : start + _BATCH]),
                col(Run.state) == "done",
                col(Target.kind) == kind,
            )
        )
        found |= {(str(row[0]), str(row[1])) for row in await connection.execute(statement)}
    return found


async def was_judged(connection: AsyncConnection, repository_id: int, kind: str, name: str) -> bool:
    """Whether any commit of the target has a finished check run."""
    statement = (
        select(col(Run.external_id))
        .join(Target, col(Target.id) == col(Run.target_id))
        .where(
            col(Target.repository_id) == repository_id,
            col(Target.kind) == kind,
            col(Target.name) == name,
            col(Run.state) == "done",
        )
        .limit(1)
    )
    return (await connection.execute(statement)).first() is not None


async def replace_done(connection: AsyncConnection, run: Run) -> None:
    """Attempts of the same commit that are done are shown no more, GitHub shows the newest only."""
    await connection.execute(
        update(Run)
        .where(
            col(Run.target_id) == run.target_id,
            col(Run.head_sha) == run.head_sha,
            col(Run.external_id) != run.external_id,
            col(Run.state) == "done",
        )
        .values(state="superseded")
    )


async def unfinished(connection: AsyncConnection, target_id: int, besides: str) -> list[Run]:
    """Runs of the target that GitHub may show as in progress, other than the named attempt."""
    return await _all(
        connection,
        col(Run.target_id) == target_id,
        col(Run.state).in_(["intended", "started"]),
        col(Run.external_id) != besides,
    )


async def will_post(connection: AsyncConnection, external_id: str, now: float) -> None:
    await _set(connection, external_id, posts=col(Run.posts) + 1, posted_at=now)


async def started(connection: AsyncConnection, external_id: str, check_run_id: int) -> None:
    """Nothing when somebody else has gone on with the run: a worker that slept may bring old news."""
    await _set(connection, external_id, col(Run.state) == "intended", check_run_id=check_run_id, state="started")


async def ended(connection: AsyncConnection, external_id: str, check_run_id: int | None, state: str = "done") -> None:
    """state: `done`, or `superseded` when a newer attempt took its place; that one is never shown again."""
    await _set(connection, external_id, col(Run.state) != "superseded", check_run_id=check_run_id, state=state)


async def lost_sight(connection: AsyncConnection, external_id: str, now: float) -> None:
    """What was just sent may or may not have happened, as is known since now."""
    await _set(connection, external_id, posted_at=now)


async def forget(connection: AsyncConnection, external_id: str, posts: int) -> None:
    """The POST of that number is known not to have happened; what was posted since is not forgotten."""
    untouched = (col(Run.posts) == posts, col(Run.check_run_id).is_(None))
    await _set(connection, external_id, *untouched, posts=0, posted_at=0.0)


async def _set(connection: AsyncConnection, external_id: str, *conditions: Any, **values: object) -> None:
    await connection.execute(update(Run).where(col(Run.external_id) == external_id, *conditions).values(**values))


async def _all(connection: AsyncConnection, *conditions: object) -> list[Run]:
    statement = select(*Run.__table__.columns).where(*conditions)  # type: ignore[attr-defined, arg-type]
    return [Run(**row) for row in (await connection.execute(statement)).mappings()]


async def _first(connection: AsyncConnection, *conditions: object) -> Run | None:
    rows = await _all(connection, *conditions)
    return rows[0] if rows else None
