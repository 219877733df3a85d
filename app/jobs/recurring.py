"""Work that comes back by itself: a target that makes itself due again, so that only one process does it at a time."""

from collections.abc import Mapping
from typing import Any

from app.jobs.lease import Lease
from app.jobs.world import World
from app.store import targets

CATCH_UP = "catch_up"
PRUNE = "prune"
# Which installations there are; which repositories one of them has; what of one repository was never judged.
INSTALLATIONS = "installations"
ROSTER = "roster"
RECONCILE = "reconcile"


async def schedule(world: World) -> None:
    """Makes each kind of recurring work due once; after that it comes back by itself."""
    async with world.database.transaction() as connection:
        for kind in (CATCH_UP, PRUNE, INSTALLATIONS):
            await targets.add_missing(connection, repository_id=0, kind=kind, name="app")


async def hasten(world: World, kind: str) -> None:
    """The next round is due now."""
    async with world.database.transaction() as connection:
        await targets.bump(connection, repository_id=0, kind=kind, name="app", not_before=world.clock())


async def come_back(world: World, lease: Lease, *, at: float, detail: Mapping[str, Any] | None = None) -> None:
    """This round is done, the next one is due at `at`; detail is what it will be given."""
    held = lease.held
    async with world.database.transaction() as connection:
        await targets.finish(connection, held)
        await targets.bump(
            connection, repository_id=held.repository_id, kind=held.kind, name=held.name, detail=detail, not_before=at
        )
