"""The organisation's rules.yml, read from its `.github` repository through git."""

import asyncio
from dataclasses import dataclass
from weakref import WeakValueDictionary

import structlog

from app.errors import Unreadable
from app.git.errors import GitError
from app.github.errors import GitHubError, Unreachable
from app.jobs.fetch import fetch_file
from app.jobs.roster import learn_repositories
from app.jobs.subject import reference
from app.jobs.world import World
from app.readiness.policy import Layer
from app.store import repositories, verdicts
from app.store.tables import Repository

# The organisation's policy is fetched at most once in so many seconds and repository.
FRESH_SECONDS = 60.0
# GitHub is asked for the repositories of an installation once in so many seconds; webhooks tell of changes between.
LIST_SECONDS = 6 * 3600.0
PATH = "rules.yml"
log = structlog.get_logger("org_policy")
_listing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


@dataclass(frozen=True, slots=True)
class OrgPolicy:
    """The layer, None when the organisation has none; note tells the reader why it could not be read."""

    layer: Layer | None = None
    note: str = ""
    repository_id: int = 0
    is_unreadable: bool = False


async def read_org_policy(world: World, row: Repository) -> OrgPolicy:
    await list_repositories(world, row.installation_id)
    async with world.database.transaction() as connection:
        home = await repositories.repository_named(connection, row.installation_id, row.owner, ".github")
    if home is None:
        return OrgPolicy(note=f"{row.owner}/.github is not open to the App, so no organisation policy applies")
    try:
        found = await fetch_file(world, reference(home), home.default_branch, PATH, FRESH_SECONDS)
    except (GitHubError, Unreadable) as error:
        async with world.database.transaction() as connection:
            good = await verdicts.last_good(connection, home.id, "org")
        if good is None and isinstance(error, Unreachable):
            raise  # nothing is known of the policy yet: a verdict without it could pass what it blocks
        log.warning("organisation policy not read", repository=f"{home.owner}/.github", error=type(error).__name__)
        judge = "the last known good policy judges" if good else "no organisation policy applies"
        is_odd = isinstance(error, Unreadable) and not isinstance(error, GitError)
        reason = f": {error.what}" if is_odd else " could not be read just now"
        note = f"{row.owner}/.github{reason}; {judge}"
        return OrgPolicy(note=note, repository_id=home.id, is_unreadable=True)
    if found is None:
        return OrgPolicy(repository_id=home.id)
    commit, text = found
    return OrgPolicy(Layer("org", f"{home.owner}/.github:{PATH}", text, commit), repository_id=home.id)


async def list_repositories(world: World, installation_id: int) -> None:
    """Asks GitHub which repositories the installation covers, when that was long ago."""
    async with _listing.setdefault(installation_id, asyncio.Lock()):
        async with world.database.transaction() as connection:
            installation = await repositories.installation(connection, installation_id)
        if installation is None or world.clock() - installation.listed_at < LIST_SECONDS:
            return
        try:
            await learn_repositories(world, installation_id)
        except GitHubError as error:
            if not installation.listed_at:
                raise  # without a list the organisation's policy would not be found
            log.warning("repositories not listed", installation=installation_id, error=str(error))
