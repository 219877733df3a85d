"""Comparing one repository with GitHub: heads that were never judged become due, whatever was not heard of them."""

import structlog

from app.github.addresses import RepositoryRef
from app.github.errors import NotFound
from app.jobs.lease import Lease
from app.jobs.subject import known_repository, reference
from app.jobs.world import World
from app.store import repositories, runs, targets
from app.store.offers import next_start, offer
from app.store.priorities import AUDIT, USUAL
from app.store.tables import Repository

log = structlog.get_logger("reconcile")


async def reconcile(world: World, lease: Lease) -> None:
    """At most one request for a hundred open pull requests, and one for the default branch when it was pushed to."""
    row = await known_repository(world, lease.held.repository_id)
    begun, look = world.clock(), lease.held.detail
    async with world.database.transaction() as connection:
        await targets.wake_repository(connection, row.id)
    missed = 0
    if look.get("pulls", True):
        missed += await _pulls(world, row)
    if look.get("branch", True) and row.default_branch:
        missed += await _branch(world, row)
    async with world.database.transaction() as connection:
        await repositories.mark_reconciled(connection, [row.id], begun)
    if missed:
        log.info("never judged and due now", targets=missed)


async def _pulls(world: World, row: Repository) -> int:
    heads = await world.github.open_heads(reference(row))
    async with world.database.reading() as connection:
        done = await runs.done_heads(connection, row.id, "pull", [sha for _, sha in heads])
    missed = [number for number, sha in heads if (str(number), sha) not in done]
    for number in missed:
        await _offer(world, row, "pull", str(number), USUAL)
    return len(missed)


async def _branch(world: World, row: Repository) -> int:
    """A branch that was never judged is audited; one that was pushed to unheard is judged as after a push."""
    branch = row.default_branch
    async with world.database.reading() as connection:
        was_judged = await runs.was_judged(connection, row.id, "branch", branch)
    if not was_judged:
        return await _offer(world, row, "branch", branch, AUDIT) if world.settings.audits else 0
    tip = await _tip(world, reference(row), branch)
    async with world.database.reading() as connection:
        done = await runs.done_heads(connection, row.id, "branch", [tip] if tip else [])
    return await _offer(world, row, "branch", branch, USUAL) if tip and (branch, tip) not in done else 0


async def _tip(world: World, repository: RepositoryRef, branch: str) -> str:
    """Empty for a branch that is not there: a repository without a commit."""
    try:
        return await world.github.branch_head(repository, branch)
    except NotFound:
        return ""


async def _offer(world: World, row: Repository, kind: str, name: str, priority: int) -> int:
    """One at a time in its place of the installation's background work; 0 when it is due already."""
    now = world.clock()
    async with world.database.transaction() as connection:
        start = await next_start(connection, row.installation_id, now)
        return int(
            await offer(connection, repository_id=row.id, kind=kind, name=name, priority=priority, not_before=start)
        )
