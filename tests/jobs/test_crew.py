"""The crew's drain, where a cancellation does not arrive."""

import asyncio

from app.jobs.crew import _cut_off


async def test_a_swallowed_cancellation_is_repeated() -> None:
    swallowed = 0

    async def deaf() -> None:
        nonlocal swallowed
        while swallowed == 0:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                swallowed += 1
        await asyncio.sleep(3600)

    async def quick() -> None:
        await asyncio.sleep(3600)

    tasks = [asyncio.create_task(deaf()), asyncio.create_task(quick())]
    await asyncio.sleep(0)
    await asyncio.wait_for(_cut_off(tasks), 10)
    assert swallowed == 1
    assert all(task.cancelled() for task in tasks)


async def test_nothing_to_cut_off_is_no_error() -> None:
    await _cut_off([])
