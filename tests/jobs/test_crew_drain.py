"""The end of a worker: nothing new is taken, running jobs go on for a while, and none outlives the worlds."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.github.app import GitHubApp
from app.github.gate import MemoryGate
from app.github.tokens import GitHubCredentials
from app.jobs import crew as crews
from app.jobs.crew import Crew
from app.jobs.evaluation import EvaluationPool
from app.jobs.queue import ArqQueue, connect
from app.jobs.world import World
from app.settings import Settings
from app.store.database import Database


class Jobs:
    """Stands where jobs are run, and tells what became of each."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.outcomes: dict[str, str] = {}

    async def run(self, _world: World, kind: str, row: str) -> None:
        if kind != "test":  # the sweep's own recurring work
            return
        self.outcomes[row] = "begun"
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.outcomes[row] = "cut off"
            raise
        self.outcomes[row] = "done"


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    queue = connect("memory://")
    async with GitHubApp(GitHubCredentials("1", ""), MemoryGate()) as github:
        pool = EvaluationPool(size=1, seconds=5, memory_mb=1024)
        yield World(Settings(_env_file=None), database, github, queue, pool)  # type: ignore[call-arg]
    await queue.close()


async def started(crew: Crew, jobs: Jobs, queue: ArqQueue) -> asyncio.Task[None]:
    running = asyncio.create_task(crew.run())
    await queue.enqueue("test", "1")
    for _ in range(200):
        await asyncio.sleep(0.02)
        if jobs.outcomes:
            break
    assert jobs.outcomes == {"1": "begun"}
    return running


async def test_a_running_job_is_waited_for_and_no_hint_is_swallowed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, queue = Jobs(0.5), world.queue
    assert isinstance(queue, ArqQueue)
    monkeypatch.setattr(crews, "run_job", jobs.run)
    crew = Crew(world)
    running = await started(crew, jobs, queue)
    draining = asyncio.create_task(crew.drain())
    await asyncio.sleep(0.1)
    await queue.enqueue("test", "2")
    await draining
    assert jobs.outcomes == {"1": "done"}
    assert running.done()
    assert await queue._redis.zcard("readygate:wake") >= 1


async def test_a_job_that_does_not_end_is_cut_off_before_the_worlds_close(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, queue = Jobs(60), world.queue
    assert isinstance(queue, ArqQueue)
    monkeypatch.setattr(crews, "run_job", jobs.run)
    monkeypatch.setattr(crews, "DRAIN_SECONDS", 0.1)
    crew = Crew(world)
    await started(crew, jobs, queue)
    await crew.drain()
    assert jobs.outcomes == {"1": "cut off"}
