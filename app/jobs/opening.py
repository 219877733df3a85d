"""Opening the outside worlds from the settings, and closing them again in the right order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.github.app import GitHubApp
from app.github.tokens import GitHubCredentials
from app.jobs.embedded import EmbeddedServer
from app.jobs.evaluation import EvaluationPool
from app.jobs.gate import StoredGate
from app.jobs.queue import IN_PROCESS, connect
from app.jobs.world import World
from app.settings import Settings
from app.store import schema
from app.store.database import Database


@asynccontextmanager
async def open_world(settings: Settings, *, is_whole: bool) -> AsyncIterator[World]:
    """Everything a process needs; a whole installation in one process also migrates and brings its own queue.

    Halves without a REDIS_URL have no queue in common: then the worker's sweep finds the work within a second.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if is_whole:
        await asyncio.to_thread(schema.upgrade, settings.database)
    database = Database(settings.database)
    server = EmbeddedServer(settings.data_dir.resolve() / "queue") if is_whole and not settings.redis_url else None
    if server:
        await server.start()
    queue = connect(settings.redis_url or (server.url if server else IN_PROCESS), poll_seconds=0.1 if server else 0.25)
    pool = EvaluationPool(
        size=settings.evaluators, seconds=settings.evaluation_seconds, memory_mb=settings.evaluation_memory_mb
    )
    credentials = GitHubCredentials(settings.github_app_id, settings.private_key, settings.github_api_url)
    try:
        async with GitHubApp(credentials, StoredGate(database)) as github:
            yield World(settings, database, github, queue, pool)
    finally:
        await pool.close()
        await queue.close()
        if server:
            await server.stop()
        await database.close()
