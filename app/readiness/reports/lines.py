"""A verdict as lines for people at a terminal: most urgent first, short when all is well."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from app.readiness.evidence import Evidence
from app.readiness.findings import Finding
from app.readiness.reports.advice import sentences, short_fix
from app.readiness.reports.aspects import aspects_text
from app.readiness.reports.escape import fold_lines, log_line
from app.readiness.reports.grouping import (
    Groups,
    count_waived,
    group_rules,
    mended_rules,
    open_findings,
    places_of,
    visible_rules,
)
from app.readiness.reports.headline import count, coverage_line, headline, tally
from app.readiness.reports.next_steps import next_steps
from app.readiness.reports.rule_block import PLACES, place, status_text
from app.readiness.status import Mode, Severity, Status
from app.readiness.verdict import RuleVerdict, Verdict

_TEXT = 400
_FIX = 800
_FEW = 3
_GAPS = 12
_NAMES = 20
_UNKNOWN = 3


class Kind(Enum):
    """What a line is, so that a terminal can colour it."""

    HEADING = auto()
    BLOCKING = auto()
    FAILED = auto()
    GAP = auto()
    PLACE = auto()
    WARNING = auto()
    HELP = auto()
    NOTE = auto()
    ANSWER = auto()
    BLANK = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One printable line; lead is the part before the words, such as a place or a rule id."""

    kind: Kind
    text: str = ""
    lead: str = ""

    def __str__(self) -> str:
        return f"{self.lead}  {self.text}" if self.lead and self.text else self.lead or self.text


BLANK = Line(Kind.BLANK)


def verdict_lines(verdict: Verdict) -> Iterator[Line]:
    """Policy mistakes, blocking, not judged, gaps, notes; the last lines name what blocks and give the answer."""
    groups = group_rules(verdict)
    yield from _policy(verdict)
    yield from _rules("Blocking", Kind.BLOCKING, groups.blocking)
    yield from _rules("Could not be judged", Kind.FAILED, groups.failed)
    if verdict.base is None:
        yield from _gaps("Gaps", groups.standing_gaps, _GAPS)
        yield from _gaps("Unknown: the repository does not show it", groups.unknown, _UNKNOWN)
    else:
        yield from _rules("New gaps, not blocking", Kind.GAP, groups.new_gaps)
        yield from _already_there((*groups.standing_gaps, *groups.unknown))
    yield from _notes(verdict, groups)
    if mended := mended_rules(verdict):
        yield Line(Kind.NOTE, f"Better with this change: {', '.join(log_line(rule.id, 100) for rule in mended)}")
    yield Line(Kind.NOTE, " · ".join(tally(verdict)))
    if steps := next_steps(verdict):
        yield Line(Kind.NOTE, steps)
    if groups.blocking:
        yield Line(Kind.BLOCKING, f"To mend: {', '.join(map(_where, groups.blocking[:PLACES]))}")
    yield Line(Kind.ANSWER, headline(verdict))


def _already_there(rules: Sequence[RuleVerdict]) -> Iterator[Line]:
    """By name only: the author of a change came for what the change does."""
    if rules:
        yield Line(Kind.HEADING, f"Already there, not blocking ({len(rules)})")
        more = [f"and {len(rules) - _NAMES} more"] if len(rules) > _NAMES else []
        yield Line(Kind.GAP, ", ".join([*(log_line(rule.id, 100) for rule in rules[:_NAMES]), *more]))
        yield Line(Kind.HELP, "  `readygate check` without --base says what each of them needs.")
        yield BLANK


def _where(rule: RuleVerdict) -> str:
    """`no-secrets (config.py:3)`, with the best place to start."""
    places = places_of(rule)
    return log_line(f"{rule.id} ({place(*places[0])})" if places else rule.id)


def _policy(verdict: Verdict) -> Iterator[Line]:
    note = verdict.policy_note
    if note.problems:
        yield Line(Kind.HEADING, "Mistakes in the policy")
        for problem in note.problems:
            at = ":".join([problem.path] + [str(n) for n in (problem.line, problem.column) if n])
            yield Line(Kind.BLOCKING, log_line(problem.message, _TEXT), log_line(at))
            if problem.mend:
                yield Line(Kind.HELP, f"  help: {log_line(problem.mend, _TEXT)}")
        yield BLANK
    for text in note.notes:
        yield Line(Kind.NOTE, f"note: {log_line(text, _TEXT)}")


def _rules(title: str, kind: Kind, rules: Sequence[RuleVerdict]) -> Iterator[Line]:
    if not rules:
        return
    yield Line(Kind.HEADING, f"{title} ({len(rules)})")
    for rule in rules:
        yield from _rule(rule, kind)
    yield BLANK


def _gaps(title: str, rules: Sequence[RuleVerdict], limit: int) -> Iterator[Line]:
    """Those with findings and the most important in full, the rest by name: nobody mends a hundred at once."""
    rules = sorted(rules, key=lambda rule: not open_findings(rule))
    limit = max(limit, sum(bool(open_findings(rule)) for rule in rules))
    told = rules if len(rules) <= limit + _FEW else rules[:limit]
    if not told:
        return
    yield Line(Kind.HEADING, f"{title} ({_tally(rules) if len(told) < len(rules) else len(rules)})")
    for rule in told:
        yield from _rule(rule, Kind.GAP, is_full=len(rules) <= _FEW)
    yield BLANK
    rest = rules[len(told) :]
    if rest:
        yield Line(Kind.HEADING, f"{title.partition(':')[0]}, {len(rest)} more")
        for category in sorted({rule.category for rule in rest}):
            names = ", ".join(_named(rule) for rule in rest if rule.category == category)
            yield Line(Kind.GAP, names, f"{log_line(category, 100)}:")
        yield Line(Kind.HELP, "  `readygate check --rule ID` says what one needs, `--format markdown` what all need.")
        yield BLANK


def _tally(rules: Sequence[RuleVerdict]) -> str:
    """Such as `133: 8 P0, 61 P1, 64 P2`."""
    counts = Counter(rule.priority.value for rule in rules)
    return f"{len(rules)}: {', '.join(f'{counts[priority]} {priority}' for priority in sorted(counts))}"


def _named(rule: RuleVerdict) -> str:
    return log_line(rule.id if rule.status in (Status.MISSING, Status.UNKNOWN) else f"{rule.id} ({rule.status.value})")


def _rule(rule: RuleVerdict, kind: Kind, *, is_full: bool = False) -> Iterator[Line]:
    findings = _told(rule)
    if rule.status.is_gap or rule.status is Status.ERROR or not findings:
        words = f"{log_line(rule.title, 120)} ({rule.priority.value}, {status_text(rule)})"
        yield Line(kind, words, log_line(rule.id, 100))
    shown = PLACES if kind is Kind.BLOCKING else _FEW
    for finding in findings[:shown]:
        yield _finding(rule, finding, kind)
    if len(open_findings(rule)) > len(findings[:shown]):
        rest = len(open_findings(rule)) - len(findings[:shown])
        standing = "" if len(findings) > shown else ", already there"
        yield Line(Kind.HELP, f"  … {rest} more of {log_line(rule.id, 100)}{standing}")
    yield from _help(rule, findings, is_full=is_full or kind is not Kind.GAP)


def _told(rule: RuleVerdict) -> tuple[Finding, ...]:
    """What the change brought, where that is why the rule blocks; otherwise all of them."""
    findings = open_findings(rule)
    new = tuple(finding for finding in findings if finding.introduced)
    return new if new and rule.blocking and rule.mode is Mode.RATCHET else findings


def _finding(rule: RuleVerdict, finding: Finding, kind: Kind) -> Line:
    """`path:line  rule-id  message`, as other linters write it."""
    is_warning = finding.severity is Severity.WARNING
    notes = [word for word, holds in (("new", finding.introduced), ("warning", is_warning)) if holds]
    notes += [f"in commit {log_line(finding.commit[:12])}"] if finding.commit else []
    tail = f" [{', '.join(notes)}]" if notes else ""
    at = log_line(place(finding.path, finding.start_line))
    words = f"{log_line(rule.id, 100)}  {log_line(finding.message, _TEXT)}{tail}"
    return Line(Kind.WARNING if is_warning else Kind.PLACE if kind is Kind.GAP else kind, words, at)


def _help(rule: RuleVerdict, findings: Sequence[Finding], *, is_full: bool) -> Iterator[Line]:
    texts = [
        ("reason", rule.reason if rule.blocking else ""),
        ("error", rule.error if rule.status is Status.ERROR else ""),
        ("because", "" if findings else rule.missing_evidence),
        ("until now", "" if findings else _seen(rule.lost)),
        ("seen", "" if findings or rule.status is not Status.PARTIAL else _seen(rule.evidence)),
        ("aspects", aspects_text(rule) if any(one.status is not rule.status for one in rule.aspects) else ""),
        ("fix", sentences(rule.fix, _FIX) if is_full else short_fix(rule.fix)),
    ]
    for name, text in texts:
        if text:
            yield Line(Kind.HELP, f"  {name}: {log_line(text, _FIX)}")
    suggestion = next((finding.suggestion for finding in findings if finding.suggestion), None)
    if suggestion:
        for line in fold_lines(suggestion, 600).splitlines():
            yield Line(Kind.HELP, f"    | {line.replace('##[', '## [')}")


def _seen(evidence: Sequence[Evidence]) -> str:
    return ", ".join(f"{place(line.path, line.line)} ({line.text[:60]})" for line in evidence[:2])


def _notes(verdict: Verdict, groups: Groups) -> Iterator[Line]:
    for rule in groups.waived:
        yield Line(Kind.NOTE, f"waived: {log_line(rule.id, 100)} ({rule.status.value})")
    alone = count_waived(visible_rules(verdict))
    if alone:
        yield Line(Kind.NOTE, f"waived: {count(alone, 'finding')}")
    for waiver in verdict.waivers:
        if waiver.expired:
            yield Line(Kind.NOTE, f"waiver ended {log_line(waiver.expires, 40)}: {log_line(waiver.rule, 100)}")
    for text in verdict.warnings[:_FEW]:
        yield Line(Kind.NOTE, f"not looked at: {log_line(text, _TEXT)}")
    if len(verdict.warnings) > _FEW:
        yield Line(Kind.NOTE, f"not looked at: {len(verdict.warnings) - _FEW} more, named by `--format markdown`")
    if figures := coverage_line(verdict):
        yield Line(Kind.NOTE, figures)
