"""A small HTTP server on 127.0.0.1 that answers from a script and records what it was asked."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

ACCESS_TOKENS = "/access_tokens"


@dataclass(frozen=True)
class Asked:
    method: str
    target: str  # exactly as it came over the wire
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {key: entries[0] for key, entries in parse_qs(urlsplit(self.target).query).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def token(self) -> str:
        return self.headers["authorization"].removeprefix("Bearer ")


@dataclass(frozen=True)
class Reply:
    status: int = 200
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    fate: Literal["answer", "reset", "truncate"] = "answer"

    def encoded(self) -> bytes:
        body = self.raw if self.raw is not None else json.dumps(self.json).encode()
        lines = [f"HTTP/1.1 {self.status} Scripted", f"content-length: {len(body)}", "content-type: application/json"]
        lines += [f"{name}: {text}" for name, text in self.headers.items()]
        whole = "\r\n".join([*lines, "", ""]).encode() + body
        return whole[: -len(body) // 2] if self.fate == "truncate" else whole


Answering = Callable[[Asked], Reply]


class LoopbackGitHub:
    """`on(method, path, reply, ...)` queues replies for a path; the last one stays. Tokens are minted by itself."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.asked: list[Asked] = []
        self.minted: list[str] = []
        self.prefix = ""
        self.url = ""
        self._clock = clock
        self._script: dict[tuple[str, str], deque[Reply | Answering]] = defaultdict(deque)

    def on(self, method: str, path: str, *replies: Reply | Answering) -> None:
        self._script[method, path] = deque(replies)

    def requests(self, method: str, path: str = "") -> list[Asked]:
        """What was asked with this method, tokens aside."""
        return [a for a in self.asked if a.method == method and path in (a.path, "") and ACCESS_TOKENS not in a.path]

    @property
    def mint_requests(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path.endswith(ACCESS_TOKENS)]

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._converse, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        self._server.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await _read(reader):
                self.asked.append(asked)
                await asyncio.sleep(0)
                reply = self._reply(asked)
                if reply.fate == "reset":
                    break
                writer.write(reply.encoded())
                await writer.drain()
                if reply.fate == "truncate":
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _reply(self, asked: Asked) -> Reply:
        replies = self._script.get((asked.method, asked.path))
        if replies:
            reply = replies.popleft() if len(replies) > 1 else replies[0]
            return reply(asked) if callable(reply) else reply
        if asked.path.endswith(ACCESS_TOKENS):
            return self.mint()
        return Reply(404, {"message": "Not Found"})

    def mint(self, seconds: float = 3600) -> Reply:
        # Built from parts, of the length and alphabet of a real one.
        token = "_".join(["ghs", f"{len(self.minted)}" + "a1.b-" * 100])
        self.minted.append(token)
        expires = datetime.fromtimestamp(self._clock() + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Reply(201, {"token": token, "expires_at": expires})


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.strip().lower(): text.strip() for name, _, text in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body)
