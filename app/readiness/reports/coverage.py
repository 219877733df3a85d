"""What coverage reports say, as text for people and as JSON (readygate/coverage/v1)."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from app.readiness.detectors.coverage.figures import Count
from app.readiness.detectors.coverage.measurement import Measurement, ReportFigures
from app.readiness.detectors.coverage.patch import Patch
from app.readiness.detectors.coverage.problems import BadReport
from app.readiness.reports.escape import fold

SCHEMA = "readygate/coverage/v1"
_SHOWN = 10


def coverage_json(found: Measurement) -> str:
    """Percentages are rounded down to two decimals and null where there is nothing to cover."""
    document = {
        "schema": SCHEMA,
        "reports": [_report(report) for report in found.reports],
        "problems": [_problem(name, error) for name, error in found.problems.items()],
        "project": found.project.percent,
        "patch": _patch(found.patch) if found.patch else None,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _report(report: ReportFigures) -> dict[str, Any]:
    return {
        "file": report.name,
        "format": report.format,
        "lines_covered": report.lines.covered,
        "lines_total": report.lines.total,
        "percent": report.figure.percent,
        "branches": _count(report.branches),
        "statements": _count(report.statements),
        "tool_totals": dict(report.tool_totals) if report.tool_totals else None,
        "mapped": report.mapped,
        "unmapped": list(report.unmapped),
        "stale_lines": report.stale,
    }


def _count(count: Count) -> dict[str, int] | None:
    return {"covered": count.covered, "total": count.total} if count.total else None


def _problem(name: str, error: BadReport) -> dict[str, str]:
    return {"file": name, "what": error.what, "where": error.where, "mend": error.mend}


def _patch(patch: Patch) -> dict[str, Any]:
    count = patch.count
    return {
        "covered": count.covered,
        "total": count.total,
        "percent": count.percent,
        "missed": [{"path": one.path, "lines": list(one.missed)} for one in patch.missed],
        "unmeasured": list(patch.unmeasured),
    }


def coverage_text(found: Measurement) -> str:
    """Reports, what was not found, the change, and the figure of the project last."""
    lines = [line for report in found.reports for line in _report_lines(report)]
    if found.patch:
        lines += _patch_lines(found.patch)
    if found.reports:
        lines.append(f"Project: {found.project} ({found.project.covered:,} of {found.project.total:,})")
    return "".join(f"{line}\n" for line in lines)


def _report_lines(report: ReportFigures) -> Iterator[str]:
    yield f"{fold(report.name)}: {report.format}, {_words(report)}"
    if report.differs and report.tool_totals:
        stated = Count(report.tool_totals["covered"], report.tool_totals["total"])
        yield f"  the tool itself says {stated} ({stated.covered:,} of {stated.total:,} {report.tool_totals['unit']})"
    if report.mapped is not None:
        yield f"  {report.mapped:,} files found in the repository, {len(report.unmapped):,} not"
        yield from _some("  not found: ", report.unmapped)
    if report.stale:
        yield f"  {report.stale:,} lines beyond the end of their files: the report is about other sources"


def _words(report: ReportFigures) -> str:
    words = f"{report.lines.covered:,} of {report.lines.total:,} lines"
    if report.statements.total:
        words += f", {report.statements.covered:,} of {report.statements.total:,} statements"
    if report.branches.total:
        words += f", {report.branches.covered:,} of {report.branches.total:,} branches"
    return f"{report.figure}, {words}"


def _patch_lines(patch: Patch) -> Iterator[str]:
    count = patch.count
    yield f"Change: {count} ({count.covered:,} of {count.total:,} lines that it wrote)"
    for one in sorted(patch.missed, key=lambda one: -len(one.missed)):
        yield f"  {fold(one.path)}: {spans(one.missed)}"
    yield from _some("  in no report: ", patch.unmeasured)


def _some(words: str, names: Sequence[str]) -> Iterator[str]:
    for name in names[:_SHOWN]:
        yield f"{words}{fold(name)}"
    if len(names) > _SHOWN:
        yield f"{words}and {len(names) - _SHOWN:,} more"


def ranges(lines: Sequence[int]) -> list[tuple[int, int]]:
    """Rising lines as inclusive ranges."""
    found: list[tuple[int, int]] = []
    for line in lines:
        if found and line == found[-1][1] + 1:
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
    return found


def spans(lines: Sequence[int]) -> str:
    """`3-5, 9`."""
    return ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in ranges(lines))
