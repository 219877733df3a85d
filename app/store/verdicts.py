"""Verdicts kept as JSON, and the last policy text of each repository that parsed."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from app.store.database import insert_into
from app.store.tables import KnownGood, VerdictRow


async def save_verdict(connection: AsyncConnection, row: VerdictRow) -> None:
    """Keeps one verdict per attempt: one that is judged again after a crash takes the place of the first."""
    await connection.execute(delete(VerdictRow).where(col(VerdictRow.external_id) == row.external_id))
    values = row.model_dump(exclude={"id"})
    await connection.execute(insert_into(connection, VerdictRow).values(**values))


async def newest_verdict(connection: AsyncConnection, repository_id: int, kind: str, name: str) -> VerdictRow | None:
    statement = (
        select(*VerdictRow.__table__.columns)  # type: ignore[attr-defined]
        .where(
            col(VerdictRow.repository_id) == repository_id,
            col(VerdictRow.kind) == kind,
            col(VerdictRow.name) == name,
        )
        .order_by(col(VerdictRow.created_at).desc(), col(VerdictRow.id).desc())
        .limit(1)
    )
    row = (await connection.execute(statement)).mappings().first()
    return VerdictRow(**row) if row else None


async def remember_good(connection: AsyncConnection, good: KnownGood) -> None:
    values = good.model_dump()
    await connection.execute(
        insert_into(connection, KnownGood)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["repository_id", "layer"], set_=good.model_dump(include={"path", "commit", "text"})
        )
    )


async def last_good(connection: AsyncConnection, repository_id: int, layer: str) -> KnownGood | None:
    statement = select(*KnownGood.__table__.columns).where(  # type: ignore[attr-defined]
        col(KnownGood.repository_id) == repository_id, col(KnownGood.layer) == layer
    )
    row = (await connection.execute(statement)).mappings().first()
    return KnownGood(**row) if row else None
