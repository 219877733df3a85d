"""Installations and their repositories, as the webhooks and GitHub's lists tell of them."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from app.store.database import insert_into, insert_or_ignore
from app.store.tables import Installation, Repository


@dataclass(frozen=True, slots=True)
class KnownRepository:
    """What one payload or list says of a repository."""

    id: int
    owner: str
    name: str
    private: bool = True
    default_branch: str = ""
    archived: bool = False


async def see_installation(connection: AsyncConnection, installation_id: int, account: str = "") -> None:
    """Remembers an installation; its secret key is drawn once."""
    await connection.execute(
        insert_or_ignore(connection, Installation).values(
            id=installation_id,
            account=account,
            state="active",
            secret_key=secrets.token_hex(32),
            listed_at=0.0,
            gate_until=0.0,
        )
    )
    if account:
        await _set_installation(connection, installation_id, account=account)


async def set_installation_state(
    connection: AsyncConnection, installation_id: int, state: str, now: float = 0.0
) -> None:
    """state: `active`, `suspended` or `removed`; now is the beginning of a state that is new."""
    await connection.execute(
        update(Installation)
        .where(col(Installation.id) == installation_id, col(Installation.state) != state)
        .values(state=state, state_since=now)
    )


async def installations(connection: AsyncConnection) -> dict[int, str]:
    """The state of every installation that was not removed."""
    statement = select(col(Installation.id), col(Installation.state)).where(
        col(Installation.state).in_(["active", "suspended"])
    )
    return {int(row[0]): str(row[1]) for row in await connection.execute(statement)}


async def of_installation(connection: AsyncConnection, installation_id: int) -> dict[int, Repository]:
    """Every repository of an installation that was not removed, by id."""
    statement = select(*Repository.__table__.columns).where(  # type: ignore[attr-defined]
        col(Repository.installation_id) == installation_id, col(Repository.state) == "active"
    )
    return {row["id"]: Repository(**row) for row in (await connection.execute(statement)).mappings()}


async def installation(connection: AsyncConnection, installation_id: int) -> Installation | None:
    statement = select(*Installation.__table__.columns).where(col(Installation.id) == installation_id)  # type: ignore[attr-defined]
    row = (await connection.execute(statement)).mappings().first()
    return Installation(**row) if row else None


async def mark_listed(connection: AsyncConnection, installation_id: int, now: float) -> None:
    await _set_installation(connection, installation_id, listed_at=now)


async def see_repository(connection: AsyncConnection, installation_id: int, seen: KnownRepository) -> None:
    """Remembers a repository; a name that moved to another id is taken from the old one."""
    await _release_name(connection, seen)
    known = {
        "installation_id": installation_id,
        "owner": seen.owner,
        "name": seen.name,
        "private": seen.private,
        "archived": seen.archived,
        "state": "active",
    }
    if seen.default_branch:
        known["default_branch"] = seen.default_branch
    row = {"id": seen.id, "default_branch": seen.default_branch} | known
    await connection.execute(
        insert_into(connection, Repository).values(**row).on_conflict_do_update(index_elements=["id"], set_=known)
    )


async def _release_name(connection: AsyncConnection, seen: KnownRepository) -> None:
    await connection.execute(
        update(Repository)
        .where(col(Repository.owner) == seen.owner, col(Repository.name) == seen.name, col(Repository.id) != seen.id)
        .values(state="removed")
    )


async def repository(connection: AsyncConnection, repository_id: int) -> Repository | None:
    return await _first(connection, col(Repository.id) == repository_id)


async def repository_named(
    connection: AsyncConnection, installation_id: int, owner: str, name: str
) -> Repository | None:
    return await _first(
        connection,
        col(Repository.installation_id) == installation_id,
        func.lower(col(Repository.owner)) == owner.lower(),
        func.lower(col(Repository.name)) == name.lower(),
        col(Repository.state) == "active",
    )


async def remove_repositories(
    connection: AsyncConnection, installation_id: int, ids: Collection[int] | None = None, now: float = 0.0
) -> None:
    """Those (all, without ids) that still belong to the installation: one that was transferred is another one's."""
    which = [col(Repository.installation_id) == installation_id, col(Repository.state) != "removed"]
    if ids is not None:
        which.append(col(Repository.id).in_(ids))
    gone = {"state": "removed", "state_since": now, "reconciled_at": 0.0}
    await connection.execute(update(Repository).where(*which).values(**gone))


async def mark_reconciled(connection: AsyncConnection, ids: Collection[int], at: float) -> None:
    """at: when they were compared with GitHub; 0 makes them be compared again with the next roster."""
    await connection.execute(update(Repository).where(col(Repository.id).in_(ids)).values(reconciled_at=at))


async def mark_unreconciled(connection: AsyncConnection, installation_id: int) -> None:
    """GitHub may have told us nothing of them for a while."""
    await connection.execute(
        update(Repository).where(col(Repository.installation_id) == installation_id).values(reconciled_at=0.0)
    )


async def gate(connection: AsyncConnection, installation_id: int) -> float:
    """Until when GitHub asked us to be quiet, in seconds since 1970; 0 when it did not."""
    statement = select(col(Installation.gate_until)).where(col(Installation.id) == installation_id)
    return float((await connection.execute(statement)).scalar() or 0.0)


async def close_gate(connection: AsyncConnection, installation_id: int, until: float) -> None:
    """Keeps the gate closed at least until then; an installation (or the App, id 0) without a row gets one."""
    statement = insert_into(connection, Installation).values(
        id=installation_id,
        account="",
        state="active" if installation_id else "app",
        secret_key=secrets.token_hex(32),
        listed_at=0.0,
        gate_until=until,
    )
    later = {"gate_until": until}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=later, where=col(Installation.gate_until) < until)
    )


async def _set_installation(connection: AsyncConnection, installation_id: int, **values: object) -> None:
    await connection.execute(update(Installation).where(col(Installation.id) == installation_id).values(**values))


async def _first(connection: AsyncConnection, *conditions: object) -> Repository | None:
    statement = select(*Repository.__table__.columns).where(*conditions).limit(1)  # type: ignore[attr-defined, arg-type]
    row = (await connection.execute(statement)).mappings().first()
    return Repository(**row) if row else None
