"""coverage.py's JSON: for every file the lines that ran and those that did not."""

import msgspec

from app.readiness.detectors.coverage.formats.json_feed import decode
from app.readiness.detectors.coverage.model import HIT, MISS, Report
from app.readiness.detectors.coverage.problems import malformed
from app.readiness.detectors.coverage.source import Source

FORGET_AFTER = 200
"""Files, after which what was read may leave memory."""


class _Totals(msgspec.Struct, frozen=True):
    covered_lines: int | None = None
    num_statements: int | None = None


class _Document(msgspec.Struct, frozen=True):
    files: dict[str, msgspec.Raw]
    totals: _Totals = _Totals()


class _File(msgspec.Struct, frozen=True):
    executed_lines: list[int]
    missing_lines: list[int]
    executed_branches: list[tuple[int, int]] = []
    missing_branches: list[tuple[int, int]] = []


def read_coverage_py(source: Source) -> Report:
    """Since format 3 each file repeats its lines for functions and classes, which are skipped unread."""
    document = decode(source.whole(), _Document, "the JSON report of coverage.py")
    report = Report("coverage.py")
    report.state_totals(document.totals.covered_lines, document.totals.num_statements)
    decoder = msgspec.json.Decoder(_File)
    for number, (path, text) in enumerate(document.files.items()):
        if number % FORGET_AFTER == 0:
            source.forget()
        try:
            part = decoder.decode(text)
        except msgspec.MsgspecError as error:
            raise malformed(f"the lines of a file cannot be read: {error}", place=path[:200]) from None
        _read_file(report, path, part)
    return report.finish()


def _read_file(report: Report, path: str, part: _File) -> None:
    one = report.file(path)
    if min(part.executed_lines, default=0) < 0 or min(part.missing_lines, default=0) < 0:
        raise malformed("a line number is negative", place=path[:200])
    largest = max(max(part.executed_lines, default=0), max(part.missing_lines, default=0))
    if largest >= len(one.states):
        one.grow(largest)
    states = one.states
    for line in part.missing_lines:
        states[line] = states[line] or MISS
    for line in part.executed_lines:
        states[line] = HIT
    if part.executed_branches or part.missing_branches:
        taken = dict.fromkeys(part.missing_branches, False) | dict.fromkeys(part.executed_branches, True)
        places: dict[int, int] = {}
        for start, end in sorted(taken):
            place = places[start] = places.get(start, -1) + 1
            mask, total = one.pending.get(start, (0, 0))
            one.pending[start] = (mask | taken[start, end] << place, total + 1)
