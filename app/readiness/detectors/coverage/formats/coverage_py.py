"""coverage.py's JSON: for every file the lines that ran and those that did not."""

from array import array
from typing import Annotated

import msgspec

from app.readiness.detectors.coverage.branches import Branches
from app.readiness.detectors.coverage.formats.json_feed import decode
from app.readiness.detectors.coverage.model import HIT, LARGEST_LINE, MISS, Report
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


_Line = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_LINE)]


class _File(msgspec.Struct, frozen=True):
    executed_lines: list[_Line]
    missing_lines: list[_Line]
    executed_branches: list[tuple[_Line, int]] = []
    missing_branches: list[tuple[_Line, int]] = []


_decoder = msgspec.json.Decoder(_File)
_REPEATS = b'"functions":'


def read_coverage_py(source: Source) -> Report:
    """Since format 3 each file repeats its lines for functions and classes, which are skipped unread."""
    document = decode(source.whole(), _Document, "the JSON report of coverage.py")
    report = Report("coverage.py")
    report.state_totals(document.totals.covered_lines, document.totals.num_statements)
    behind = 0
    for number, (path, text) in enumerate(document.files.items()):
        content = bytes(text)
        _read_file(report, path, _decode(path, content))
        behind += len(content)
        if number % FORGET_AFTER == 0:
            source.forget(behind)
    return report.finish()


def _decode(path: str, content: bytes) -> _File:
    """The part before the repetitions, where that is a whole; it cannot be one by chance, for its end is cut off."""
    end = content.rfind(b",", 0, content.find(_REPEATS) + 1) if _REPEATS in content else -1
    try:
        if end > 0:
            return _decoder.decode(content[:end] + b"}")
    except msgspec.MsgspecError:
        pass
    try:
        return _decoder.decode(content)
    except msgspec.MsgspecError as error:
        raise malformed(f"the lines of a file cannot be read: {error}", place=path[:200]) from None


def _read_file(report: Report, path: str, part: _File) -> None:
    one = report.file(path)
    executed, missing = part.executed_lines, part.missing_lines
    try:
        one.states = _states(executed, missing, max(executed[-1:] + missing[-1:], default=0))
    except IndexError:
        # They rise in every report that coverage.py writes.
        one.states = _states(executed, missing, max(executed + missing))
    if part.executed_branches or part.missing_branches:
        one.branches = _branches(part)


def _states(executed: list[int], missing: list[int], largest: int) -> bytearray:
    states = bytearray(largest + 1)
    for line in missing:
        states[line] = MISS
    for line in executed:
        states[line] = HIT
    return states


def _branches(part: _File) -> Branches:
    """Ways from one line to another, in the order of where they lead."""
    taken = dict.fromkeys(part.missing_branches, 0)
    taken |= dict.fromkeys(part.executed_branches, 1)
    lines, masks, totals = array("I"), list[int](), array("H")
    last = mask = total = 0
    for way in sorted(taken):
        start = way[0]
        if start != last:
            if total:
                lines.append(last)
                masks.append(mask)
                totals.append(total)
            last, mask, total = start, 0, 0
        mask |= taken[way] << total
        total += 1
    lines.append(last)
    masks.append(mask)
    totals.append(total)
    return Branches(lines, masks, totals)
