"""The rules of a verdict in the groups every report shows, in the order every report shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

import re2

from app.readiness.findings import Finding
from app.readiness.status import Mode, Severity, Status
from app.readiness.verdict import RuleVerdict, Verdict, WaiverVerdict

# `off` is not judged and `shadow` is for admins, who read it from the stored verdict.
_HIDDEN = frozenset({Mode.OFF, Mode.SHADOW})


@dataclass(frozen=True, slots=True)
class Groups:
    """Every visible rule is in exactly one group; rules of a group are sorted by priority and id."""

    blocking: tuple[RuleVerdict, ...]
    failed: tuple[RuleVerdict, ...]
    new_gaps: tuple[RuleVerdict, ...]
    standing_gaps: tuple[RuleVerdict, ...]
    unknown: tuple[RuleVerdict, ...]
    waived: tuple[RuleVerdict, ...]
    passed: tuple[RuleVerdict, ...]
    not_applicable: tuple[RuleVerdict, ...]

    @property
    def gaps(self) -> tuple[RuleVerdict, ...]:
        """Gaps that do not fail the check, new ones first."""
        return self.new_gaps + self.standing_gaps + self.unknown


def group_rules(verdict: Verdict) -> Groups:
    groups: dict[str, list[RuleVerdict]] = {name: [] for name in Groups.__dataclass_fields__}
    for rule in sorted(visible_rules(verdict), key=lambda rule: (rule.priority, rule.id)):
        groups[_group(rule)].append(rule)
    return Groups(**{name: tuple(rules) for name, rules in groups.items()})


def _group(rule: RuleVerdict) -> str:
    """The name of the first group that fits; a waiver never hides a rule that could not be judged."""
    if rule.blocking or rule.status is Status.ERROR:
        return "blocking" if rule.status is not Status.ERROR else "failed"
    if rule.is_gap:
        return _gap_group(rule)
    if is_accepted(rule):
        return "waived"
    return "not_applicable" if rule.status is Status.NOT_APPLICABLE else "passed"


def _gap_group(rule: RuleVerdict) -> str:
    if is_new(rule):
        return "new_gaps"
    only_unknown = rule.status is Status.UNKNOWN and not open_findings(rule)
    return "unknown" if only_unknown else "standing_gaps"


def is_accepted(rule: RuleVerdict) -> bool:
    """Whether the rule would be a gap if nothing of it were waived."""
    return not rule.is_gap and bool(rule.findings or rule.status.is_gap)


def visible_rules(verdict: Verdict) -> tuple[RuleVerdict, ...]:
    return tuple(rule for rule in verdict.rules if rule.mode not in _HIDDEN or rule.blocking)


def is_new(rule: RuleVerdict) -> bool:
    """Whether this change brought the gap or made it worse."""
    return rule.worse_than_base or any(finding.introduced for finding in open_findings(rule))


def places_of(rule: RuleVerdict) -> list[tuple[str, int]]:
    """Path and line, best first: findings; for a rule that became worse also what shows it and what is gone."""
    places = [(finding.path, finding.start_line) for finding in open_findings(rule)]
    if rule.worse_than_base and not places:
        places = [(line.path, line.line) for line in (*rule.lost, *rule.evidence)]
    return places


def mended_rules(verdict: Verdict) -> tuple[RuleVerdict, ...]:
    """Rules this change made better, whether or not a gap is left."""
    return tuple(rule for rule in visible_rules(verdict) if rule.better_than_base)


def open_findings(rule: RuleVerdict) -> tuple[Finding, ...]:
    """Findings nobody waived: new ones first, errors before warnings, then by place."""
    return tuple(sorted((f for f in rule.findings if not (f.waived or rule.waived)), key=_by_weight))


def waived_findings(rule: RuleVerdict) -> tuple[Finding, ...]:
    return tuple(f for f in rule.findings if f.waived or rule.waived)


def _by_weight(finding: Finding) -> tuple[bool, bool, str, int, str]:
    is_warning = finding.severity is Severity.WARNING
    return (not finding.introduced, is_warning, finding.path, finding.start_line, finding.fingerprint)


def count_waived(rules: Iterable[RuleVerdict]) -> int:
    """Findings waived one by one, in rules that are not waived as a whole."""
    return sum(len(waived_findings(rule)) for rule in rules if not rule.waived)


def find_waiver(verdict: Verdict, rule: RuleVerdict, path: str | None = None) -> WaiverVerdict | None:
    """The first waiver in force that covers the rule, and the path when both name one."""
    return next((w for w in verdict.waivers if not w.expired and _covers(w, rule, path)), None)


def _covers(waiver: WaiverVerdict, rule: RuleVerdict, path: str | None) -> bool:
    names = (rule.id, f"{rule.category}/{rule.id}")
    return any(_fits(waiver.rule, name) for name in names) and (
        waiver.path is None or path is None or _fits(waiver.path, path)
    )


def _fits(glob: str, text: str) -> bool:
    """`*` stops at a slash and `**` does not, as in the policy; linear in the text."""
    if "*" not in glob:
        return glob == text
    pattern = re2.escape(glob).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    return re2.fullmatch(pattern, text) is not None
