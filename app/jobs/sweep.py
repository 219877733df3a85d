"""The sweep: finds what is due in the database, so that a lost wake-up is only a second of delay."""

import asyncio
import time
from functools import partial

import structlog

from app.jobs.handle_delivery import handle_delivery
from app.jobs.metrics import BACKLOG, BACKLOG_SECONDS, QUEUE_UP
from app.jobs.recurring import schedule
from app.jobs.run_target import run_target
from app.jobs.world import World
from app.store import inbox, targets
from app.store.database import is_passing

SWEEP_SECONDS = 1.0
# So many jobs run in this process at once when the queue does not answer.
WITHOUT_QUEUE = 4
log = structlog.get_logger("sweep")


class Sweep:
    """Hints at everything that is due; does the work itself while the queue is away."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._line: list[tuple[str, str]] = []
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._hinted: dict[tuple[str, str], float] = {}

    async def run(self) -> None:
        """Sweeps every second until cancelled."""
        is_scheduled = False
        try:
            while True:
                try:
                    if not is_scheduled:
                        await schedule(self._world)
                        is_scheduled = True
                    await self.once()
                except Exception as error:
                    log.error("sweep failed", error=type(error).__name__, reason=str(error)[:200])
                await asyncio.sleep(SWEEP_SECONDS)
        finally:
            self._line = []

    async def once(self) -> None:
        world, now = self._world, self._world.clock()
        async with world.database.reading() as connection:
            due = [("delivery", guid) for guid in await inbox.waiting(connection, now)]
            due += [("target", str(target_id)) for target_id in await targets.due(connection, now, bounds=world.bounds)]
            waiting, oldest = await targets.backlog(connection, now)
        BACKLOG.set(waiting)
        BACKLOG_SECONDS.set(oldest)
        is_up = await world.queue.is_healthy()
        QUEUE_UP.set(is_up)
        # A queue that went away may have lost its hints; the wall clock may be set back.
        waiting_for, held_since = set(due) if is_up else set(), time.monotonic() - _HINT_HOLDS
        self._hinted = {job: at for job, at in self._hinted.items() if at > held_since and job in waiting_for}
        new = [job for job in due if job not in self._hinted and job not in self._running]
        self._line = [job for job in new if not (is_up and await self._hint(job))]
        self._work_here()

    async def _hint(self, job: tuple[str, str]) -> bool:
        """Whether the queue took it; not again for a while, or a long line of work became a longer one of hints."""
        is_given = await self._world.queue.enqueue(*job)
        if is_given:
            self._hinted[job] = time.monotonic()
        return is_given

    def _work_here(self) -> None:
        """As much as there is room for, the most urgent of the newest look first."""
        while self._line and len(self._running) < WITHOUT_QUEUE:
            job = self._line.pop(0)
            if job not in self._running:
                task = asyncio.create_task(run_job(self._world, *job))
                self._running[job] = task
                task.add_done_callback(partial(self._ended, job))

    def _ended(self, job: tuple[str, str], _task: asyncio.Task[None]) -> None:
        self._running.pop(job, None)
        self._work_here()

    @property
    def jobs(self) -> list[asyncio.Task[None]]:
        """What runs in this process because the queue did not answer."""
        return list(self._running.values())


# A hint is given again after so many seconds, in case the queue lost it.
_HINT_HOLDS = 10.0


async def run_job(world: World, kind: str, row_id: str) -> None:
    """What a hint means; never raises, for what failed is found again by the sweep."""
    try:
        if kind == "delivery":
            await handle_delivery(world, row_id)
        elif kind == "target":
            await run_target(world, int(row_id))
        else:
            log.error("unknown job", job=kind)
    except Exception as error:
        # While the database is away, what became of the job cannot even be noted.
        if is_passing(error):
            log.warning("job cut off", job=kind, row=row_id, error=type(error).__name__)
        else:
            log.error("job failed", job=kind, row=row_id, exc_info=error)
