"""Once a day GitHub is asked where the App is installed and on which repositories, and what of them needs a look."""

from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from app.github.addresses import RepositoryRef
from app.github.errors import NotFound
from app.github.installations import RepositorySeen
from app.jobs.lease import Lease
from app.jobs.membership import change_state, news_of, want_roster
from app.jobs.recurring import RECONCILE, come_back
from app.jobs.world import World
from app.store import repositories, targets
from app.store.offers import BURST, STEP_SECONDS, offer
from app.store.priorities import USUAL
from app.store.repositories import KnownRepository
from app.store.tables import Repository

EVERY_SECONDS = 24 * 3600.0
# Lists of two installations begin so far apart.
APART_SECONDS = 2.0
# However many repositories there are, each is looked at within this time.
SPREAD_SECONDS = 20 * 3600.0
# A repository that was compared with GitHub so short a time ago is not compared again.
FRESH_SECONDS = 20 * 3600.0
# GitHub's clock and ours, and a push that was under way during the last look.
MARGIN_SECONDS = 900.0
# So many repositories are written in one transaction: SQLite lets nobody else write meanwhile.
BATCH = 100
log = structlog.get_logger("roster")


async def list_installations(world: World, lease: Lease) -> None:
    """Makes the roster of every installation due, and learns which were suspended, resumed or removed unheard."""
    now = world.clock()
    async with world.database.transaction() as connection:
        before = await repositories.installations(connection)
    seen = await world.github.installations()
    for index, found in enumerate(seen):
        state = "suspended" if found.is_suspended else "active"
        async with world.database.transaction() as connection:
            await repositories.see_installation(connection, found.id, found.account)
            if before.get(found.id) != state:
                await change_state(connection, found.id, state, now)
                await repositories.mark_unreconciled(connection, found.id)
            if state == "active":
                await want_roster(connection, found.id, now + index * APART_SECONDS)
    for installation_id in before.keys() - {found.id for found in seen}:
        await _check_removed(world, installation_id)
    await come_back(world, lease, at=now + EVERY_SECONDS)


async def list_repositories(world: World, lease: Lease) -> None:
    """The roster of one installation: its repositories learnt, those that left noticed, looks at the rest spread."""
    installation_id = int(lease.held.name)
    async with world.database.transaction() as connection:
        installation = await repositories.installation(connection, installation_id)
        before = await repositories.of_installation(connection, installation_id)
    if installation is None or installation.state != "active":
        return
    try:
        listed = await learn_repositories(world, installation_id)
    except NotFound:
        await _check_removed(world, installation_id)
        return
    here = {found.id for found in listed}
    await _drop(world, [row for row in before.values() if row.id not in here])
    async with world.database.transaction() as connection:
        rows = await repositories.of_installation(connection, installation_id)
    await _plan(world, rows, listed)


async def learn_repositories(world: World, installation_id: int) -> list[RepositorySeen]:
    """What GitHub lists, and the database knows now."""
    listed = await world.github.installation_repositories(installation_id)
    async with world.database.reading() as connection:
        before = await repositories.of_installation(connection, installation_id)
    news = news_of(before, listed)
    for start in range(0, len(news), BATCH):
        async with world.database.transaction() as connection:
            for found in news[start : start + BATCH]:
                await repositories.see_repository(connection, installation_id, found)
                await _follow_visibility(connection, before.get(found.id), found)
    async with world.database.transaction() as connection:
        await repositories.mark_listed(connection, installation_id, world.clock())
    return listed


async def _follow_visibility(connection: AsyncConnection, before: Repository | None, found: KnownRepository) -> None:
    """Whoever reads the issues decides whether one may name the places of secrets."""
    if before is not None and before.private is not found.private and before.default_branch:
        await targets.bump(connection, repository_id=found.id, kind="issues", name=before.default_branch)


async def _check_removed(world: World, installation_id: int) -> None:
    """It may have been installed while the list was read, so it is asked for by itself."""
    try:
        await world.github.installation(installation_id)
    except NotFound:
        async with world.database.transaction() as connection:
            await change_state(connection, installation_id, "removed", world.clock())
        log.warning("the App was removed from an account", installation=installation_id)


async def _drop(world: World, absent: Sequence[Repository]) -> None:
    """A list that is read in pages can miss one, so each is asked for by itself."""
    for row in absent:
        repository = RepositoryRef(id=row.id, owner=row.owner, name=row.name, installation_id=row.installation_id)
        try:
            await world.github.repository(repository)
        except NotFound:
            async with world.database.transaction() as connection:
                await repositories.remove_repositories(connection, row.installation_id, [row.id], world.clock())
            log.warning("a repository is not open to the App any more", repository=row.id)


async def _plan(world: World, rows: Mapping[int, Repository], listed: Sequence[RepositorySeen]) -> None:
    """Looks at what may have changed unheard, spread over time; what cannot have is noted as compared."""
    now = world.clock()
    stale = [found for found in listed if found.id in rows and now - rows[found.id].reconciled_at > FRESH_SECONDS]
    looks = {found.id: look for found in stale if (look := what_to_look_at(rows[found.id], found))}
    unchanged = [found.id for found in stale if found.id not in looks]
    step = min(STEP_SECONDS, SPREAD_SECONDS / max(1, len(looks)))
    planned = list(enumerate(looks.items()))
    for start in range(0, len(planned), BATCH):
        async with world.database.transaction() as connection:
            for index, (repository_id, look) in planned[start : start + BATCH]:
                await offer(
                    connection,
                    repository_id=repository_id,
                    kind=RECONCILE,
                    name="repository",
                    priority=USUAL,
                    not_before=now + max(0, index - BURST) * step,
                    detail=look,
                )
    for start in range(0, len(unchanged), BATCH):
        async with world.database.transaction() as connection:
            await repositories.mark_reconciled(connection, unchanged[start : start + BATCH], now)
    log.info("repositories listed", repositories=len(listed), looks=len(looks))


def what_to_look_at(row: Repository, seen: RepositorySeen) -> dict[str, bool]:
    """Open pull requests where there are any; the default branch where something was pushed; empty for nothing."""
    if seen.archived:
        return {}
    has_pulls = seen.open_count is None or seen.open_count > 0
    is_new = row.reconciled_at == 0.0 or seen.pushed_at is None
    was_pushed = is_new or (seen.pushed_at or 0.0) > row.reconciled_at - MARGIN_SECONDS
    return {"pulls": has_pulls, "branch": was_pushed} if has_pulls or was_pushed else {}
