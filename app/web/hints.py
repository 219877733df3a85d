"""Hints for workers elsewhere, said to Redis directly: its client would be a fifth of the web half's memory."""

import asyncio
import json
import ssl
import time
from collections.abc import Sequence
from secrets import token_hex
from urllib.parse import unquote, urlsplit

import structlog

# As `app/jobs/queue.py` and arq have them; `tests/web/test_hints.py` holds both together.
QUEUE = "readygate:wake"
JOB = "arq:job:"
JOB_MILLISECONDS = 86_400_000
HINT_SECONDS = 0.5
DEFAULT_PORT = 6379
log = structlog.get_logger("queue")


class Hints:
    """One connection, opened when it is needed; what it cannot give within HINT_SECONDS is left to the sweep."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def enqueue(self, kind: str, row_id: str) -> bool:
        """Hints that a row waits; False when the queue did not take it."""
        job_id, now = token_hex(16), time.time_ns() // 1_000_000
        job = json.dumps({"t": None, "f": "wake", "a": [kind, row_id], "k": {}, "et": now})
        return await self._ask(
            ("PSETEX", f"{JOB}{job_id}", str(JOB_MILLISECONDS), job), ("ZADD", QUEUE, str(now), job_id)
        )

    async def is_healthy(self) -> bool:
        return await self._ask(("PING",))

    async def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _ask(self, *commands: Sequence[str]) -> bool:
        try:
            async with asyncio.timeout(HINT_SECONDS), self._turn:
                streams = self._streams = self._streams or await self._connect()
                await _say(streams, *commands)
        except (OSError, EOFError, ValueError, TimeoutError, asyncio.LimitOverrunError) as error:
            log.warning("hint not given", error=type(error).__name__)
            await self.close()
            return False
        return True

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        parts = urlsplit(self._url)
        if parts.scheme == "unix":
            return await asyncio.open_unix_connection(self._url.removeprefix("unix://"))
        secure = ssl.create_default_context() if parts.scheme == "rediss" else None
        host, port = parts.hostname or "localhost", parts.port or DEFAULT_PORT
        streams = await asyncio.open_connection(host, port, ssl=secure)
        greeting = []
        if parts.password:
            names = [unquote(parts.username)] if parts.username else []
            greeting.append(("AUTH", *names, unquote(parts.password)))
        if database := parts.path.strip("/"):
            greeting.append(("SELECT", database))
        try:
            await _say(streams, *greeting)
        except BaseException:
            streams[1].close()
            raise
        return streams


async def _say(streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], *commands: Sequence[str]) -> None:
    """Sends the commands at once and reads an answer for each; raises ValueError when one is refused."""
    reader, writer = streams
    writer.write(b"".join(_encoded(command) for command in commands))
    await writer.drain()
    for _ in commands:
        answer = await reader.readuntil(b"\r\n")
        # Nothing that is asked here has an answer of more than one line.
        if answer[:1] not in b"+:":
            raise ValueError("the queue refused a command")


def _encoded(command: Sequence[str]) -> bytes:
    words = [word.encode() for word in command]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)
