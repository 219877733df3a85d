"""Figures turned into the status and the findings of the rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.readiness.detectors.coverage.comparison import Comparison
from app.readiness.detectors.coverage.figures import Count, count_lines, count_project
from app.readiness.detectors.coverage.honesty import Concern
from app.readiness.detectors.coverage.measurement import Measurement
from app.readiness.detectors.coverage.model import MISS, NONE, FileCoverage
from app.readiness.detectors.coverage.patch import Patch, PatchFile, measure_part
from app.readiness.detectors.coverage.settings import Part, Settings
from app.readiness.evidence import Evidence
from app.readiness.findings import Finding, fingerprint, number_repeats
from app.readiness.globs import matches_any
from app.readiness.result import RuleResult
from app.readiness.status import Severity, Status

FEW_LINES = 5
"""Below so many coverable lines in a change one may be missed: a percentage of four lines says nothing."""
_MOST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What was measured, and what the policy asks of it."""

    measurement: Measurement
    settings: Settings
    comparison: Comparison | None = None
    concerns: tuple[Concern, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanting:
    """A figure below what is asked; key tells it apart from the others."""

    key: str
    words: str


def head_result(rule: str, asked: Asked) -> RuleResult:
    """PARTIAL while a figure is below what is asked; findings block where they are errors."""
    broken = incomplete_because(asked.measurement)
    if broken:
        return RuleResult(rule, Status.ERROR, error=broken)
    standing, brought = list(_standing(asked)), list(_brought(asked))
    findings = number_repeats(
        [*_project_findings(rule, asked, standing), *_change_findings(rule, asked, brought), *_concerns(rule, asked)]
    )
    figures = Evidence(".", 1, _figures(asked))
    wanting = [*standing, *brought]
    if wanting:
        words = " ".join(one.words for one in wanting)
        return RuleResult(rule, Status.PARTIAL, evidence=(figures,), missing_evidence=words, findings=findings)
    return RuleResult(rule, Status.IMPLEMENTED, evidence=(figures,), findings=findings)


def base_result(rule: str, asked: Asked) -> RuleResult:
    """What is below its threshold as a whole was so before, unless the base was measured and says otherwise.

    So no change is blamed for debt, nor praised for it, where nobody knows how the base stood.
    """
    broken = incomplete_because(asked.measurement)
    if broken:
        return RuleResult(rule, Status.ERROR, error=broken)
    before = asked.comparison.before if asked.comparison else None
    standing = [
        one
        for one in _standing(asked)
        if before is None or one.key != "project" or not before.meets(asked.settings.project)
    ]
    findings = number_repeats(_project_findings(rule, asked, standing))
    words = " ".join(one.words for one in standing)
    status = Status.PARTIAL if standing else Status.IMPLEMENTED
    return RuleResult(rule, status, missing_evidence=words, findings=findings)


def incomplete_because(found: Measurement) -> str:
    """Why no figure can be trusted, or an empty text."""
    for name, error in found.problems.items():
        return f"The report {name} cannot be used: {error.what}."
    for name in found.lost:
        return f"The report {name} is about other files: under half of its lines are in this repository."
    return ""


def verdict_figures(asked: Asked) -> dict[str, Any]:
    """The field `coverage` of a verdict."""
    found = asked.measurement
    patch = found.patch.count.percent if found.patch else None
    before = asked.comparison.before.percent if asked.comparison else None
    return {
        "project": found.project.percent,
        "patch": patch,
        "base": before,
        "threshold": asked.settings.project,
        "patch_threshold": asked.settings.patch,
        "source": ", ".join(f"{report.name} ({report.format})" for report in found.reports),
    }


def _figures(asked: Asked) -> str:
    found = asked.measurement
    words = f"project {found.project} of at least {asked.settings.project:g} %"
    if found.patch and found.patch.count.total:
        words += f", change {found.patch.count} of at least {asked.settings.patch:g} %"
    return words


def _standing(asked: Asked) -> Iterator[_Wanting]:
    """What is wanting of the whole, changed or not."""
    found, settings = asked.measurement, asked.settings
    if not found.project.total:
        yield _Wanting("project", "The reports speak of no line of this repository.")
    elif not found.project.meets(settings.project):
        yield _Wanting("project", f"Project coverage is {found.project}, below {settings.project:g} %.")
    for part in settings.parts:
        count = count_project(_files_of(part, found).values(), partials_miss=settings.partials_miss)
        if part.project is not None and not count.meets(part.project):
            yield _Wanting(f"part:{part.name}", f"Coverage of {part.name} is {count}, below {part.project:g} %.")


def _brought(asked: Asked) -> Iterator[_Wanting]:
    """What is wanting of the change itself."""
    settings, patch = asked.settings, asked.measurement.patch
    if patch and not _is_enough(patch.count, settings.patch):
        count = patch.count
        words = f"Tests run {count.covered} of the {count.total} lines this change wrote: {count}, below"
        yield _Wanting("patch", f"{words} {settings.patch:g} %.")
    for part in settings.parts if patch else ():
        count = measure_part(patch, _files_of(part, asked.measurement)) if patch else Count()
        if part.patch is not None and not _is_enough(count, part.patch):
            yield _Wanting(f"patch:{part.name}", f"The change in {part.name} is {count}, below {part.patch:g} %.")
    comparison = asked.comparison
    if comparison and comparison.drops_over(settings.drop) and (patch is None or patch.count.total or comparison.lost):
        words = f"Coverage falls from {comparison.adjusted} to {comparison.after}"
        yield _Wanting("drop", f"{words}, by more than {settings.drop:g} points.")


def _is_enough(count: Count, minimum: float) -> bool:
    return count.meets(minimum) or (count.total < FEW_LINES and count.missed <= 1)


def _files_of(part: Part, found: Measurement) -> Mapping[str, FileCoverage]:
    if part.reports:
        named = [files for name, files in found.by_report.items() if matches_any(part.reports, name)]
        return {path: one for files in named for path, one in files.items()}
    return {path: one for path, one in found.files.items() if matches_any(part.paths, path)}


def _project_findings(rule: str, asked: Asked, wanting: Sequence[_Wanting]) -> Iterator[Finding]:
    """At the file in which most lines are missed, for a finding needs a place."""
    worst = _worst(asked.measurement.files)
    for one in wanting if worst else ():
        path, line = worst or ("", 1)
        words = f"{one.words} Most lines that no test runs are in this file."
        yield Finding(path, line, line, words, fingerprint(rule, one.key), hazard="project-coverage")


def _worst(files: Mapping[str, FileCoverage]) -> tuple[str, int] | None:
    missed = {path: count_lines(one).missed for path, one in files.items()}
    path = max(missed, key=lambda name: (missed[name], name), default=None)
    if path is None:
        return None
    return path, max(files[path].states.find(MISS), 1)


def _change_findings(rule: str, asked: Asked, wanting: Sequence[_Wanting]) -> Iterator[Finding]:
    patch, comparison = asked.measurement.patch, asked.comparison
    is_short = any(one.key.startswith("patch") for one in wanting)
    if patch:
        groups = [group for one in patch.missed for group in _groups(one, asked.measurement.files[one.path])]
        severity = Severity.ERROR if is_short else Severity.WARNING
        yield from (_missed_finding(rule, group, severity) for group in groups[:_MOST])
        yield from _unmeasured_findings(rule, patch)
    if comparison:
        yield from _drop_findings(rule, comparison, [one for one in wanting if one.key == "drop"])


def _groups(one: PatchFile, coverage: FileCoverage) -> Iterator[tuple[str, int, int, int]]:
    """Missed lines with nothing but lines without code between them are one place: path, first, last, how many."""
    first = last = count = 0
    for line in one.missed:
        if count and any(state != NONE for state in coverage.states[last + 1 : line]):
            yield one.path, first, last, count
            count = 0
        first, last, count = (line if not count else first), line, count + 1
    yield one.path, first, last, count


def _missed_finding(rule: str, group: tuple[str, int, int, int], severity: Severity) -> Finding:
    path, first, last, count = group
    words = "This line, which the change wrote, is run by no test."
    if count > 1:
        words = f"{count} lines that the change wrote are run by no test."
    key = fingerprint(rule, "patch", path)
    return Finding(path, first, last, words, key, hazard="uncovered-lines", severity=severity)


def _unmeasured_findings(rule: str, patch: Patch) -> Iterator[Finding]:
    words = "The change wrote this file, and no report knows it, though files of its kind are measured."
    for path in patch.unmeasured[:_MOST]:
        key = fingerprint(rule, "unmeasured", path)
        yield Finding(path, 1, 1, words, key, hazard="unmeasured-file", severity=Severity.WARNING)


def _drop_findings(rule: str, comparison: Comparison, wanting: Sequence[_Wanting]) -> Iterator[Finding]:
    for lost in comparison.lost[:_MOST]:
        words = f"{len(lost.lines)} lines that the change left alone were run before and are not now."
        severity = Severity.ERROR if wanting else Severity.WARNING
        key = fingerprint(rule, "lost", lost.path)
        yield Finding(lost.path, lost.lines[0], lost.lines[-1], words, key, hazard="lost-coverage", severity=severity)
    if wanting and not comparison.lost:
        place = next(iter(comparison.shrunk), ".")
        yield Finding(place, 1, 1, wanting[0].words, fingerprint(rule, "drop"), hazard="coverage-drop")
    for path in comparison.shrunk[:_MOST]:
        words = "Fewer lines of this file count than before, though the change left it alone."
        key = fingerprint(rule, "shrunk", path)
        yield Finding(path, 1, 1, words, key, hazard="fewer-lines", severity=Severity.WARNING)


def _concerns(rule: str, asked: Asked) -> Iterator[Finding]:
    for concern in asked.concerns[:_MOST]:
        yield Finding(
            path=concern.path,
            start_line=concern.line,
            end_line=concern.line,
            message=f"{concern.message} Look whether the number still means what it did.",
            fingerprint=fingerprint(rule, concern.kind, concern.path),
            hazard=f"coverage-{concern.kind}",
            severity=Severity.WARNING,
        )
