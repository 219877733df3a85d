"""gcov's JSON and gcovr's, which resembles it: lines of files with counts and branches."""

from typing import Any

import msgspec

from app.readiness.detectors.coverage.formats.json_feed import Number, decode, decode_each, ran
from app.readiness.detectors.coverage.model import HIT, MISS, FileCoverage, Report
from app.readiness.detectors.coverage.source import Source


class _Branch(msgspec.Struct, frozen=True):
    count: Number = 0


class _Line(msgspec.Struct, frozen=True):
    line_number: int
    count: Number
    branches: list[_Branch] = []
    is_noncode: bool = msgspec.field(default=False, name="gcovr/noncode")
    is_excluded: bool = msgspec.field(default=False, name="gcovr/excluded")


class _File(msgspec.Struct, frozen=True):
    file: str
    lines: list[_Line] = []


class _Document(msgspec.Struct, frozen=True):
    files: list[msgspec.Raw]
    current_working_directory: str = ""


def read_gcov(source: Source) -> Report:
    """A line of a template comes once for every instance: it ran if one of them ran."""
    return _read(Report("gcov"), source.whole(), "the JSON of gcov")


def read_gcovr(source: Source) -> Report:
    return _read(Report("gcovr"), source.whole(), "the JSON of gcovr")


def _read(report: Report, content: Any, what: str) -> Report:
    for document in decode_each(content, _Document, what):
        if document.current_working_directory and document.current_working_directory not in report.sources:
            report.sources.append(document.current_working_directory)
        for text in document.files:
            one = decode(text, _File, what)
            into = report.file(one.file)
            for line in one.lines:
                _read_line(into, line)
    return report.finish()


def _read_line(into: FileCoverage, line: _Line) -> None:
    if line.is_noncode or line.is_excluded:
        return
    into.mark(line.line_number, HIT if ran(line.count) else MISS)
    if line.branches:
        into.branch_ways(line.line_number, (ran(branch.count) for branch in line.branches))
