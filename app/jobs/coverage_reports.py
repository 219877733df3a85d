"""Coverage reports read in a process of their own, which has little memory, little time and nothing to lose."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from app.readiness.detectors.coverage.model import Report
from app.readiness.detectors.coverage.problems import BadReport, not_usable, over_limit
from app.readiness.detectors.coverage.wire import unpack

SECONDS = 120
LARGEST_ANSWER = 512 * 1024 * 1024
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT")

Reading = tuple[dict[str, Report], dict[str, BadReport]]


def read_reports(paths: Iterable[Path]) -> Reading:
    """Reports and what is wrong with the others, by name; an archive yields one for each report in it."""
    reports: dict[str, Report] = {}
    problems: dict[str, BadReport] = {}
    for path in dict.fromkeys(paths):
        read, wrong = read_file(path)
        reports.update(read)
        problems.update(wrong)
    return reports, problems


def read_file(path: Path) -> Reading:
    """One file; whatever happens to the process that reads it, the answer is a report or a named problem."""
    name = str(path)
    if path.is_dir():
        return {}, {name: _folder(path)}
    try:
        with path.open("rb") as file:
            return _ask(name, file.fileno())
    except OSError as error:
        mend = "Look whether the tests ran with coverage, and where they write the report."
        return {}, {name: BadReport(f"the report cannot be read: {error.strerror}", mend=mend)}


def _folder(path: Path) -> BadReport:
    if path.suffix in (".xcresult", ".xccovarchive"):
        return not_usable("this is a result bundle of Xcode", "Run `xcrun xccov view --archive --json RESULT`.")
    return not_usable("this is a folder", "Name the report in it.")


def _ask(name: str, descriptor: int) -> Reading:
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    # -P: the folder this process was started in is no place to import from.
    command = (sys.executable, "-P", "-m", "app.jobs.coverage_parser", name)
    with subprocess.Popen(
        command, stdin=descriptor, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as child:
        assert child.stdout is not None
        try:
            answer = child.stdout.read(LARGEST_ANSWER + 1)
            status = child.wait(SECONDS)
        except (subprocess.TimeoutExpired, MemoryError):
            status = None
            answer = b""
        finally:
            child.kill()
    if status != 0 or len(answer) > LARGEST_ANSWER:
        return {}, {name: _ended(status)}
    try:
        return unpack(answer)
    except (msgspec.MsgspecError, ValueError, OverflowError):
        return {}, {name: BadReport("the process that reads reports gave an answer that is none")}


def _ended(status: int | None) -> BadReport:
    if status is None or status == -signal.SIGXCPU:
        return over_limit("reading the report takes more than 60 seconds")
    if status in (-signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT):
        # A parser in C that is refused memory does not always end in good order.
        return over_limit("reading the report was stopped: it takes too much memory")
    return BadReport(f"reading the report failed (status {status})", mend="Open an issue and name the tool.")
