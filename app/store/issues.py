"""The link between a gap and its issue, with the intent stored before the issue is created."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from app.store.database import insert_or_ignore
from app.store.tables import IssueRow


async def of_repository(connection: AsyncConnection, repository_id: int) -> list[IssueRow]:
    statement = select(*IssueRow.__table__.columns).where(col(IssueRow.repository_id) == repository_id)  # type: ignore[attr-defined]
    return [IssueRow(**row) for row in (await connection.execute(statement)).mappings()]


async def will_create(connection: AsyncConnection, key: str, repository_id: int, now: float) -> IssueRow:
    """Stores the intent; the row returned says whether an earlier POST may have gone through (posts, posted_at)."""
    row = IssueRow(key=key, repository_id=repository_id, created_at=now)
    await connection.execute(insert_or_ignore(connection, IssueRow).values(**row.model_dump()))
    statement = select(*IssueRow.__table__.columns).where(col(IssueRow.key) == key)  # type: ignore[attr-defined]
    found = (await connection.execute(statement)).mappings().one()
    return IssueRow(**found)


async def will_post(connection: AsyncConnection, key: str, now: float) -> None:
    await change(connection, key, posts=col(IssueRow.posts) + 1, posted_at=now)


async def forget(connection: AsyncConnection, key: str, posts: int) -> None:
    """The POST of that number is known not to have happened; what was posted since is not forgotten."""
    await connection.execute(
        update(IssueRow)
        .where(col(IssueRow.key) == key, col(IssueRow.posts) == posts, col(IssueRow.number).is_(None))
        .values(posts=0, posted_at=0.0)
    )


async def change(connection: AsyncConnection, key: str, **values: object) -> None:
    await connection.execute(update(IssueRow).where(col(IssueRow.key) == key).values(**values))


async def change_by_number(connection: AsyncConnection, repository_id: int, number: int, **values: object) -> None:
    await connection.execute(
        update(IssueRow)
        .where(col(IssueRow.repository_id) == repository_id, col(IssueRow.number) == number)
        .values(**values)
    )


async def created_since(connection: AsyncConnection, repository_id: int, since: float) -> int:
    statement = (
        select(func.count())
        .select_from(IssueRow)
        .where(col(IssueRow.repository_id) == repository_id, col(IssueRow.created_at) >= since)
        .where(col(IssueRow.posts) > 0)
    )
    return int((await connection.execute(statement)).scalar_one())
