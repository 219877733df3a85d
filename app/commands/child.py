"""The App as a child process: started with settings of its own, watched, and always stopped."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import httpx

import app
from app.errors import ReadygateError

_READY_SECONDS = 30.0
_STOP_SECONDS = 10.0
_SHOWN_LINES = 15
_PROBE_SECONDS = 2.0


class Child:
    """`readygate serve` on a free port of loopback, logging to a file; a context manager that starts and stops it."""

    def __init__(self, folder: Path, settings: Mapping[str, str], command: tuple[str, ...] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._log = folder / "app.log"
        own = {"HOST": "127.0.0.1", "PORT": str(self.port), "DATA_DIR": str(folder / "data")}
        self._settings = {f"READYGATE_{name}": value for name, value in (own | dict(settings)).items()}
        self._command = command or (sys.executable, "-c", "from app.cli import main; main()", "serve")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            # The child has a folder of its own, so that no .env file and no package of the judged repository is read.
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
        finally:
            # Whatever the App started shares its process group; an impatient second Ctrl-C must not leave it behind.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _environment(self) -> dict[str, str]:
        """The caller's environment without its Readygate settings: a production database must not be reached."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("READYGATE_", "OTEL_"))}
        root = str(Path(app.__file__).resolve().parents[1])
        paths = os.pathsep.join(part for part in (root, kept.get("PYTHONPATH", "")) if part)
        return kept | {"PYTHONPATH": paths} | self._settings

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait_ready(self, seconds: float = _READY_SECONDS) -> None:
        """Wait for GET /health/ready; ReadygateError with the last log lines when it does not answer 200 in time."""
        end = time.monotonic() + seconds
        last = "no answer"
        with httpx.Client(trust_env=False, timeout=_PROBE_SECONDS) as client:
            while time.monotonic() < end:
                if not self.alive:
                    raise self.failure("the App ended while it was starting")
                try:
                    answer = client.get(f"{self.url}/health/ready")
                except httpx.HTTPError:
                    pass
                else:
                    if answer.is_success:
                        return
                    last = f"{answer.status_code} {answer.text[:500]}"
                time.sleep(0.1)
        raise self.failure(f"the App was not ready within {seconds:.0f} seconds (GET /health/ready: {last})")

    def failure(self, what: str) -> ReadygateError:
        """An error with the last lines the App logged."""
        lines = self._log.read_text(errors="replace").splitlines()[-_SHOWN_LINES:] if self._log.exists() else []
        shown = "\n  ".join(line[:2000] for line in lines) or "it logged nothing"
        return ReadygateError(what, mend=f"its last lines were:\n  {shown}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
