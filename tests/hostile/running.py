"""A command with a time limit, measured: what it said, how it ended, and the most memory its process tree took."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MEMORY_LIMIT = 500 * 1000 * 1000
# A small process of its own between: a child's peak counts what it was forked from.
_MEASURE = """
import json, os, resource, subprocess, sys, threading, time
child = subprocess.Popen(sys.argv[2:])
peak = 0
def resident(pid):
    try:
        with open(f"/proc/{pid}/statm") as file:
            total = int(file.read().split()[1]) * resource.getpagesize()
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return total + sum(map(resident, file.read().split()))
    except (OSError, IndexError):
        return 0
def look():
    global peak
    while True:
        peak = max(peak, resident(child.pid))
        time.sleep(0.02)
threading.Thread(target=look, daemon=True).start()
status = child.wait()
unit = 1 if sys.platform == "darwin" else 1024
peak = max(peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit)
with open(sys.argv[1], "w") as file:
    json.dump({"status": status, "peak": peak}, file)
"""


@dataclass(frozen=True)
class Ran:
    """peak: bytes of resident memory, of the whole process tree as sampled and of its largest process for certain."""

    status: int
    out: bytes
    err: str
    peak: int


def measure(
    command: Sequence[str],
    folder: Path,
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
) -> Ran:
    """Runs it to its end; AssertionError after so many seconds."""
    notes = folder / "measured.json"
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", _MEASURE, str(notes), *command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
    )
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise AssertionError(f"not done after {seconds:.0f} seconds") from None
    measured = json.loads(notes.read_text())
    return Ran(measured["status"], out, err.decode(errors="replace"), measured["peak"])


def check(repository: Path, folder: Path, *options: str, seconds: float = 60) -> Ran:
    """`readygate check` on the repository, with a cache folder of its own."""
    command = (sys.executable, "-P", "-c", "from app.cli import main; main()", "check", *options, str(repository))
    return measure(command, folder, seconds=seconds, environment={"XDG_CACHE_HOME": str(folder / "cache")})


def examine(
    git_dir: Path, folder: Path, head: str, base: str = "", *, seconds: float = 60
) -> tuple[dict[str, Any], Ran]:
    """The verdict of a commit in a mirror as JSON, or its `error`; `check` in the answer is the check run."""
    script = str(Path(__file__).with_name("examine_once.py"))
    ran = measure((sys.executable, "-P", script, str(git_dir), head, base), folder, seconds=seconds)
    answer: dict[str, Any] = json.loads(ran.out) if ran.out else {}
    return answer, ran
