"""The App's own processes as victims: its doors, and the queue that `serve` brings along."""

import contextlib
import os
import signal

from app_processes import Process


class Door:
    """`serve`, `web` or `worker`: killed or paused alone, what it started has to notice by itself."""

    def __init__(self, process: Process) -> None:
        self.name = process.name
        self._process = process

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive

    def start(self) -> None:
        self._process.start()

    def kill(self) -> bool:
        if not self._process.is_alive:
            return False
        self._process.kill()
        return True

    def pause(self) -> bool:
        return self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> bool:
        if not self._process.is_alive:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, number)
        return True


class Queue:
    """The embedded queue of `serve`, which starts it again by itself."""

    name = "embedded queue"
    is_alive = True

    def __init__(self, serve: Process) -> None:
        self._serve = serve
        self._paused: list[int] = []

    def start(self) -> None:
        """Nothing: that is the App's own business."""

    def kill(self) -> bool:
        return bool(self._signal(self._running(), signal.SIGKILL))

    def pause(self) -> bool:
        self._paused = self._signal(self._running(), signal.SIGSTOP)
        return bool(self._paused)

    def resume(self) -> None:
        self._signal(self._paused, signal.SIGCONT)

    def _running(self) -> list[int]:
        with contextlib.suppress(OSError):
            return self._serve.children("valkey-server") if self._serve.is_alive else []
        return []

    def _signal(self, queues: list[int], number: int) -> list[int]:
        hit: list[int] = []
        for pid in queues:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
                hit.append(pid)
        return hit
