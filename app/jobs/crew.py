"""The worker of one process: takes hints from the queue and sweeps, for ever, whatever ends."""

import asyncio
import contextlib
from collections.abc import Collection

import structlog

from app.jobs.backoff import delay
from app.jobs.mirrors import keep_mirrors
from app.jobs.sweep import Sweep, run_job
from app.jobs.world import World

log = structlog.get_logger("worker")
# After SIGTERM running jobs may go on for so long; what is cut off is done again by another worker.
DRAIN_SECONDS = 20.0
CANCEL_SECONDS = 1.0


class Crew:
    """Supervises the queue's worker and the sweep: one that ends is started again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sweep = Sweep(world)
        self._jobs: set[asyncio.Task[None]] = set()
        self._takers: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Works until drained."""
        async with asyncio.TaskGroup() as group:
            parts = (self._sweep.run(), self._listen(), keep_mirrors(self._world))
            self._takers = [group.create_task(part) for part in parts]

    async def drain(self) -> None:
        """Takes no more work, waits for what is running, DRAIN_SECONDS at the most, and cuts off the rest."""
        # Hints stay in the queue for other workers.
        await _cut_off(self._takers)
        jobs = [*self._jobs, *self._sweep.jobs]
        if jobs:
            log.info("draining", jobs=len(jobs))
            await asyncio.wait(jobs, timeout=DRAIN_SECONDS)
        # A job that outlived the evaluation processes would tell GitHub that the evaluation failed.
        await _cut_off(jobs)

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                await self._world.queue.run(self._wake)
            except Exception as error:
                failures += 1
                log.warning("the queue went away", error=type(error).__name__)
            await asyncio.sleep(delay(min(failures, 3), longest=5.0))

    async def _wake(self, kind: str, row_id: str) -> None:
        """Runs the job as a task of its own, so that it outlives the queue's worker."""
        task = asyncio.create_task(run_job(self._world, kind, row_id))
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(task)


async def _cut_off(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancels until they have ended: Python 3.11's wait_for swallows a cancellation that meets its own result."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=CANCEL_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
