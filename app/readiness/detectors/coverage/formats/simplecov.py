"""SimpleCov: its resultset of suites, and the JSON of its formatter."""

import re
from typing import Any

import msgspec

from app.readiness.detectors.coverage.formats.json_feed import decode, ran
from app.readiness.detectors.coverage.model import HIT, MISS, FileCoverage, Report
from app.readiness.detectors.coverage.problems import malformed
from app.readiness.detectors.coverage.source import Source

_BRANCH = re.compile(r'\[:?"?([^",]+)"?, \d+, (\d+),')


class _Suite(msgspec.Struct, frozen=True):
    coverage: dict[str, Any]


def read_resultset(source: Source) -> Report:
    """Suites of one file are one result: a line that any of them ran was run."""
    report = Report("simplecov")
    for suite in decode(source.whole(), dict[str, _Suite], "the resultset of SimpleCov").values():
        _read_suite(report, suite.coverage)
    return report.finish()


def read_simplecov_json(source: Source) -> Report:
    report = Report("simplecov")
    _read_suite(report, decode(source.whole(), _Suite, "the JSON of SimpleCov").coverage)
    return report.finish()


def _read_suite(report: Report, files: dict[str, Any]) -> None:
    for path, value in files.items():
        lines = value.get("lines") if isinstance(value, dict) else value
        if lines is None:
            continue
        if not isinstance(lines, list):
            raise malformed("the lines of a file are no list in the SimpleCov report", place=path[:200])
        one = report.file(path)
        for number, hits in enumerate(lines, 1):
            # `ignored` stands for lines between marks that exclude them.
            if hits is None or hits == "ignored":
                continue
            if isinstance(hits, bool) or not isinstance(hits, int | float):
                raise malformed("a line of the SimpleCov report has no number of hits", place=f"{path[:200]}:{number}")
            one.mark(number, HIT if ran(hits) else MISS)
        if isinstance(value, dict):
            _read_branches(one, value.get("branches"))


def _read_branches(one: FileCoverage, branches: Any) -> None:
    """A mapping of conditions to their ways, whose names are Ruby arrays; or a list of ways."""
    ways: dict[int, list[bool]] = {}
    if isinstance(branches, dict):
        for condition, counts in branches.items():
            found = _BRANCH.match(condition)
            if found and isinstance(counts, dict):
                ways.setdefault(int(found[2]), []).extend(ran(count) for count in counts.values())
    elif isinstance(branches, list):
        for branch in branches:
            if isinstance(branch, dict) and isinstance(branch.get("coverage"), int):
                line = branch.get("report_line", branch.get("start_line"))
                ways.setdefault(line if isinstance(line, int) else 0, []).append(branch["coverage"] > 0)
    for line, taken in ways.items():
        one.branch_ways(line, taken)
