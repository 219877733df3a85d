"""The load: one signed body, every time with a new delivery id, over keep-alive connections."""

import asyncio
import hmac
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from payload import synchronize

SCRIPT = Path(__file__).with_name("load.lua")
GENERATOR = "wrk" if shutil.which("wrk") else "load.py"


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: a second means a second of the run; p50 and p99 in milliseconds."""

    accepted: int
    refused: int
    broken: int
    a_second: float
    p50: float
    p99: float


class Sender:
    """Sends the same body, signed with the secret; `pin` is put in front of the command."""

    def __init__(self, folder: Path, secret: str, pin: tuple[str, ...]) -> None:
        body = synchronize()
        self._file = folder / "body.json"
        self._file.write_bytes(body)
        self._signature = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
        self._pin = pin
        self._runs = 0

    def send(self, url: str, *, connections: int, seconds: int) -> Load:
        self._runs += 1
        arguments = [str(self._file), self._signature, f"{time.time_ns():x}-{self._runs}"]
        if GENERATOR == "wrk":
            shape = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
            command = ["wrk", *shape, "-s", str(SCRIPT), url, "--", *arguments]
        else:
            command = [sys.executable, __file__, url, str(connections), str(seconds), *arguments]
        done = subprocess.run([*self._pin, *command], capture_output=True, text=True, check=True)
        result = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
        answered, refused, broken, microseconds, p50, p99 = map(int, result.split()[1:])
        return Load(answered - refused, refused, broken, answered / microseconds * 1_000_000, p50 / 1000, p99 / 1000)


@dataclass(slots=True)
class _Count:
    sent: int = 0
    refused: int = 0
    broken: int = 0


async def _client(url: str, head: bytes, tail: bytes, tag: str, end: float, count: _Count, times: list[float]) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    while time.monotonic() < end:
        count.sent += 1
        started = time.monotonic()
        writer.write(head + f"{tag}-{count.sent}".encode() + tail)
        try:
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(answer.partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
            await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError):
            count.broken += 1
            return
        times.append(time.monotonic() - started)
        count.refused += answer.split(b" ", 2)[1][:1] != b"2"
    writer.close()


async def _generate(url: str, connections: int, seconds: int, file: str, signature: str, tag: str) -> None:
    """Where wrk is not to be had: slower, so it shows less of a fast server."""
    body = await asyncio.to_thread(Path(file).read_bytes)
    parts = urlsplit(url)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        f"X-GitHub-Event: pull_request\r\nX-Hub-Signature-256: {signature}\r\nContent-Length: {len(body)}\r\n"
        "X-GitHub-Delivery: "
    ).encode()
    times: list[float] = []
    count, started = _Count(), time.monotonic()
    clients = (_client(url, head, b"\r\n\r\n" + body, tag, started + seconds, count, times) for _ in range(connections))
    await asyncio.gather(*clients)
    passed, times = time.monotonic() - started, sorted(times)
    p50, p99 = (times[int(len(times) * share)] * 1_000_000 for share in (0.5, 0.99))
    print("RESULT", len(times), count.refused, count.broken, int(passed * 1_000_000), int(p50), int(p99))


if __name__ == "__main__":
    asyncio.run(_generate(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:7]))
