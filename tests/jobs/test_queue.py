import asyncio
import contextlib
import os
import signal
from pathlib import Path

import pytest

from app.jobs.embedded import EmbeddedServer
from app.jobs.queue import IN_PROCESS, ArqQueue, connect


async def until(condition: object, seconds: float = 10.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():  # type: ignore[operator]
        assert asyncio.get_running_loop().time() < deadline, "it did not come about in time"
        await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def listening(queue: ArqQueue, seen: list[tuple[str, str]]):  # type: ignore[no-untyped-def]
    async def handle(kind: str, row_id: str) -> None:
        seen.append((kind, row_id))
        if row_id == "bad":
            raise RuntimeError("this job fails")

    task = asyncio.create_task(queue.run(handle))
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(params=["valkey", "in-process"])
def address(request: pytest.FixtureRequest) -> str:
    return IN_PROCESS if request.param == "in-process" else str(request.getfixturevalue("valkey").url)


async def test_every_hint_arrives_even_twice_the_same_and_after_a_failure(address: str) -> None:
    queue, seen = connect(address, poll_seconds=0.02), list[tuple[str, str]]()
    async with listening(queue, seen):
        for row in ("1", "1", "bad", "2"):
            assert await queue.enqueue("target", row)
        await until(lambda: len(seen) == 4)
    assert sorted(seen) == [("target", "1"), ("target", "1"), ("target", "2"), ("target", "bad")]
    assert await queue.is_healthy()
    await queue.close()


async def test_a_queue_that_is_away_takes_no_hint_and_does_not_block() -> None:
    queue = connect("redis://127.0.0.1:1/0")
    started = asyncio.get_running_loop().time()
    assert not await queue.enqueue("target", "1")
    assert not await queue.is_healthy()
    assert asyncio.get_running_loop().time() - started < 3
    await queue.close()


async def test_a_server_that_is_killed_comes_back_with_its_hints(valkey: EmbeddedServer) -> None:
    queue, seen = connect(valkey.url, poll_seconds=0.02), list[tuple[str, str]]()
    assert await queue.enqueue("target", "kept")
    assert valkey._process is not None
    first = valkey._process.pid
    os.kill(first, signal.SIGKILL)
    await until(lambda: valkey._process is not None and valkey._process.pid != first)
    while not await queue.is_healthy():
        await asyncio.sleep(0.05)
    async with listening(queue, seen):
        await until(lambda: ("target", "kept") in seen)
    await queue.close()


async def test_the_worker_ends_with_an_error_when_its_server_goes_away() -> None:
    server = EmbeddedServer()
    await server.start()
    queue = connect(server.url, poll_seconds=0.02)
    async with listening(queue, []) as task:
        await asyncio.sleep(0.1)
        await server.stop()
        await until(task.done)
        assert task.exception() is not None
    await queue.close()


async def test_servers_of_two_processes_do_not_meet_and_leave_nothing_behind() -> None:
    servers = EmbeddedServer(), EmbeddedServer()
    for server in servers:
        await server.start()
    queues = [connect(server.url) for server in servers]
    await servers[0].stop()
    assert not await queues[0].is_healthy()
    assert await queues[1].is_healthy()
    await servers[1].stop()
    for server, queue in zip(servers, queues, strict=True):
        await queue.close()
        assert not Path(server.url.removeprefix("unix://")).parent.exists()
