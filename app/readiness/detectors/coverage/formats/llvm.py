"""llvm-cov's JSON export: segments, from which lines are told as llvm-cov itself tells them."""

from collections.abc import Iterator
from itertools import groupby

import msgspec

from app.readiness.detectors.coverage.formats.json_feed import decode, ran
from app.readiness.detectors.coverage.model import HIT, LARGEST_LINE, MISS, FileCoverage, Report
from app.readiness.detectors.coverage.problems import malformed, not_usable
from app.readiness.detectors.coverage.source import Source

LONGEST_REGION = 200_000


class _Count(msgspec.Struct, frozen=True):
    count: int = 0
    covered: int = 0


class _Totals(msgspec.Struct, frozen=True):
    lines: _Count | None = None


class _File(msgspec.Struct, frozen=True):
    filename: str
    segments: list[list[int | bool]] | None = None
    branches: list[list[int | bool]] = []


class _Data(msgspec.Struct, frozen=True):
    files: list[msgspec.Raw] = []
    totals: _Totals | None = None


class _Export(msgspec.Struct, frozen=True):
    data: list[_Data]


class Segment(msgspec.Struct, array_like=True, frozen=True):
    """Where a region begins or ends; older exports have no last field."""

    line: int
    column: int
    count: int
    has_count: bool
    is_entry: bool
    is_gap: bool = False

    @property
    def starts(self) -> bool:
        """Whether a counted region starts here."""
        return self.has_count and self.is_entry and not self.is_gap


def read_llvm(source: Source) -> Report:
    report = Report("llvm-cov")
    covered = total = 0
    for data in decode(source.whole(), _Export, "the export of llvm-cov").data:
        if data.totals and data.totals.lines:
            covered, total = covered + data.totals.lines.covered, total + data.totals.lines.count
        for text in data.files:
            _read_file(report, decode(text, _File, "a file in the export of llvm-cov"))
    if total:
        report.state_totals(covered, total)
    return report.finish()


def _read_file(report: Report, one: _File) -> None:
    if one.segments is None:
        raise not_usable("the export of llvm-cov holds summaries only", "Run `llvm-cov export` without -summary-only.")
    segments = [_segment(fields) for fields in one.segments]
    into = report.file(one.filename)
    for line, count in lines_of(segments):
        into.mark(line, HIT if count > 0 else MISS)
    _read_branches(into, one.branches)


def _segment(fields: list[int | bool]) -> Segment:
    if not 5 <= len(fields) <= 6 or not 0 < fields[0] <= LARGEST_LINE:  # noqa: PLR2004  (the fields of a segment)
        raise malformed("a segment in the export of llvm-cov has not 5 or 6 fields, or no line of a file")
    line, column, count, has_count, is_entry, *gap = fields
    return Segment(line, column, count, bool(has_count), bool(is_entry), bool(gap and gap[0]))


def lines_of(segments: list[Segment]) -> Iterator[tuple[int, int]]:
    """The count of each line that holds code.

    A line is told by the region that reaches into it and by those that start on it; gaps between statements do not
    count, and a line that begins with a skipped region is none.
    """
    wrapped: Segment | None = None
    last = 0
    for line, group in groupby(segments, key=lambda segment: segment.line):
        if line < last:
            raise malformed("the segments of a file are not in order in the export of llvm-cov")
        if wrapped is not None and wrapped.has_count:
            if line - last > LONGEST_REGION:
                raise malformed("a region in the export of llvm-cov is longer than any source file")
            yield from ((between, wrapped.count) for between in range(last + 1, line))
        here = list(group)
        if _is_mapped(here, wrapped):
            starting = [segment.count for segment in here if segment.starts]
            yield line, max(starting + ([wrapped.count] if wrapped else []), default=0)
        wrapped, last = here[-1], line


def _is_mapped(here: list[Segment], wrapped: Segment | None) -> bool:
    is_skipped = not here[0].has_count and here[0].is_entry
    if any(segment.is_entry and segment.has_count for segment in here):
        return True
    return not is_skipped and wrapped is not None and wrapped.has_count


def _read_branches(into: FileCoverage, branches: list[list[int | bool]]) -> None:
    ways: dict[int, list[bool]] = {}
    for fields in branches:
        if len(fields) < 6:  # noqa: PLR2004  (four of the place, two counts)
            raise malformed("a branch in the export of llvm-cov has not its fields")
        ways.setdefault(int(fields[0]), []).extend((ran(fields[4]), ran(fields[5])))
    for line, taken in ways.items():
        into.branch_ways(line, taken)
