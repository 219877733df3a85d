import pytest
from report_verdicts import a_finding, a_rule, a_verdict

from app.readiness.reports.grouping import find_waiver, group_rules, is_new, open_findings
from app.readiness.status import Mode, Priority, Severity, Status
from app.readiness.verdict import RuleVerdict, WaiverVerdict

FOUND = (a_finding(),)
NEW = (a_finding(introduced=True),)
WAIVED = (a_finding(waived=True),)


@pytest.mark.parametrize(
    ("rule", "group"),
    [
        (a_rule(), "passed"),
        (a_rule(status=Status.NOT_APPLICABLE), "not_applicable"),
        (a_rule(status=Status.MISSING), "standing_gaps"),
        (a_rule(status=Status.PLANNED), "standing_gaps"),
        (a_rule(status=Status.MISSING, worse_than_base=True), "new_gaps"),
        (a_rule(findings=FOUND), "standing_gaps"),
        (a_rule(findings=NEW), "new_gaps"),
        (a_rule(status=Status.UNKNOWN), "unknown"),
        (a_rule(status=Status.UNKNOWN, findings=FOUND), "standing_gaps"),
        (a_rule(status=Status.UNKNOWN, blocking=True), "blocking"),
        (a_rule(status=Status.MISSING, blocking=True), "blocking"),
        (a_rule(status=Status.MISSING, waived=True), "waived"),
        (a_rule(findings=WAIVED), "waived"),
        (a_rule(findings=NEW, waived=True), "waived"),
        (a_rule(findings=(*WAIVED, *FOUND)), "standing_gaps"),
        (a_rule(waived=True), "passed"),
        (a_rule(status=Status.NOT_APPLICABLE, waived=True), "not_applicable"),
        (a_rule(status=Status.ERROR), "failed"),
        (a_rule(status=Status.ERROR, waived=True), "failed"),
        (a_rule(status=Status.ERROR, blocking=True), "failed"),
    ],
)
def test_every_rule_is_in_one_group(rule: RuleVerdict, group: str) -> None:
    groups = group_rules(a_verdict(rule))
    assert [name for name in groups.__dataclass_fields__ if getattr(groups, name)] == [group]


def test_shadow_and_off_are_seen_by_nobody_but_admins() -> None:
    rules = [a_rule(mode=mode, status=Status.MISSING) for mode in (Mode.SHADOW, Mode.OFF)]
    groups = group_rules(a_verdict(*rules))
    assert not any(getattr(groups, name) for name in groups.__dataclass_fields__)


def test_rules_are_sorted_by_priority_then_id() -> None:
    rules = [a_rule("b"), a_rule("c", priority=Priority.P0), a_rule("a")]
    assert [rule.id for rule in group_rules(a_verdict(*rules)).passed] == ["c", "a", "b"]


def test_new_findings_come_first_and_waived_ones_do_not_come() -> None:
    old, new = a_finding("a.py", 1), a_finding("z.py", 9, introduced=True)
    warning = a_finding("b.py", 1, introduced=True, severity=Severity.WARNING)
    rule = a_rule(findings=(old, warning, *WAIVED, new))
    assert open_findings(rule) == (new, warning, old)
    assert not is_new(a_rule(findings=(a_finding(introduced=True, waived=True),)))


@pytest.mark.parametrize(
    ("name", "path", "is_covered"),
    [
        ("health-endpoint", None, True),
        ("deployment-containers/health-endpoint", None, True),
        ("deployment-containers/*", None, True),
        ("health-*", None, True),
        ("**", None, True),
        ("database/*", None, False),
        ("health", None, False),
        ("health.endpoint", None, False),
        ("health-endpoint", "src/**", True),
        ("health-endpoint", "src/*", False),
        ("health-endpoint", "tests/**", False),
    ],
)
def test_a_waiver_is_found_by_rule_and_path(name: str, path: str | None, is_covered: bool) -> None:
    waiver = WaiverVerdict(name, path, "Because.", "ada", "2027-01-01")
    rule = a_rule()
    assert (find_waiver(a_verdict(rule, waivers=(waiver,)), rule, "src/web/app.py") == waiver) is is_covered


def test_an_ended_waiver_covers_nothing() -> None:
    rule = a_rule()
    ended = WaiverVerdict(rule.id, None, "Because.", "ada", "2020-01-01", expired=True)
    assert find_waiver(a_verdict(rule, waivers=(ended,)), rule) is None
