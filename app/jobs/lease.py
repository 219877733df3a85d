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
    """What a job holds; asked directly before each write to GitHub, `check` keeps a worker that was paused from it."""

    def __init__(self, world: World, held: Claim) -> None:
        self._world = world
        self.held = held

    async def check(self) -> float:
        """Prolongs the lease; raises LeaseLost when it is gone.

        Returns the Unix time before which a write must be on its way: the other half of the lease is for its answer
        and for GitHub's lists, because whoever takes over must find what was written.
        """
        seconds = self._world.settings.lease_seconds
        while True:
            asked = self._world.clock()
            async with self._world.database.transaction() as connection:
                if not await targets.renew(connection, self.held, asked, seconds):
                    raise LeaseLost(f"the lease of target {self.held.id} was lost")
            # A database or a process that stood still has prolonged the lease up to a moment that may be over.
            if self._world.clock() < asked + seconds / 2:
                return asked + seconds / 2

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
