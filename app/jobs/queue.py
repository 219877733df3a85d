"""The queue: wake-ups only. Losing it loses nothing, the database knows what is due."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

import structlog
from arq.connections import ArqRedis
from arq.typing import WorkerCoroutine
from arq.worker import Worker, func
from fakeredis import FakeAsyncRedis
from redis.asyncio.connection import BlockingConnectionPool, ConnectionPool, UnixDomainSocketConnection
from redis.exceptions import RedisError

Handler = Callable[[str, str], Awaitable[None]]
QUEUE = "readygate:wake"
# A hint that cannot be given within this time is dropped: `sweep` finds the work.
HINT_SECONDS = 0.5
# A socket silent for so long is taken for dead, so that a stopped server never blocks a worker for ever.
SOCKET_SECONDS = 10.0
JOB_SECONDS = 900
IN_PROCESS = "memory://"
log = structlog.get_logger("queue")


class Queue(Protocol):
    """Three methods, so that another library can take arq's place."""

    async def enqueue(self, kind: str, row_id: str) -> bool:
        """Hints that a row waits; False when the queue did not take it."""
        ...

    async def run(self, handler: Handler) -> None:
        """Hands every hint to the handler until cancelled; raises when the queue goes away."""
        ...

    async def is_healthy(self) -> bool: ...


class ArqQueue:
    """arq over Redis or Valkey; jobs are JSON and hold a kind and a row id, results are not kept."""

    def __init__(self, redis: ArqRedis, *, poll_seconds: float, concurrency: int) -> None:
        self._redis = redis
        self._poll_seconds = poll_seconds
        self._concurrency = concurrency

    async def enqueue(self, kind: str, row_id: str) -> bool:
        try:
            # No job id: arq would drop a second hint for a row whose first one is still running.
            await asyncio.wait_for(self._redis.enqueue_job("wake", kind, row_id), HINT_SECONDS)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("hint not given", kind=kind, row=row_id, error=type(error).__name__)
            return False
        return True

    async def run(self, handler: Handler) -> None:
        async def wake(_context: dict[Any, Any], kind: str, row_id: str) -> None:
            await handler(kind, row_id)

        worker = _QuietWorker(
            functions=[
                func(cast("WorkerCoroutine", wake), name="wake", timeout=JOB_SECONDS, keep_result=0, max_tries=1)
            ],
            redis_pool=self._redis,
            queue_name=QUEUE,
            handle_signals=False,
            max_jobs=self._concurrency,
            poll_delay=self._poll_seconds,
            keep_result=0,
            job_serializer=_dump,
            job_deserializer=json.loads,
        )
        try:
            await worker.main()
        finally:
            await _finish(worker)

    async def is_healthy(self) -> bool:
        try:
            return bool(await asyncio.wait_for(self._redis.ping(), HINT_SECONDS))
        except (RedisError, OSError, TimeoutError):
            return False

    async def close(self) -> None:
        await self._redis.aclose()


class _QuietWorker(Worker):
    """arq's worker logs the server's INFO, which an in-process stand-in does not know."""

    async def main(self) -> None:
        await self.pool.ping()
        while True:
            await asyncio.sleep(self.poll_delay_s)
            await self._poll_iteration()


async def _finish(worker: Worker) -> None:
    running = [task for task in worker.tasks.values() if not task.done()]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def _dump(job: dict[str, Any]) -> bytes:
    return json.dumps(job, default=str).encode()


def connect(url: str, *, poll_seconds: float = 0.25, concurrency: int = 8) -> ArqQueue:
    """A queue at `redis://…`, `rediss://…`, `unix://…` or `memory://`; does not connect yet."""
    if url == IN_PROCESS:
        return ArqQueue(_in_process(), poll_seconds=0.05, concurrency=concurrency)
    options: dict[str, Any] = {"socket_timeout": SOCKET_SECONDS, "max_connections": 64}
    if url.startswith("unix://"):
        options |= {"connection_class": UnixDomainSocketConnection, "path": url.removeprefix("unix://")}
        pool: ConnectionPool = BlockingConnectionPool(**options)
    else:
        options["socket_connect_timeout"] = HINT_SECONDS
        pool = BlockingConnectionPool.from_url(url, **options)
    redis = ArqRedis(connection_pool=pool, job_serializer=_dump, job_deserializer=json.loads, default_queue_name=QUEUE)
    return ArqQueue(redis, poll_seconds=poll_seconds, concurrency=concurrency)


def _in_process() -> ArqRedis:
    fake = FakeAsyncRedis()
    return ArqRedis(
        connection_pool=fake.connection_pool,
        job_serializer=_dump,
        job_deserializer=json.loads,
        default_queue_name=QUEUE,
    )
