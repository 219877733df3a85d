"""Turns for writing keep below GitHub's limits for new content."""

import asyncio

import pytest

from app.github.errors import Later
from app.github.pace import ContentPace


async def _written(pace, clock, times, *, installation_id=1, creates=True, seconds=0.0):
    async with pace.turn(installation_id, creates=creates):
        times.append(clock.now)
        clock.now += seconds


async def _written_when_possible(pace, clock, times):
    try:
        await _written(pace, clock, times)
    except Later as later:
        clock.now = later.until
        await _written(pace, clock, times)


async def test_first_turn_is_at_once_and_the_next_a_second_later(clock):
    pace, times, start = ContentPace(clock, clock.sleep), [], clock.now
    await _written(pace, clock, times)
    await _written(pace, clock, times)
    clock.now += 30
    await _written(pace, clock, times)
    assert [at - start for at in times] == [0, 1, 31]


async def test_gap_is_kept_after_a_slow_write(clock):
    pace, times, start = ContentPace(clock, clock.sleep), [], clock.now
    await _written(pace, clock, times, seconds=0.4)
    await _written(pace, clock, times)
    assert times[1] - start == 1


async def test_gap_is_kept_by_those_who_queued_behind_a_slow_write(clock):
    pace, times, is_over = ContentPace(clock, clock.sleep), [], asyncio.Event()

    async def write_slowly() -> None:
        async with pace.turn(1, creates=True):
            await is_over.wait()

    slow = asyncio.create_task(write_slowly())
    await asyncio.sleep(0)
    queued = [asyncio.create_task(_written(pace, clock, times)) for _ in range(2)]
    await asyncio.sleep(0.01)
    is_over.set()
    await asyncio.gather(slow, *queued)
    assert times[1] - times[0] == 1


async def test_installations_do_not_wait_for_each_other(clock):
    pace, times, start = ContentPace(clock, clock.sleep), [], clock.now
    for installation_id in (1, 2, 3):
        await _written(pace, clock, times, installation_id=installation_id)
    assert times == [start] * 3


async def test_never_sixty_in_a_minute_nor_over_400_in_an_hour(clock):
    pace, times = ContentPace(clock, clock.sleep), []
    for _ in range(900):
        await _written_when_possible(pace, clock, times)
    for seconds, most in ((60, 59), (3600, 400)):
        assert max(sum(at <= other < at + seconds for other in times) for at in times) <= most


async def test_changes_do_not_use_up_the_hour(clock):
    pace, times = ContentPace(clock, clock.sleep), []
    for _ in range(500):
        await _written(pace, clock, times, creates=False)
    assert times[-1] - times[0] == 499


async def test_long_wait_is_for_later_and_takes_no_turn(clock):
    pace, times = ContentPace(clock, clock.sleep), []
    for _ in range(400):
        await _written(pace, clock, times)
    asked_at = clock.now
    for _ in range(3):
        with pytest.raises(Later) as later:
            await _written(pace, clock, times)
        assert later.value.until == times[0] + 3600
    assert clock.now == asked_at
    clock.now = later.value.until
    await _written(pace, clock, times)
    assert times[-1] == times[0] + 3600


async def test_more_than_five_in_the_queue_come_later(clock):
    pace = ContentPace(clock, lambda seconds: asyncio.Event().wait())
    tasks = [asyncio.create_task(_written(pace, clock, [])) for _ in range(9)]
    done, waiting = await asyncio.wait(tasks, timeout=0.05)
    assert sorted(type(task.exception()).__name__ for task in done) == ["Later"] * 3 + ["NoneType"]
    assert len(waiting) == 5
    for task in waiting:
        task.cancel()


async def test_only_one_writes_at_a_time(clock):
    pace, inside, most = ContentPace(clock, clock.sleep), 0, 0

    async def write() -> None:
        nonlocal inside, most
        async with pace.turn(1, creates=True):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(write() for _ in range(5)))
    assert most == 1


async def test_failed_write_gives_the_turn_back(clock):
    pace = ContentPace(clock, clock.sleep)
    with pytest.raises(LookupError):
        async with pace.turn(1, creates=True):
            raise LookupError
    await asyncio.wait_for(_written(pace, clock, []), 1)
