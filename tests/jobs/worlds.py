"""Workers in this process: worlds that share a database and talk to a sandbox, with a clock that tests can move."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select
from sqlmodel import col

from app.github.app import GitHubApp
from app.github.tokens import GitHubCredentials
from app.jobs.evaluation import EvaluationPool
from app.jobs.gate import StoredGate, StoredPlaces
from app.jobs.queue import IN_PROCESS, connect
from app.jobs.recurring import schedule
from app.jobs.run_target import run_target
from app.jobs.world import World
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from app.store import targets
from app.store.database import Database
from app.store.tables import Target

HOUR = 3600.0
DAY = 24 * HOUR


class Clock:
    """The real time, moved by so many seconds."""

    def __init__(self) -> None:
        self.moved = 0.0

    def __call__(self) -> float:
        return time.time() + self.moved


@asynccontextmanager
async def worker(sandbox: Sandbox, database: Database, folder: Path, **settings: object) -> AsyncIterator[World]:
    """What `readygate worker` opens, without its sweep: a test runs the targets itself."""
    chosen = Settings(
        github_app_id=str(sandbox.app_id),
        github_private_key=SecretStr(sandbox.private_key),
        github_api_url=sandbox.api_url,
        github_git_url=sandbox.url,
        data_dir=folder,
        settle_seconds=0,
        **settings,
    )
    credentials = GitHubCredentials(chosen.github_app_id, chosen.private_key, chosen.github_api_url)
    queue, pool = connect(IN_PROCESS), EvaluationPool(size=1, seconds=60, memory_mb=2048)
    async with GitHubApp(credentials, StoredGate(database), places=StoredPlaces(database)) as github:
        yield World(chosen, database, github, queue, pool, clock=Clock())
    await pool.close()
    await queue.close()


def move(world: World, seconds: float) -> None:
    assert isinstance(world.clock, Clock)
    world.clock.moved += seconds


async def due(world: World) -> list[int]:
    async with world.database.transaction() as connection:
        return await targets.due(connection, world.clock(), bounds=world.bounds)


async def look(world: World, *, rounds: int = 60) -> None:
    """Everything that comes back by itself is scheduled, and whatever becomes due is done, however long it takes."""
    await schedule(world)
    await work(world, rounds=rounds)


async def work(world: World, *, rounds: int = 60) -> None:
    """Does what is due until nothing is, moving the clock over pauses of up to ten minutes."""
    for _ in range(rounds):
        found = await due(world)
        for target_id in found:
            await run_target(world, target_id)
        if not found:
            start = await next_start(world)
            if start is None or start - world.clock() > HOUR / 6:
                return
            move(world, start - world.clock() + 0.1)
    raise AssertionError(f"not at rest: {await undone(world)}")


async def next_start(world: World) -> float | None:
    starts = [row.not_before for row in await undone(world) if row.repository_id]
    return min(starts, default=None)


async def undone(world: World) -> list[Target]:
    statement = select(*Target.__table__.columns).where(col(Target.done) < col(Target.want))  # type: ignore[attr-defined]
    async with world.database.reading() as connection:
        return [Target(**row) for row in (await connection.execute(statement)).mappings()]


async def row_of(world: World, repository_id: int, kind: str, name: str) -> Target | None:
    async with world.database.reading() as connection:
        found = await targets.of_repository(connection, repository_id, kind)
    return next((target for target in found if target.name == name), None)
