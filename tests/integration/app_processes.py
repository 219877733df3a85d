"""The App as child processes: started with settings of their own, watched, stopped, killed, and their logs."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import text

from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from app.store.database import Database

ROOT = Path(__file__).resolve().parents[2]
# On Linux the kernel ends what a killed test run would leave behind.
_DIE_WITH_US = "import ctypes; ctypes.CDLL(None).prctl(1, 9); " if sys.platform == "linux" else ""
READYGATE = (sys.executable, "-c", f"{_DIE_WITH_US}from app.cli import main; main()")
PATIENCE = 40.0
T = TypeVar("T")


def eventually(ask: Callable[[], T | None], what: str, seconds: float = PATIENCE, pause: float = 0.02) -> T:
    """The first answer that is neither None nor False nor empty; AssertionError when none comes in time."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < end, f"not within {seconds:.0f} seconds: {what}"
        time.sleep(pause)
    return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One process of the App; its log file grows over restarts."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str], port: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.port = port
        self.folder = folder
        self.log = folder / f"{name}.log"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        command = [*READYGATE, self.name.rstrip("0123456789")]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        assert self.is_alive, f"{self.name} ended while it was starting:\n{self.log.read_text()[-3000:]}"
        with contextlib.suppress(httpx.HTTPError):
            return self.get("/health/ready").is_success
        return False

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=5, trust_env=False)

    def ask_to_end(self) -> None:
        """SIGTERM, as an orchestrator sends it."""
        assert self._process is not None
        self._process.terminate()

    def wait(self, seconds: float = 35.0) -> int:
        """The exit status."""
        assert self._process is not None
        return self._process.wait(seconds)

    def kill(self) -> None:
        """kill -9 of this process alone: what it started has to notice by itself."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """Whatever is left of it and of what it started."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(10)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def children(self, word: str) -> list[int]:
        """The ids of direct children whose command line holds a word."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(child) for child in listed if word in _command_line(int(child))]


def _command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


class Installation:
    """The processes of one App, its database, and the sandbox it is installed in."""

    def __init__(self, sandbox: Sandbox, folder: Path, names: tuple[str, ...], **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.sandbox = sandbox
        self.folder = folder
        self.settings = {
            "GITHUB_APP_ID": str(sandbox.app_id),
            "GITHUB_PRIVATE_KEY": sandbox.private_key,
            "GITHUB_WEBHOOK_SECRET": sandbox.webhook_secret,
            "GITHUB_API_URL": sandbox.api_url,
            "GITHUB_GIT_URL": sandbox.url,
            "DATA_DIR": str(folder / "data"),
            "SETTLE_SECONDS": "1",
            # Every test adds a repository; only test_lifecycle.py wants to see its first audit.
            "AUDITS": "0",
            **settings,
        }
        self.processes = {name: self._process(name) for name in names}
        self._next_web = 0

    def _process(self, name: str) -> Process:
        port = free_port()
        own = {"PORT": str(port), "WORKER_PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
        return Process(name, self.folder, self.environment(**own), port)

    def environment(self, **settings: str) -> dict[str, str]:
        """The environment of a process: nothing of the caller's own Readygate settings."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("READYGATE_", "OTEL_"))}
        ours = {f"READYGATE_{key}": value for key, value in (self.settings | settings).items()}
        return kept | {"PYTHONPATH": str(ROOT)} | ours

    @property
    def webs(self) -> list[Process]:
        return [process for name, process in self.processes.items() if not name.startswith("worker")]

    @property
    def workers(self) -> list[Process]:
        return [process for name, process in self.processes.items() if not name.startswith("web")]

    @property
    def url(self) -> str:
        return self.webs[0].url

    def start(self) -> None:
        """Start whatever is not running, wait until it is ready, and have the webhooks sent there."""
        for process in self.processes.values():
            if not process.is_alive:
                process.start()
        for process in self.processes.values():
            eventually(process.is_ready, f"{process.name} is ready", pause=0.1)
        self.turn()

    def turn(self) -> None:
        """Webhooks go to the next web process, as behind a load balancer."""
        web = self.webs[self._next_web % len(self.webs)]
        self._next_web += 1
        self.sandbox.webhook_url = f"{web.url}/webhooks/github"

    def end(self) -> None:
        self.sandbox.webhook_url = None
        running = [process for process in self.processes.values() if process.is_alive]
        for process in running:
            process.ask_to_end()
        for process in self.processes.values():
            process.end()

    def command(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """`readygate …` with the settings of this installation."""
        return subprocess.run(
            [*READYGATE, *arguments],
            cwd=self.folder,
            env=self.environment(**settings),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def log_lines(self) -> list[dict[str, Any]]:
        """Every line all processes logged; a line that is not JSON fails the test."""
        return [json.loads(line) for line in self.log_text().splitlines() if line]

    def log_text(self) -> str:
        return "".join(process.log.read_text() for process in self.processes.values())

    def logged(self, event: str, **fields: object) -> list[dict[str, Any]]:
        """The lines of one event whose fields have these values."""
        wanted = {"event": event, **fields}.items()
        return [line for line in self.log_lines() if wanted <= line.items()]

    @property
    def database_url(self) -> str:
        url, folder = self.settings.get("DATABASE_URL", ""), Path(self.settings["DATA_DIR"])
        return Settings(_env_file=None, database_url=url, data_dir=folder).database

    def query(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """Rows of the App's own database."""
        return asyncio.run(self._query(statement, values))

    async def _query(self, statement: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        database = Database(self.database_url)
        try:
            async with database.transaction() as connection:
                rows = await connection.execute(text(statement), values)
                return [tuple(row) for row in rows] if rows.returns_rows else []
        finally:
            await database.close()

    def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until every webhook is answered, every delivery handled and every target done."""
        assert self.sandbox.settle(seconds)
        eventually(lambda: not self.undone(), "the App is at rest", seconds, pause=0.1)

    def undone(self) -> list[tuple[Any, ...]]:
        return self.query(
            "SELECT 'delivery', guid, error FROM delivery WHERE state = 'received' "
            "UNION ALL SELECT kind, name, error FROM target WHERE done < want AND repository_id > 0"
        )
