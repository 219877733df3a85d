"""What a target stands for right now: the commit to judge and what it is compared with."""

from dataclasses import dataclass
from http import HTTPStatus

from app.errors import ReadygateError
from app.github.addresses import RepositoryRef
from app.github.errors import Forbidden
from app.jobs.membership import change_state, want_roster
from app.jobs.world import World
from app.store import repositories
from app.store.tables import Repository
from app.store.targets import Claim


class RepositoryGone(ReadygateError):
    """The App has no access to the repository any more."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A commit to judge.

    head_sha is empty for a branch whose tip is read after the fetch; base_ref is the branch it would be merged
    into, empty in an audit; base_sha is fixed by a merge group, else empty and read from the branch's tip.
    """

    repository: RepositoryRef
    private: bool
    kind: str
    name: str
    head_ref: str
    head_sha: str
    base_ref: str = ""
    base_sha: str = ""


async def known_repository(world: World, repository_id: int) -> Repository:
    """The repository's row; Forbidden while the installation is suspended.

    RepositoryGone when it or its installation was removed, or it is archived: nothing can be written there.
    """
    async with world.database.transaction() as connection:
        row = await repositories.repository(connection, repository_id)
        installation = await repositories.installation(connection, row.installation_id) if row else None
    if row is None or row.state != "active" or installation is None or installation.state == "removed":
        raise RepositoryGone(f"repository {repository_id} is not open to the App")
    if row.archived:
        raise RepositoryGone(f"repository {repository_id} is archived")
    if installation.state != "active":
        await _ask_again(world, installation.id)
    return row


async def _ask_again(world: World, installation_id: int) -> None:
    """The delivery that told of the end of a suspension may have been lost; raises Forbidden when it goes on."""
    if (await world.github.installation(installation_id)).is_suspended:
        raise Forbidden(HTTPStatus.FORBIDDEN, f"installation {installation_id} is suspended")
    async with world.database.transaction() as connection:
        await change_state(connection, installation_id, "active", world.clock())
        await repositories.mark_unreconciled(connection, installation_id)
        await want_roster(connection, installation_id, world.clock())


def reference(row: Repository) -> RepositoryRef:
    return RepositoryRef(id=row.id, owner=row.owner, name=row.name, installation_id=row.installation_id)


async def find_subject(world: World, held: Claim) -> Subject | None:
    """The subject of a target; None when there is nothing to judge any more."""
    row = await known_repository(world, held.repository_id)
    if held.kind == "pull":
        return await _pull(world, row, int(held.name))
    if held.kind == "merge_group":
        return _merge_group(row, held)
    if row.default_branch not in ("", held.name):
        return None  # another branch is the default one by now
    return Subject(reference(row), row.private, "branch", held.name, f"refs/heads/{held.name}", "")


async def _pull(world: World, row: Repository, number: int) -> Subject | None:
    """The API is asked for the head, because deliveries arrive in any order."""
    pull = await world.github.pull_request(reference(row), number)
    if pull.state != "open":
        return None
    return Subject(
        repository=reference(row),
        private=row.private,
        kind="pull",
        name=str(number),
        head_ref=f"refs/pull/{number}/head",
        head_sha=pull.head_sha,
        base_ref=pull.base_ref,
    )


def _merge_group(row: Repository, held: Claim) -> Subject | None:
    if held.detail.get("destroyed"):
        return None
    return Subject(
        repository=reference(row),
        private=row.private,
        kind="merge_group",
        name=held.name,
        head_ref=str(held.detail["head_ref"]),
        head_sha=held.name,
        base_ref=str(held.detail["base_ref"]),
        base_sha=str(held.detail["base_sha"]),
    )
