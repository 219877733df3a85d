"""What one command costs: CPU time with all its children, wall time, and the memory of the whole process tree."""

import ctypes
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MB = 1024 * 1024
SAMPLE_SECONDS = 0.004
_SET_CHILD_SUBREAPER = 36
# An installed program has its bytecode; compiling ours again would add 0.1 s to each run.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Cost:
    """wall and cpu in seconds; status as the shell shows it."""

    wall: float
    cpu: float
    status: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Peaks in MB over a process tree: resident in all, and the part of it that no file backs."""

    resident: float
    anonymous: float


def adopt_orphans() -> None:
    """On Linux a child that outlives its parent becomes ours, so that its CPU time is counted too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1)


def run(command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Cost:
    """Runs the command with its output thrown away."""
    started = time.monotonic()
    process = _start(command, cwd, env)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime + _orphans()
    return Cost(wall, cpu, process.returncode)


def best(costs: Iterable[Cost]) -> Cost:
    """The run with the least CPU time: everything above it is the machine's doing."""
    return min(costs, key=lambda cost: cost.cpu)


def memory_of(command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Memory:
    """Runs the command once more and looks at its process tree all the time; Linux only, zeros elsewhere."""
    process = _start(command, cwd, env)
    watch = Watch(process.pid)
    process.wait()
    return watch.stop()


class Watch:
    """Samples the memory of a process and everything below it until stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = [0, 0]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> Memory:
        self._ended.set()
        self._thread.join()
        return Memory(self._peak[0] / MB, self._peak[1] / MB)

    def _sample(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            sizes = [resident(pid) for pid in tree_of(self._pid)]
            self._peak = [
                max(peak, sum(size[part] for size in sizes)) for part, peak in zip((0, 1), self._peak, strict=True)
            ]


def tree_of(pid: int) -> list[int]:
    """The process and its descendants that are alive."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting.extend(int(child) for child in (task / "children").read_text().split())
        except OSError:
            continue
    return found


def resident(pid: int) -> tuple[int, int]:
    """Bytes in memory, and those of them that no file backs; zeros for a process that has ended."""
    try:
        _, pages, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0, 0
    size = os.sysconf("SC_PAGESIZE")
    return int(pages) * size, (int(pages) - int(shared)) * size


def peak_of(pid: int) -> dict[str, float]:
    """VmRSS and VmHWM of a running process in MB."""
    lines = (line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {name: int(value.split()[0]) / 1024 for name, value in lines if name in ("VmRSS", "VmHWM")}


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def end(process: "subprocess.Popen[bytes]", seconds: float = 20.0) -> None:
    """SIGTERM, and SIGKILL for what does not listen."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _start(command: Sequence[str], cwd: Path | None, env: Mapping[str, str] | None) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        list(command),
        cwd=cwd,
        env={**_ENVIRONMENT, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _orphans() -> float:
    """CPU seconds of children that were left to us and have ended."""
    total = 0.0
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return total
        if pid == 0:
            return total
        total += usage.ru_utime + usage.ru_stime
