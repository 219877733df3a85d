"""Working on one target: take the lease, do the job of its kind, and give the lease back done or for later."""

from collections.abc import Awaitable, Callable, Mapping
from secrets import token_hex

import structlog

from app.errors import Unreadable
from app.github.errors import Forbidden, GitHubError, Gone, Later, NotFound, Unprocessable
from app.github.permit import asked_before_writes
from app.jobs.backoff import PATIENCE, delay
from app.jobs.catch_up import catch_up
from app.jobs.lease import Lease, LeaseLost
from app.jobs.prune import prune
from app.jobs.reconcile import reconcile
from app.jobs.recurring import CATCH_UP, INSTALLATIONS, PRUNE, RECONCILE, ROSTER
from app.jobs.review import review
from app.jobs.roster import list_installations, list_repositories
from app.jobs.subject import RepositoryGone
from app.jobs.sync_issues import sync_issues
from app.jobs.world import World
from app.store import targets
from app.store.database import is_passing
from app.store.targets import Claim

# A missing permission or a fault of ours mends itself only when somebody acts; it is looked at again after an hour.
PARKED_SECONDS = 3600.0
# A push may be told of before all of GitHub's servers know it: so many tries are answered "not found" in vain.
NOT_YET = 3
Job = Callable[[World, Lease], Awaitable[None]]
JOBS: Mapping[str, Job] = {
    "pull": review,
    "branch": review,
    "merge_group": review,
    "issues": sync_issues,
    CATCH_UP: catch_up,
    PRUNE: prune,
    INSTALLATIONS: list_installations,
    ROSTER: list_repositories,
    RECONCILE: reconcile,
}
log = structlog.get_logger("target")


async def run_target(world: World, target_id: int) -> None:
    """Does what is due for a target; nothing when it is not due or somebody else has it."""
    async with world.database.transaction() as connection:
        seconds = world.settings.lease_seconds
        # A name of its own for each claim: this very process may claim a target again while its first job hangs.
        holder = f"{world.holder}-{token_hex(4)}"
        held = await targets.claim(
            connection, target_id, holder=holder, now=world.clock(), seconds=seconds, bounds=world.bounds
        )
    if held is None:
        return
    with structlog.contextvars.bound_contextvars(
        delivery=held.delivery, repository=held.repository_id, kind=held.kind, target=held.name
    ):
        lease = Lease(world, held)
        async with lease.kept():
            await _work(world, lease)
        structlog.contextvars.unbind_contextvars("head")
    await _again(world, held)


async def _work(world: World, lease: Lease) -> None:
    held = lease.held
    try:
        with asked_before_writes(lease.check):
            await JOBS[held.kind](world, lease)
    except LeaseLost:
        log.warning("lease lost, another worker goes on")
        return
    except Exception as error:
        if _is_over(held, error):
            log.info("nothing to do any more", reason=str(error))
            await _finish(world, held)
            return
        until = world.clock() + _pause(held, error) if not isinstance(error, Later) else error.until
        await _release(world, held, error, until)
        return
    await _finish(world, held)


async def _finish(world: World, held: Claim) -> None:
    async with world.database.transaction() as connection:
        await targets.finish(connection, held)


def _is_over(held: Claim, error: Exception) -> bool:
    return isinstance(error, RepositoryGone | Gone) or (isinstance(error, NotFound) and held.tries >= NOT_YET)


def _pause(held: Claim, error: Exception) -> float:
    if isinstance(error, Forbidden):
        return PARKED_SECONDS
    passing = isinstance(error, GitHubError | Unreadable | OSError) and not isinstance(error, Unprocessable)
    passing = passing or is_passing(error)
    return delay(held.tries + 1) if passing or held.tries < PATIENCE else PARKED_SECONDS


async def _release(world: World, held: Claim, error: Exception, until: float) -> None:
    wait = round(until - world.clock(), 1)
    if isinstance(error, Later):
        log.info("later", seconds=wait)
    elif isinstance(error, GitHubError | Unreadable):
        log.warning("tried in vain", error=str(error), tries=held.tries + 1, again_in=wait)
    else:
        log.error("failed", tries=held.tries + 1, again_in=wait, exc_info=error)
    async with world.database.transaction() as connection:
        failures = held.tries + (0 if isinstance(error, Later) else 1)
        text = f"{type(error).__name__}: {error}"
        await targets.release(connection, held, not_before=until, tries=failures, error=text)


async def _again(world: World, held: Claim) -> None:
    """An event that arrived meanwhile is due at once."""
    async with world.database.transaction() as connection:
        is_due = await targets.is_due(connection, held.id, world.clock())
    if is_due:
        await world.queue.enqueue("target", str(held.id))
