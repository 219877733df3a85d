"""Forgetting: old deliveries and verdicts, and the mirrors of repositories the App has no access to any more."""

import asyncio
import shutil
from pathlib import Path

import structlog

from app.jobs.lease import Lease
from app.jobs.recurring import come_back
from app.jobs.world import World
from app.store import retention

EVERY_SECONDS = 24 * 3600.0
log = structlog.get_logger("prune")


async def prune(world: World, lease: Lease) -> None:
    """Once a day, by whichever worker comes first; mirrors are those of this worker's disk."""
    now = world.clock()
    async with world.database.transaction() as connection:
        forgotten = await retention.forget(connection, now)
        active = await retention.active_repositories(connection)
    removed = await asyncio.to_thread(remove_mirrors, world.mirrors, active)
    log.info(
        "pruned",
        deliveries=forgotten.deliveries,
        verdicts=forgotten.verdicts,
        merge_groups=forgotten.targets,
        mirrors=removed,
    )
    await come_back(world, lease, at=now + EVERY_SECONDS)


def remove_mirrors(folder: Path, active: set[int]) -> int:
    """Deletes the mirrors of other repositories; one in use is fetched again if it is ever needed."""
    doomed = [path for path in folder.glob("*.git") if path.stem.isdigit() and int(path.stem) not in active]
    for path in doomed:
        shutil.rmtree(path, ignore_errors=True)
    return len(doomed)
