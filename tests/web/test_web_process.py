"""The process of `readygate web` from outside: what it loads, its memory, and large bodies all at once."""

import hmac
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from web_process import SECRET, WebProcess

ROOT = Path(__file__).resolve().parents[2]
MB = 1024 * 1024
# What costs tens of megabytes, or knows how to judge or to talk to GitHub.
HEAVY = ("githubkit", "sqlalchemy", "sqlmodel", "fastapi", "alembic", "arq", "redis", "fakeredis", "httpx", "yaml",
         "ast_grep_py", "app.readiness", "app.git", "app.github.app", "app.sandbox", "app.jobs.world")  # fmt: skip
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process from /proc")


@pytest.fixture
def web(tmp_path: Path, database_url: str) -> Iterator[WebProcess]:
    running = WebProcess(tmp_path, database_url)
    running.wait()
    yield running
    running.process.kill()
    running.process.wait(30)


def test_the_web_half_loads_little() -> None:
    code = "import sys, app.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, check=True)  # fmt: skip
    loaded = done.stdout.split()
    assert "app.web.webhook" in loaded
    assert [name for name in loaded if f"{name}.".startswith(tuple(f"{heavy}." for heavy in HEAVY))] == []


def body_of(number: int) -> bytes:
    padding = [{"url": f"https://github.example/{n}", "x": "y" * 150} for n in range(100)]
    return json.dumps({"action": "opened", "number": number, "pull_request": {"number": number, "more": padding},
                       "repository": {"id": 7}, "installation": {"id": 8}}).encode()  # fmt: skip


def deliver(client: httpx.Client, web: WebProcess, guid: str, body: bytes) -> int:
    signature = "sha256=" + hmac.new(SECRET.encode(), body, sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature, "X-GitHub-Event": "pull_request", "X-GitHub-Delivery": guid}
    return client.post(f"{web.url}/webhooks/github", content=body, headers=headers).status_code


@pytest.mark.slow
def test_the_web_half_stays_under_60_mb(web: WebProcess) -> None:
    def some(client: int) -> list[int]:
        with httpx.Client(trust_env=False, timeout=60) as sender:
            return [deliver(sender, web, f"{client}-{n}", body_of(n)) for n in range(250)]

    with ThreadPoolExecutor(8) as clients:
        answers = [answer for some_answers in clients.map(some, range(8)) for answer in some_answers]
    assert answers == [202] * 2000
    assert httpx.get(f"{web.url}/health/ready", trust_env=False).json()["status"] == "ok"
    assert web.peak() / MB <= 60
    assert web.stop() == 0


@pytest.mark.slow
def test_a_hundred_large_bodies_at_once_share_their_memory(web: WebProcess) -> None:
    """25 MB each: 2.5 GB if all were held; small deliveries pass all the while."""
    before, statuses, done = web.resident() / MB, [], threading.Event()
    chunk = b" " * MB

    def large(_: int) -> str:
        with socket.create_connection(("127.0.0.1", web.port), timeout=60) as connection:
            try:
                connection.sendall(b"POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Length: 26214400\r\n\r\n")
                for _ in range(25):
                    connection.sendall(chunk)
                return connection.recv(12).decode().removeprefix("HTTP/1.1 ")
            except OSError:
                return "closed"

    def small() -> None:
        with httpx.Client(trust_env=False, timeout=60) as sender:
            while not done.is_set():
                statuses.append(deliver(sender, web, f"small-{len(statuses)}", body_of(1)))

    with ThreadPoolExecutor(101) as clients:
        beside = clients.submit(small)
        answers = list(clients.map(large, range(100)))
        done.set()
        beside.result()
    assert set(answers) <= {"401", "503", "closed"}, answers
    assert "503" in answers or "closed" in answers
    assert web.peak() / MB - before < 200
    assert statuses
    assert set(statuses) == {202}
