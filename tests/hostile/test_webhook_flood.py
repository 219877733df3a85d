"""Refused requests, as many as one client can send, at a real `readygate web`: nothing of them stays."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.store import schema

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 3.0
BODIES = (b'{"action": "opened"}', b"not json", b"\xff" * 1000, b" " * (26 * 1024 * 1024))


class Web:
    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}"
        self.log, self.data = folder / "web.log", folder / "data"
        self.data.mkdir()
        schema.upgrade(f"sqlite+aiosqlite:///{self.data / 'readygate.db'}")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("READYGATE_", "OTEL_"))}
        own = {"GITHUB_APP_ID": "1", "GITHUB_PRIVATE_KEY": "-----BEGIN nothing", "GITHUB_WEBHOOK_SECRET": "s",
               "HOST": "127.0.0.1", "PORT": str(port), "DATA_DIR": str(self.data)}  # fmt: skip
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", "from app.cli import main; main()", "web"],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env={**kept, "PYTHONPATH": str(ROOT), **{f"READYGATE_{key}": value for key, value in own.items()}},
            )  # fmt: skip

    def wait(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/health/live", trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(self.log.read_text()[-2000:])

    def resident(self) -> int:
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")

    def on_disk(self) -> int:
        return sum(file.stat().st_size for file in self.data.rglob("*") if file.is_file()) + self.log.stat().st_size


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    running = Web(tmp_path)
    try:
        running.wait()
        yield running
    finally:
        running.process.terminate()
        running.process.wait(20)


def flood(web: Web, seconds: float) -> list[int]:
    """The answers; 0 where the connection was closed, as for a body that is too large to be read."""
    answers: list[int] = []
    end = time.monotonic() + seconds
    with httpx.Client(trust_env=False, timeout=10) as client:
        while time.monotonic() < end:
            body = BODIES[3] if len(answers) % 200 == 199 else BODIES[len(answers) % 3]
            headers = {"X-Hub-Signature-256": "sha256=" + "0" * 64, "X-GitHub-Event": "push", "X-GitHub-Delivery": "g"}
            try:
                answers.append(client.post(f"{web.url}/webhooks/github", content=body, headers=headers).status_code)
            except httpx.HTTPError:
                answers.append(0)
    return answers


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process from /proc")
def test_a_flood_of_refused_requests_leaves_nothing(web: Web) -> None:
    flood(web, 1.0)
    memory, disk = web.resident(), web.on_disk()
    answers = flood(web, SECONDS)
    assert len(answers) > 200
    assert set(answers) <= {401, 413, 0}
    assert web.on_disk() - disk < 8_000
    assert web.resident() - memory < 40_000_000
    assert httpx.get(f"{web.url}/health/ready", trust_env=False).status_code == 200
    assert web.process.poll() is None
