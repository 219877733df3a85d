"""The JSON that Coveralls and Codecov are sent: counts by line."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from app.readiness.detectors.coverage.formats.json_feed import Number, decode, ran
from app.readiness.detectors.coverage.model import HIT, MISS, PARTIAL, FileCoverage, Report
from app.readiness.detectors.coverage.problems import malformed
from app.readiness.detectors.coverage.source import Source

_FRACTION = re.compile(r"(\d{1,6})/(\d{1,6})")
_BRANCH_FIELDS = 4


class _CoverallsFile(msgspec.Struct, frozen=True):
    name: str
    coverage: list[Number] | str | None = None
    branches: list[int] | None = None


class _Coveralls(msgspec.Struct, frozen=True):
    source_files: list[_CoverallsFile]


class _Codecov(msgspec.Struct, frozen=True):
    coverage: dict[str, list[Any] | dict[str, Any]]


def read_coveralls(source: Source) -> Report:
    """branches: four numbers each, of which the first is the line and the last the count."""
    report = Report("coveralls")
    for sent in decode(source.whole(), _Coveralls, "the JSON of Coveralls").source_files:
        counts = sent.coverage
        if isinstance(counts, str):
            counts = decode(counts.encode(), list[Number], "the coverage of a file, a text of JSON,")
        one = report.file(sent.name)
        for line, count in enumerate(counts or (), 1):
            if count is not None:
                one.mark(line, HIT if ran(count) else MISS)
        _read_branches(one, sent.branches or [])
    return report.finish()


def _read_branches(one: FileCoverage, fields: list[int]) -> None:
    if len(fields) % _BRANCH_FIELDS:
        raise malformed("the branches of a file are not four numbers each", place=one.path[:200])
    ways: dict[int, list[bool]] = {}
    for start in range(0, len(fields), _BRANCH_FIELDS):
        ways.setdefault(fields[start], []).append(fields[start + 3] > 0)
    for line, taken in ways.items():
        one.branch_ways(line, taken)


def read_codecov(source: Source) -> Report:
    """Counts, null for lines that hold no code, fractions of branches such as "1/2", true for a part of them.

    A list starts with a null for line 0.
    """
    report = Report("codecov")
    for path, counts in decode(source.whole(), _Codecov, "the JSON of Codecov").coverage.items():
        one = report.file(path)
        for line, count in _numbered(path, counts):
            _read_count(one, line, count)
    return report.finish()


def _numbered(path: str, counts: list[Any] | dict[str, Any]) -> Iterator[tuple[int, Any]]:
    if isinstance(counts, list):
        yield from enumerate(counts)
        return
    for line, count in counts.items():
        if not line.isdecimal():
            raise malformed("a line number of the Codecov JSON is none", place=path[:200])
        yield int(line), count


def _read_count(one: FileCoverage, line: int, count: Any) -> None:
    if count is None or line == 0:
        return
    if count is True:
        one.mark(line, PARTIAL)
    elif isinstance(count, str) and (found := _FRACTION.fullmatch(count)):
        taken, total = int(found[1]), int(found[2])
        one.mark(line, HIT if taken else MISS)
        one.branch(line, taken, total)
    elif isinstance(count, int | float):
        one.mark(line, HIT if ran(count) else MISS)
    else:
        raise malformed(
            "a count of the Codecov JSON is neither a number nor a fraction", place=f"{one.path[:200]}:{line}"
        )
