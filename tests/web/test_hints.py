"""Hints of the web half, and the queue of the workers that takes them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.jobs.embedded import EmbeddedServer
from app.jobs.queue import ArqQueue, connect
from app.web.hints import Hints


@pytest.fixture(autouse=True)
def a_busy_machine_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.hints.HINT_SECONDS", 30.0)


@pytest.fixture
async def hints(valkey: EmbeddedServer) -> AsyncIterator[Hints]:
    opened = Hints(valkey.url)
    yield opened
    await opened.close()


async def taken(queue: ArqQueue, count: int) -> set[tuple[str, str]]:
    """What a worker is handed, until it was so many different hints."""
    seen: set[tuple[str, str]] = set()
    enough = asyncio.Event()

    async def handle(kind: str, row_id: str) -> None:
        seen.add((kind, row_id))
        if len(seen) == count:
            enough.set()

    working = asyncio.create_task(queue.run(handle))
    try:
        async with asyncio.timeout(60):
            await enough.wait()
    finally:
        # The client of the queue swallows a cancellation now and then.
        while not working.done():
            working.cancel()
            await asyncio.wait([working], timeout=0.1)
    return seen


async def test_a_worker_takes_what_the_web_half_hints(hints: Hints, valkey: EmbeddedServer) -> None:
    queue = connect(valkey.url, poll_seconds=0.05)
    given = await asyncio.gather(*(hints.enqueue("delivery", f"g{number}") for number in range(20)))
    assert given == [True] * 20
    assert await taken(queue, 20) == {("delivery", f"g{number}") for number in range(20)}
    await queue.close()


async def test_a_queue_that_is_away_is_no_error_and_is_found_again(valkey: EmbeddedServer) -> None:
    away = Hints("redis://127.0.0.1:1/0")
    assert not await away.enqueue("delivery", "g")
    assert not await away.is_healthy()
    away._url = valkey.url
    assert await away.is_healthy()
    await away.close()
    assert await away.enqueue("delivery", "g")
    await away.close()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("redis://:p%40ss@{}/3", [["AUTH", "p@ss"], ["SELECT", "3"], ["PING"]]),
        ("redis://ann:secret@{}", [["AUTH", "ann", "secret"], ["PING"]]),
        ("redis://{}/", [["PING"]]),
    ],
)
async def test_the_address_says_who_and_where(address: str, said: list[list[str]]) -> None:
    heard: list[list[str]] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            words = [await reader.readline() for _ in range(2 * int(line[1:]))][1::2]
            heard.append([word.decode().strip() for word in words])
            writer.write(b"+OK\r\n")
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    hints = Hints(address.format(f"127.0.0.1:{server.sockets[0].getsockname()[1]}"))
    assert await hints.is_healthy()
    assert heard == said
    await hints.close()
    server.close()


async def test_a_refused_command_is_a_hint_not_given() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"-NOAUTH Authentication required.\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    hints = Hints(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert not await hints.enqueue("delivery", "g")
    server.close()
