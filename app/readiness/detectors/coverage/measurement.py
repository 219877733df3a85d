"""What reports say of a repository: figures of each, of the project and of a change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.readiness.detectors.coverage.figures import (
    Count,
    count_branches,
    count_lines,
    count_project,
    count_statements,
    total,
)
from app.readiness.detectors.coverage.mapping import Mapped, Root, map_report
from app.readiness.detectors.coverage.model import FileCoverage, Report
from app.readiness.detectors.coverage.patch import Patch, measure_patch
from app.readiness.detectors.coverage.problems import BadReport
from app.readiness.detectors.coverage.tree_index import TreeIndex
from app.readiness.globs import matches_any
from app.readiness.snapshot import Change, Snapshot


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """One report by itself; mapped and unmapped are None and empty where there is no repository to look in."""

    name: str
    format: str
    lines: Count
    branches: Count
    statements: Count
    tool_totals: Mapping[str, Any] | None
    mapped: int | None
    unmapped: tuple[str, ...]
    stale: int
    is_lost: bool

    @property
    def figure(self) -> Count:
        """What counts: statements in Go, lines elsewhere."""
        return self.statements if self.statements.total else self.lines

    @property
    def differs(self) -> bool:
        """Whether the tool states other figures than its own lines add up to."""
        stated = self.tool_totals
        return stated is not None and (stated["covered"], stated["total"]) != (self.lines.covered, self.lines.total)


@dataclass(frozen=True, slots=True)
class Measurement:
    """All reports together.

    files: coverage by path of the repository, or by the reports' own names where there is no repository.
    by_report: the same for each report, by its name.
    """

    reports: tuple[ReportFigures, ...] = ()
    problems: Mapping[str, BadReport] = field(default_factory=dict)
    files: Mapping[str, FileCoverage] = field(default_factory=dict)
    by_report: Mapping[str, Mapping[str, FileCoverage]] = field(default_factory=dict)
    project: Count = field(default_factory=Count)
    patch: Patch | None = None

    @property
    def lost(self) -> tuple[str, ...]:
        """Reports of which under half of the lines are in the repository."""
        return tuple(report.name for report in self.reports if report.is_lost)


@dataclass(frozen=True)
class Place:
    """The repository that reports are looked up in."""

    index: TreeIndex
    sizes: Mapping[str, int]
    roots: tuple[Root, ...] = ()


def place_of(snapshot: Snapshot, roots: Sequence[Root] = ()) -> Place:
    """Links and submodules hold no lines."""
    sizes = {path: entry.size for path, entry in snapshot.entries.items() if entry.kind.is_readable}
    return Place(TreeIndex(sizes), sizes, tuple(roots))


def measure(
    reports: Mapping[str, Report],
    problems: Mapping[str, BadReport],
    *,
    place: Place | None = None,
    change: Change | None = None,
    partials_miss: bool = False,
    paths: tuple[str, ...] = (),
    keeps_lost: bool = False,
) -> Measurement:
    """Reports by name; shards of one run are merged by the highest state of each line.

    paths: globs of the files that count, all where there are none.
    keeps_lost: a report of which under half was found counts by its own names, where nobody named the repository.
    """
    figures: list[ReportFigures] = []
    files: dict[str, FileCoverage] = {}
    by_report: dict[str, Mapping[str, FileCoverage]] = {}
    for name, report in reports.items():
        mapped = map_report(report, place.index, place.sizes, place.roots) if place else None
        figures.append(_figures(name, report, mapped, partials_miss=partials_miss))
        is_found = mapped is not None and not (keeps_lost and mapped.is_lost)
        by_report[name] = _counted(mapped.files if mapped and is_found else report.files, paths)
        merge_into(files, by_report[name].items())
    patch = measure_patch(files, change, partials_miss=partials_miss, paths=paths) if change is not None else None
    project = count_project(files.values(), partials_miss=partials_miss)
    return Measurement(tuple(figures), problems, files, by_report, project, patch)


def _counted(files: Mapping[str, FileCoverage], paths: tuple[str, ...]) -> Mapping[str, FileCoverage]:
    if not paths:
        return files
    return {path: one for path, one in files.items() if matches_any(paths, path)}


def merge_into(files: dict[str, FileCoverage], more: Iterable[tuple[str, FileCoverage]]) -> None:
    for path, one in more:
        known = files.get(path)
        if known is None:
            known = files[path] = FileCoverage(one.path)
        known.absorb(one)


def _figures(name: str, report: Report, mapped: Mapped | None, *, partials_miss: bool) -> ReportFigures:
    return ReportFigures(
        name=name,
        format=report.format,
        lines=total(count_lines(one, partials_miss=partials_miss) for one in report),
        branches=count_branches(report),
        statements=total(count_statements(one) for one in report),
        tool_totals=report.tool_totals,
        mapped=len(mapped.files) if mapped else None,
        unmapped=tuple(mapped.unmapped) if mapped else (),
        stale=mapped.stale if mapped else 0,
        is_lost=mapped.is_lost if mapped else False,
    )
