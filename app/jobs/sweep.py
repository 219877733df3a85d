"""The sweep: finds what is due in the database, so that a lost wake-up is only a second of delay."""

import asyncio
import time

import structlog

from app.jobs.handle_delivery import handle_delivery
from app.jobs.metrics import BACKLOG, BACKLOG_SECONDS, QUEUE_UP
from app.jobs.recurring import schedule
from app.jobs.run_target import run_target
from app.jobs.world import World
from app.store import inbox, targets

SWEEP_SECONDS = 1.0
# So many jobs run in this process at once when the queue does not answer.
WITHOUT_QUEUE = 4
log = structlog.get_logger("sweep")


class Sweep:
    """Hints at everything that is due; does the work itself while the queue is away."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._room = asyncio.Semaphore(WITHOUT_QUEUE)
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._hinted: dict[tuple[str, str], float] = {}

    async def run(self) -> None:
        """Sweeps every second until cancelled."""
        is_scheduled = False
        while True:
            try:
                if not is_scheduled:
                    await schedule(self._world)
                    is_scheduled = True
                await self.once()
            except Exception as error:
                log.error("sweep failed", error=type(error).__name__, reason=str(error)[:200])
            await asyncio.sleep(SWEEP_SECONDS)

    async def once(self) -> None:
        world, now = self._world, self._world.clock()
        async with world.database.transaction() as connection:
            due = [("delivery", guid) for guid in await inbox.waiting(connection, now)]
            due += [("target", str(target_id)) for target_id in await targets.due(connection, now)]
            waiting, oldest = await targets.backlog(connection, now)
        BACKLOG.set(waiting)
        BACKLOG_SECONDS.set(oldest)
        is_up = await world.queue.is_healthy()
        QUEUE_UP.set(is_up)
        # A queue that went away may have lost its hints; the wall clock may be set back.
        waiting_for, held_since = set(due) if is_up else set(), time.monotonic() - _HINT_HOLDS
        self._hinted = {job: at for job, at in self._hinted.items() if at > held_since and job in waiting_for}
        for job in due:
            if job not in self._hinted:
                await self._pass_on(job, is_up=is_up)

    async def _pass_on(self, job: tuple[str, str], *, is_up: bool) -> None:
        if is_up and await self._world.queue.enqueue(*job):
            # Not again for a while: a long line of work must not become a longer one of hints.
            self._hinted[job] = time.monotonic()
        elif job not in self._running:
            task = asyncio.create_task(self._work(job))
            self._running[job] = task
            task.add_done_callback(lambda _: self._running.pop(job, None))

    async def _work(self, job: tuple[str, str]) -> None:
        async with self._room:
            await run_job(self._world, *job)

    @property
    def jobs(self) -> list[asyncio.Task[None]]:
        """What runs in this process because the queue did not answer."""
        return list(self._running.values())


# A hint is given again after so many seconds, in case the queue lost it.
_HINT_HOLDS = 10.0


async def run_job(world: World, kind: str, row_id: str) -> None:
    """What a hint means."""
    if kind == "delivery":
        await handle_delivery(world, row_id)
    elif kind == "target":
        await run_target(world, int(row_id))
    else:
        log.error("unknown job", job=kind)
