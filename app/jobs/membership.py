"""What is known of installations and their repositories, and what follows when that changes."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.github.installations import INTERNAL, RepositorySeen
from app.jobs.events import Work
from app.jobs.fields import look_up, number_at, text_at
from app.jobs.recurring import ROSTER
from app.store import repositories, targets
from app.store.repositories import KnownRepository
from app.store.tables import Repository


async def learn_installation(connection: AsyncConnection, installation_id: int, work: Work, now: float = 0.0) -> None:
    """What a delivery says of the installation as a whole."""
    if work.installation_state:
        await change_state(connection, installation_id, work.installation_state, now)
    for item in work.added:
        if seen := _listed(item):
            await repositories.see_repository(connection, installation_id, seen)
    if work.added:
        # This payload lacks the default branches, the organisation's policy is on one of them.
        await repositories.mark_listed(connection, installation_id, 0.0)
    if work.removed:
        await repositories.remove_repositories(connection, installation_id, work.removed, now)
    if work.was_silent:
        await repositories.mark_unreconciled(connection, installation_id)
    if work.needs_roster:
        await want_roster(connection, installation_id, now)


async def change_state(connection: AsyncConnection, installation_id: int, state: str, now: float) -> None:
    """state: `active` wakes what waited for it, `removed` takes all repositories with it; nothing while `suspended`."""
    await repositories.set_installation_state(connection, installation_id, state, now)
    if state == "active":
        await targets.wake(connection, installation_id)
    if state == "removed":
        await repositories.remove_repositories(connection, installation_id, now=now)


async def want_roster(connection: AsyncConnection, installation_id: int, not_before: float) -> None:
    """The list of the installation's repositories shall be read."""
    await targets.bump(connection, repository_id=0, kind=ROSTER, name=str(installation_id), not_before=not_before)


def told(fields: Mapping[str, Any]) -> KnownRepository | None:
    """The repository a payload is about."""
    repository_id = number_at(fields, "repository.id")
    owner, name = text_at(fields, "repository.owner.login"), text_at(fields, "repository.name")
    if not repository_id or not owner or not name:
        return None
    return KnownRepository(
        id=repository_id,
        owner=owner,
        name=name,
        private=_is_private(fields, "repository."),
        default_branch=text_at(fields, "repository.default_branch"),
        archived=look_up(fields, "repository.archived") is True,
    )


def _is_private(fields: Mapping[str, Any], prefix: str = "") -> bool:
    """Whether only those who were let in read it; `internal` is read by everybody in an enterprise."""
    is_internal = look_up(fields, f"{prefix}visibility") == INTERNAL
    return look_up(fields, f"{prefix}private") is not False and not is_internal


def _listed(item: Mapping[str, Any]) -> KnownRepository | None:
    repository_id = number_at(item, "id")
    owner, _, name = text_at(item, "full_name").partition("/")
    if not repository_id or not owner or not name:
        return None
    return KnownRepository(repository_id, owner, name, _is_private(item))


def known(seen: RepositorySeen) -> KnownRepository:
    owner, _, name = seen.full_name.partition("/")
    return KnownRepository(seen.id, owner, name, seen.private, seen.default_branch, seen.archived)


def news_of(before: Mapping[int, Repository], listed: Sequence[RepositorySeen]) -> list[KnownRepository]:
    """What GitHub's list says that was not known; a daily list that says nothing new costs no write."""
    seen = map(known, listed)
    return [found for found in seen if found.id not in before or found != _as_known(before[found.id])]


def _as_known(row: Repository) -> KnownRepository:
    return KnownRepository(row.id, row.owner, row.name, row.private, row.default_branch, row.archived)
