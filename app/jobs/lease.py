"""The lease of one target while a job works on it: renewed in the background, checked before every write."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog

from app.errors import ReadygateError
from app.jobs.world import World
from app.store import targets
from app.store.targets import Claim

log = structlog.get_logger("lease")


class LeaseLost(ReadygateError):
    """Another worker has the target now: this one must not write any more."""


class Lease:
    """What a job holds; `check` before each write to GitHub keeps a worker that was paused from writing."""

    def __init__(self, world: World, held: Claim) -> None:
        self._world = world
        self.held = held

    async def check(self) -> None:
        """Prolongs the lease; raises LeaseLost when it is gone."""
        async with self._world.database.transaction() as connection:
            seconds = self._world.settings.lease_seconds
            if not await targets.renew(connection, self.held, self._world.clock(), seconds):
                raise LeaseLost(f"the lease of target {self.held.id} was lost")

    @contextlib.asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        beat = asyncio.create_task(self._renew_for_ever())
        try:
            yield
        finally:
            beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beat

    async def _renew_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._world.settings.lease_seconds / 3)
            try:
                await self.check()
            except LeaseLost:
                return
            except Exception as error:
                log.warning("lease not renewed", target=self.held.id, error=type(error).__name__)
