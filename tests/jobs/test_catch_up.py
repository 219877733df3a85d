import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.github.app import GitHubApp
from app.github.gate import MemoryGate
from app.github.tokens import GitHubCredentials
from app.jobs.catch_up import EVERY_SECONDS, OVERLAP_SECONDS
from app.jobs.evaluation import EvaluationPool
from app.jobs.queue import IN_PROCESS, connect
from app.jobs.recurring import CATCH_UP, schedule
from app.jobs.run_target import run_target
from app.jobs.world import World
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from app.store import inbox, targets
from app.store.database import Database


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "github") as running:
        running.add_repository("acme/shop")
        running.commit("acme/shop", {"README.md": "# Shop\n"}, branch="main", message="first")
        yield running


@pytest.fixture
async def world(sandbox: Sandbox, database: Database, tmp_path: Path) -> AsyncIterator[World]:
    settings = Settings(
        github_app_id=str(sandbox.app_id),
        github_private_key=SecretStr(sandbox.private_key),
        github_api_url=sandbox.api_url,
        data_dir=tmp_path / "data",
    )
    credentials = GitHubCredentials(settings.github_app_id, settings.private_key, settings.github_api_url)
    queue, pool = connect(IN_PROCESS), EvaluationPool(size=1, seconds=30, memory_mb=1024)
    async with GitHubApp(credentials, MemoryGate()) as github:
        opened = World(settings, database, github, queue, pool)
        opened.clock = lambda: opened_at[0]
        yield opened
    await queue.close()


opened_at = [0.0]


@pytest.fixture(autouse=True)
def now() -> None:
    opened_at[0] = time.time()


async def look(world: World) -> None:
    async with world.database.transaction() as connection:
        (target,) = await targets.of_repository(connection, 0, CATCH_UP)
    assert target.id is not None
    await run_target(world, target.id)


async def kept(world: World) -> dict[str, str]:
    async with world.database.transaction() as connection:
        return {row.guid: f"{row.event} via {row.via}" for row in await inbox.newest(connection, 100)}


async def test_deliveries_that_never_arrived_are_read_from_the_log(world: World, sandbox: Sandbox) -> None:
    await push(sandbox)
    await schedule(world)
    await schedule(world)
    await look(world)
    rows = await kept(world)
    assert "push via catch-up" in rows.values()
    assert set(rows) == {delivery.guid for delivery in sandbox.deliveries}


async def test_nothing_is_read_twice_and_the_next_look_comes_by_itself(world: World, sandbox: Sandbox) -> None:
    await schedule(world)
    await look(world)
    before = await kept(world)
    async with world.database.transaction() as connection:
        (target,) = await targets.of_repository(connection, 0, CATCH_UP)
        assert target.not_before > world.clock()
    opened_at[0] += EVERY_SECONDS + 1
    asked = len(sandbox.requests)
    await look(world)
    assert await kept(world) == before
    assert [request.path for request in sandbox.requests[asked:] if "deliveries/" in request.path] == []


async def test_a_github_that_is_away_is_asked_again_later(world: World, sandbox: Sandbox) -> None:
    await push(sandbox)
    await schedule(world)
    sandbox.fail_next("GET /app/hook/deliveries", 502, times=3)
    await look(world)
    assert await kept(world) == {}
    opened_at[0] += 61
    await look(world)
    assert set(await kept(world)) == {delivery.guid for delivery in sandbox.deliveries} != set()


async def push(sandbox: Sandbox) -> None:
    """A delivery that never arrives."""
    sha = sandbox.commit("acme/shop", {"a.txt": "a"}, branch="main", message="another")
    await asyncio.to_thread(sandbox.push, "acme/shop", "main", sha)
    await asyncio.to_thread(sandbox.settle, 5)


@pytest.mark.slow
async def test_a_delivery_that_github_fails_to_show_is_asked_for_until_it_does(world: World, sandbox: Sandbox) -> None:
    await push(sandbox)
    await schedule(world)
    bad = sandbox.deliveries[0]
    sandbox.fail_next(f"GET /app/hook/deliveries/{bad.id}", 502, times=3)
    await look(world)
    assert bad.guid not in await kept(world)
    # Looks overlap; long after that, this one is still not given up.
    opened_at[0] += 2 * OVERLAP_SECONDS
    await look(world)
    assert bad.guid in await kept(world)
