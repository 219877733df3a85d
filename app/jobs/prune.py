"""Forgetting: old deliveries and verdicts, and everything about what the App has had no access to for long."""

import structlog

from app.jobs.lease import Lease
from app.jobs.recurring import come_back
from app.jobs.world import World
from app.store import retention
from app.store.retention import Forgotten

EVERY_SECONDS = 24 * 3600.0
log = structlog.get_logger("prune")


async def prune(world: World, lease: Lease) -> None:
    """Once a day, by whichever worker comes first, in small transactions so that no webhook waits for it."""
    now = world.clock()
    total = Forgotten()
    while (batch := await _forget(world, now)).total:
        total += batch
        await lease.check()
    log.info("pruned", **total.counts)
    await come_back(world, lease, at=now + EVERY_SECONDS)


async def _forget(world: World, now: float) -> Forgotten:
    async with world.database.transaction() as connection:
        return await retention.forget(connection, now)
