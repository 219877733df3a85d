"""Opening the outside worlds from the settings, and closing them again in the right order."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager

from app.github.app import GitHubApp
from app.github.tokens import GitHubCredentials
from app.jobs.embedded import EmbeddedServer
from app.jobs.evaluation import EvaluationPool
from app.jobs.gate import StoredGate, StoredPlaces
from app.jobs.queue import IN_PROCESS, connect
from app.jobs.world import World
from app.settings import Settings
from app.store import schema
from app.store.database import Database

THREADS = 64


@asynccontextmanager
async def open_world(settings: Settings, *, is_whole: bool) -> AsyncIterator[World]:
    """Everything a process needs; a whole installation in one process also migrates and brings its own queue.

    Halves without a REDIS_URL have no queue in common: then the worker's sweep finds the work within a second.
    """
    # Git, locks and probes wait in threads: a few slow fetches must not keep the probes out.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    # Mirrors of private repositories are nobody else's business.
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if is_whole:
        await asyncio.to_thread(schema.upgrade, settings.database)
    async with AsyncExitStack() as opened:
        database = Database(settings.database)
        opened.push_async_callback(database.close)
        if not is_whole:
            await schema.refuse_newer(database)
        server = EmbeddedServer() if is_whole and not settings.redis_url else None
        if server:
            opened.push_async_callback(server.stop)
            await server.start()
        address = settings.redis_url or (server.url if server else IN_PROCESS)
        queue = connect(address, poll_seconds=0.1 if server else 0.25)
        opened.push_async_callback(queue.close)
        pool = EvaluationPool(
            size=settings.evaluators, seconds=settings.evaluation_seconds, memory_mb=settings.evaluation_memory_mb
        )
        opened.push_async_callback(pool.close)
        credentials = GitHubCredentials(settings.github_app_id, settings.private_key, settings.github_api_url)
        app = GitHubApp(credentials, StoredGate(database), places=StoredPlaces(database))
        github = await opened.enter_async_context(app)
        yield World(settings, database, github, queue, pool)
