"""Refused requests, as many as one client can send, at a real `readygate web`: nothing of them stays."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from web_process import WebProcess

SECONDS = 3.0
BODIES = (b'{"action": "opened"}', b"not json", b"\xff" * 1000, b" " * (26 * 1024 * 1024))


@pytest.fixture
def web(tmp_path: Path) -> Iterator[WebProcess]:
    running = WebProcess(tmp_path)
    try:
        running.wait()
        yield running
    finally:
        running.stop()


def flood(web: WebProcess, seconds: float) -> list[int]:
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
def test_a_flood_of_refused_requests_leaves_nothing(web: WebProcess) -> None:
    flood(web, 1.0)
    memory, disk = web.resident(), web.on_disk()
    answers = flood(web, SECONDS)
    assert len(answers) > 200
    assert set(answers) <= {401, 413, 0}
    assert web.on_disk() - disk < 8_000
    assert web.resident() - memory < 40_000_000
    assert httpx.get(f"{web.url}/health/ready", trust_env=False).status_code == 200
    assert web.process.poll() is None
