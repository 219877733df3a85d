"""Istanbul's JSON (nyc, c8, vitest, jest): statements and branches with their places, by file."""

from typing import Any

import msgspec

from app.readiness.detectors.coverage.formats.json_feed import Number, decode, ran
from app.readiness.detectors.coverage.model import HIT, MISS, FileCoverage, Report
from app.readiness.detectors.coverage.problems import malformed
from app.readiness.detectors.coverage.source import Source

_NOTHING = msgspec.Raw()


class _Place(msgspec.Struct, frozen=True):
    line: int | None = None


class _Range(msgspec.Struct, frozen=True):
    start: _Place = _Place()
    skip: bool | None = False


class _Branch(msgspec.Struct, frozen=True):
    line: int | None = None
    loc: _Range | None = None
    locations: list[_Range] = []


class _File(msgspec.Struct, frozen=True):
    path: str | None = None
    statementMap: dict[str, _Range] | None = None
    s: dict[str, Number] | None = None
    branchMap: dict[str, _Branch] | None = None
    b: dict[str, list[Number]] | None = None
    data: msgspec.Raw = _NOTHING


def read_istanbul(source: Source) -> Report:
    return read_files(decode(source.whole(), dict[str, msgspec.Raw], "the istanbul report"))


def read_jest(source: Source) -> Report:
    """What `jest --json` writes beside its test results."""
    document = decode(source.whole(), _Jest, "the JSON of jest")
    return read_files(document.coverageMap)


class _Jest(msgspec.Struct, frozen=True):
    coverageMap: dict[str, msgspec.Raw]


def read_files(files: dict[str, Any]) -> Report:
    """files: the text of each file's coverage by its path."""
    report = Report("istanbul")
    if set(files) == {"data"}:
        files = decode(files["data"], dict[str, msgspec.Raw], "the istanbul report")
    for path, text in files.items():
        one = decode(text, _File, "the coverage of a file in the istanbul report")
        if one.statementMap is None and bytes(one.data):
            one = decode(one.data, _File, "the coverage of a file in the istanbul report")
        if one.statementMap is None or one.s is None:
            raise malformed("a file of the istanbul report has no statements (statementMap and s)", place=path[:200])
        _read_file(report.file(one.path or path), one.statementMap, one.s, one)
    return report.finish()


def _read_file(into: FileCoverage, statements: dict[str, _Range], counts: dict[str, Number], one: _File) -> None:
    for name, place in statements.items():
        if place.skip or place.start.line is None:
            continue
        if name not in counts:
            raise malformed(f"statement {name[:20]} of the istanbul report has no count", place=into.path[:200])
        into.mark(place.start.line, HIT if ran(counts[name]) else MISS)
    shards: dict[int, list[bool]] = {}
    for name, branch in (one.branchMap or {}).items():
        taken = (one.b or {}).get(name, [])
        line = _line_of(branch)
        if line is not None:
            kept = [ran(count) for number, count in enumerate(taken) if not _is_skipped(branch, number)]
            shards.setdefault(line, []).extend(kept)
    for line, ways in shards.items():
        into.branch_ways(line, ways)


def _line_of(branch: _Branch) -> int | None:
    places = ([branch.loc] if branch.loc else []) + branch.locations[:1]
    return next((place.start.line for place in places if place.start.line is not None), branch.line)


def _is_skipped(branch: _Branch, number: int) -> bool:
    return number < len(branch.locations) and bool(branch.locations[number].skip)
