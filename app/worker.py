"""The door of the worker: `readygate worker`, as many processes as there is work for."""

import asyncio
import signal

from app.jobs.crew import Crew
from app.jobs.logs import set_up_logs
from app.jobs.opening import open_world
from app.settings import Settings


def worker() -> None:
    """Run the worker: judge what webhooks and the sweep find due. Needs READYGATE_DATABASE_URL to be shared."""
    settings = Settings()
    settings.require_github()
    set_up_logs(settings.log_format, settings.log_level)
    asyncio.run(work(settings))


async def work(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, then drains."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with open_world(settings, is_whole=False) as world:
        crew = Crew(world)
        task = asyncio.create_task(crew.run())
        waiting = asyncio.create_task(stopping.wait())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        await crew.drain()
        task.cancel()
        await asyncio.gather(task, waiting if stopping.is_set() else asyncio.sleep(0), return_exceptions=True)
