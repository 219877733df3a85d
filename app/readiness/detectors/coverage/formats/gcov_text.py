"""gcov's text: the source with a count before each line."""

import re

from app.readiness.detectors.coverage.model import HIT, MISS, PARTIAL, FileCoverage, Report
from app.readiness.detectors.coverage.problems import malformed
from app.readiness.detectors.coverage.source import Source

LONGEST_LINE = 1024 * 1024
_LINE = re.compile(rb"\s*(-|#{5}|={5}|%{5}|\${5}|(\d+)(?:\.\d+)?[kMGTPEZY]?(\*?)):\s*(\d{1,9}):(.*)", re.DOTALL)
_BRANCH = re.compile(rb"branch\s+\d+ (?:taken (\d+)|never executed)")
_EXCLUDED = re.compile(rb"\b[GL]COVR?_EXCL_(LINE|START|STOP)\b")


def read_gcov_text(source: Source) -> Report:
    """Lines that the source marks with LCOV_EXCL_LINE or between LCOV_EXCL_START and _STOP are left out."""
    reading = _Reading()
    rest = b""
    for block in source.blocks():
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            reading.take(line)
        if len(rest) > LONGEST_LINE:
            raise malformed("a line of the gcov text is over 1 MiB", line=reading.number + 1)
    reading.take(rest)
    reading.close_branches()
    return reading.report.finish()


class _Reading:
    def __init__(self) -> None:
        self.report = Report("gcov-text")
        self.number = 0
        self._file: FileCoverage | None = None
        self._is_excluded = False
        self._line = 0
        self._ways: list[bool] = []

    def take(self, text: bytes) -> None:
        self.number += 1
        found = _LINE.match(text.rstrip(b"\r"))
        if found:
            self.close_branches()
            number = int(found[4])
            if number:
                self._take_line(number, found)
            elif found[5].startswith(b"Source:"):
                self._file = self.report.file(found[5][7:].decode("utf-8", "replace").strip())
                self._is_excluded = False
            elif found[5].startswith(b"Working directory:"):
                self.report.sources.append(found[5][18:].decode("utf-8", "replace").strip())
        elif branch := _BRANCH.match(text):
            self._ways.append(bool(branch[1]) and int(branch[1]) > 0)

    def _take_line(self, number: int, found: re.Match[bytes]) -> None:
        if self._file is None:
            raise malformed("the gcov text has a line before any `Source:`", line=self.number)
        marks = set(_EXCLUDED.findall(found[5]))
        if b"START" in marks:
            self._is_excluded = True
        is_left_out = self._is_excluded or b"LINE" in marks
        if b"STOP" in marks:
            self._is_excluded = False
        self._line = 0
        if is_left_out or found[1] == b"-":
            return
        self._line = number
        state = MISS if not found[2] or float(found[1].rstrip(b"*kMGTPEZY")) == 0 else PARTIAL if found[3] else HIT
        self._file.mark(number, state)

    def close_branches(self) -> None:
        if self._ways and self._line and self._file is not None:
            self._file.branch_ways(self._line, self._ways)
        self._ways = []
