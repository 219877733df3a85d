"""A real `readygate web` on a free port of loopback, with a database of its own."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from app.store import schema

ROOT = Path(__file__).resolve().parents[2]
STARTING_SECONDS = 60
SECRET = "s"


class WebProcess:
    """Started when made; database is the address of an empty one, SQLite in the folder by default."""

    def __init__(self, folder: Path, database: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.log, self.data = folder / "web.log", folder / "data"
        self.data.mkdir()
        address = database or f"sqlite+aiosqlite:///{self.data / 'readygate.db'}"
        schema.upgrade(address)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("READYGATE_", "OTEL_"))}
        own = {
            "GITHUB_APP_ID": "1",
            "GITHUB_PRIVATE_KEY": "-----BEGIN nothing",
            "GITHUB_WEBHOOK_SECRET": SECRET,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(self.data),
            "DATABASE_URL": address,
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", "from app.cli import main; main()", "web"],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env={**kept, "PYTHONPATH": str(ROOT), **{f"READYGATE_{key}": value for key, value in own.items()}},
            )  # fmt: skip

    def wait(self) -> None:
        end = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/health/ready", trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(self.log.read_text()[-2000:])

    def stop(self) -> int:
        """Its exit status."""
        self.process.terminate()
        return self.process.wait(30)

    def resident(self) -> int:
        return self._kilobytes("VmRSS") * 1024

    def peak(self) -> int:
        """Bytes it has held at most."""
        return self._kilobytes("VmHWM") * 1024

    def _kilobytes(self, name: str) -> int:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))

    def on_disk(self) -> int:
        return sum(file.stat().st_size for file in self.data.rglob("*") if file.is_file()) + self.log.stat().st_size
