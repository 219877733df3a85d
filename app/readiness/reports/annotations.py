"""Annotations: the places of a verdict that stand in the head, most urgent first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Literal

from app.errors import Problem
from app.readiness.findings import Finding
from app.readiness.reports.escape import cap, fold_lines, inert
from app.readiness.reports.grouping import open_findings, visible_rules
from app.readiness.reports.regressions import regression_places
from app.readiness.reports.rule_block import place as place_text
from app.readiness.reports.truncate import cut_bytes
from app.readiness.snapshot import Change
from app.readiness.status import Mode, Severity
from app.readiness.verdict import RuleVerdict, Verdict

# REST reference, "Checks", annotations: title 255 characters, message and raw_details 64 KB.
TITLE_CHARACTERS = 255
MESSAGE_BYTES = 64 * 1024

# Four requests of 50 each; what comes after is in the text.
MOST = 200

Level = Literal["notice", "warning", "failure"]
# Path, first line, last line.
Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Annotation:
    """One note on lines of the head; lines are 1-based and inclusive."""

    path: str
    start_line: int
    end_line: int
    level: Level
    title: str
    message: str
    raw_details: str = ""


@dataclass(frozen=True, slots=True)
class _Ranked:
    """key: one annotation is kept per key; rank: the smallest comes first."""

    key: tuple[str, str, int]
    rank: tuple[int, int, int, str, int, str]
    build: Callable[[], Annotation]


def annotate(verdict: Verdict, change: Change | None = None, *, most: int | None = MOST) -> tuple[Annotation, ...]:
    """Annotations in order of priority, one per rule and line, at most `most` (None for all there are).

    An audit annotates every open finding; a change what it brought or made worse and what mode `block` fails.
    Findings that the head no longer holds have no line and are left to the text.
    """
    kept: dict[tuple[str, str, int], _Ranked] = {}
    for ranked in sorted(_candidates(verdict, change), key=lambda candidate: candidate.rank):
        kept.setdefault(ranked.key, ranked)
    return tuple(ranked.build() for ranked in islice(kept.values(), most))


def _candidates(verdict: Verdict, change: Change | None) -> Iterator[_Ranked]:
    for problem in verdict.policy_note.problems:
        path = _policy_path(verdict, problem, change)
        if path is not None:
            yield _problem(path, problem)
    for rule in visible_rules(verdict):
        findings = open_findings(rule)
        for finding in findings:
            if _has_line(finding, change) and (verdict.base is None or finding.introduced or _blocks_standing(rule)):
                yield _finding(rule, finding, change)
        if rule.worse_than_base and not any(finding.introduced for finding in findings):
            yield from _regression(rule, change)


def _blocks_standing(rule: RuleVerdict) -> bool:
    return rule.blocking and rule.mode is Mode.BLOCK


def _policy_path(verdict: Verdict, problem: Problem, change: Change | None) -> str | None:
    """The file of this repository that holds the mistake; a layer's path may be written `owner/name:path`."""
    owner, colon, path = problem.path.rpartition(":")
    if colon and owner.partition("@")[0] != verdict.repository:
        return None
    is_here = path in change.files if change is not None else not colon
    return path if path and is_here and _is_in_head(path, change) else None


def _has_line(finding: Finding, change: Change | None) -> bool:
    return finding.commit is None and finding.start_line > 0 and _is_in_head(finding.path, change)


def _is_in_head(path: str, change: Change | None) -> bool:
    """False also for names GitHub would refuse: empty, absolute or not UTF-8."""
    if not path or path.startswith("/") or any("\ud800" <= character <= "\udfff" for character in path):
        return False
    if change is None:
        return True
    if path in change.files:
        return change.files[path].status != "deleted"
    return not any(file.status == "renamed" and file.old_path == path for file in change.files.values())


def _finding(rule: RuleVerdict, finding: Finding, change: Change | None) -> _Ranked:
    is_warning = finding.severity is Severity.WARNING
    level: Level = "failure" if rule.blocking and not is_warning else "notice" if is_warning else "warning"
    newness = 0 if not finding.introduced else 2 if _touched(finding, change) else 1
    lines = (finding.start_line, max(finding.start_line, finding.end_line))
    details = "\n\n".join(part for part in (rule.why, finding.suggestion) if part)
    return _ranked(rule, (finding.path, *lines), level, newness, what=finding.message, details=details)


def _touched(finding: Finding, change: Change | None) -> bool:
    if change is None or finding.path not in change.files:
        return False
    added = change.files[finding.path].added
    return any(first <= finding.end_line and finding.start_line <= last for first, last in added)


def _regression(rule: RuleVerdict, change: Change | None) -> Iterator[_Ranked]:
    """One note where a status became worse without a finding; none when the head holds no line that shows it."""
    places = regression_places(rule, change)
    path, line = next((place for place in places if _is_in_head(place[0], change)), ("", 0))
    if not path:
        return
    was = f" (was {rule.base_status.value})" if rule.base_status else ""
    what = f"This change makes the rule {rule.status.value}{was}. {rule.missing_evidence or rule.reason}"
    if rule.lost:
        what += f" Until now: {rule.lost[0].text} ({place_text(rule.lost[0].path, rule.lost[0].line)})."
    level: Level = "failure" if rule.blocking else "warning"
    yield _ranked(rule, (path, line, line), level, 1, what=what, details=rule.why)


def _problem(path: str, problem: Problem) -> _Ranked:
    line = max(problem.line, 1)
    build = partial(
        _build,
        (path, line, line),
        "failure",
        "Mistake in the policy",
        what=problem.message,
        fix=problem.mend,
        details="",
    )
    return _Ranked(("", f"{path}\0{problem.message}", line), (-3, 0, 0, path, line, problem.message), build)


def problem_message(problem: Problem) -> str:
    """What is wrong with the policy and how to mend it, as annotations say it."""
    return _message(problem.message, problem.mend)


def _ranked(rule: RuleVerdict, place: Place, level: Level, newness: int, *, what: str, details: str) -> _Ranked:
    """newness: 2 new on a changed line, 1 new elsewhere, 0 standing."""
    path, line, _ = place
    severity = ("failure", "warning", "notice").index(level)
    rank = (-newness, int(not rule.blocking), severity, path, line, f"{rule.id}\0{what}")
    build = partial(_build, place, level, f"{rule.id}: {rule.title}", what=what, fix=rule.fix, details=details)
    return _Ranked((rule.id, path, line), rank, build)


def _build(place: Place, level: Level, title: str, *, what: str, fix: str, details: str) -> Annotation:
    path, start_line, end_line = place
    return Annotation(
        path=path,
        start_line=start_line,
        end_line=end_line,
        level=level,
        title=cap(inert(title, TITLE_CHARACTERS), TITLE_CHARACTERS),
        message=_message(what, fix),
        raw_details=cut_bytes(fold_lines(details), MESSAGE_BYTES),
    )


def _message(what: str, fix: str) -> str:
    lines = [inert(what, 1_000) or "See the rule.", *([f"Fix: {inert(fix, 1_000)}"] if fix else [])]
    return cut_bytes("\n".join(lines), MESSAGE_BYTES)
