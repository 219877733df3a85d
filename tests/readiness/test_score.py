"""Score, level and their arithmetic."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.readiness.findings import Finding
from app.readiness.score import categories_of, level_of, score_of
from app.readiness.status import Mode, Priority, Severity, Status
from app.readiness.verdict import RuleVerdict


def rule(
    status: str,
    priority: str = "P1",
    *,
    category: str = "c",
    waived: bool = False,
    mode: str = "report",
    level: int = 3,
    findings: tuple[Finding, ...] = (),
) -> RuleVerdict:
    return RuleVerdict(
        id="r",
        title="R",
        category=category,
        priority=Priority(priority),
        level=level,
        mode=Mode(mode),
        status=Status(status),
        waived=waived,
        findings=findings,
    )


def wrong(severity: Severity = Severity.ERROR, *, waived: bool = False) -> tuple[Finding, ...]:
    return (Finding("a.py", 1, 1, "wrong", "f" * 32, severity=severity, waived=waived),)


@pytest.mark.parametrize(
    ("rules", "score"),
    [
        ([rule("implemented", "P0"), rule("partial", "P1"), rule("missing", "P2")], 72),
        ([rule("partial")], 50),
        ([rule("planned"), rule("missing"), rule("unknown"), rule("error")], 0),
        ([rule("implemented"), rule("not-applicable")], 100),
        ([rule("implemented"), rule("missing", waived=True)], 100),
        ([rule("implemented"), rule("missing", mode="off"), rule("missing", mode="shadow")], 100),
        ([rule("implemented", "P0"), rule("partial", "P0", waived=True)], 100),
        ([rule("missing", "P0"), rule("partial", "P0", waived=True)], 0),
        ([rule("not-applicable")], 100),
        ([rule("missing", waived=True)], 100),
        ([rule("missing", mode="shadow")], 0),
        ([], 0),
        ([rule("implemented", "P0")] * 200 + [rule("missing", "P2")], 99),
        ([rule("error", waived=True)], 0),
    ],
)
def test_scores(rules: list[RuleVerdict], score: int) -> None:
    assert score_of(rules).value == score


def test_the_arithmetic_is_shown() -> None:
    rules = [
        replace(rule("implemented", "P0"), id="a"),
        replace(rule("partial"), id="b"),
        replace(rule("not-applicable"), id="c"),
    ]
    assert score_of(rules).explain() == (
        "a: implemented, 5 of 5",
        "b: partial, 1.5 of 3",
        "c: not-applicable, left out",
        "6.5 of 8 = 81 of 100",
    )


@pytest.mark.parametrize(
    ("rules", "level"),
    [
        ([], 5),
        ([rule("missing", "P0")], 1),
        ([rule("unknown", "P0")], 1),
        ([rule("error", "P0", waived=True)], 1),
        ([rule("missing", "P0", waived=True)], 5),
        ([rule("not-applicable", "P0")], 5),
        ([rule("implemented", "P0"), rule("partial", "P1")], 2),
        ([rule("implemented", "P0"), rule("implemented", "P1"), rule("missing", "P2", level=4)], 3),
        ([rule("implemented", "P0"), rule("missing", "P2", level=5)], 4),
        ([rule("missing", "P2", level=5), rule("missing", "P0")], 1),
        ([rule("missing", "P0", mode="shadow")], 5),
        ([rule("implemented", "P0", findings=wrong())], 1),
        ([rule("implemented", "P0", findings=wrong(waived=True))], 5),
        ([rule("implemented", "P0", findings=wrong(Severity.WARNING))], 5),
    ],
)
def test_levels(rules: list[RuleVerdict], level: int) -> None:
    assert level_of(rules) == level


def test_categories_count_statuses_and_leave_out_what_does_not_apply() -> None:
    rules = [
        rule("implemented", category="b"),
        rule("error", category="b"),
        rule("missing", category="a", waived=True),
        rule("not-applicable", category="c"),
        rule("missing", category="d", mode="shadow"),
    ]
    a, b = categories_of(rules)
    assert (a.id, a.score, a.missing) == ("a", 100, 1)
    assert (b.id, b.score, b.implemented, b.error) == ("b", 50, 1, 1)


gaps = st.sampled_from(["planned", "missing", "unknown"])
priorities = st.sampled_from(["P0", "P1", "P2"])
anything = st.builds(
    rule,
    st.sampled_from([status.value for status in Status]),
    priorities,
    waived=st.booleans(),
    mode=st.sampled_from([mode.value for mode in Mode]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(anything, max_size=8), gaps, priorities)
def test_waiving_what_earns_nothing_lowers_nothing(rules: list[RuleVerdict], status: str, priority: str) -> None:
    before, after = [*rules, rule(status, priority)], [*rules, rule(status, priority, waived=True)]
    assert score_of(after).value >= score_of(before).value
    assert level_of(after) >= level_of(before)


@settings(max_examples=300, deadline=None)
@given(st.lists(anything, max_size=8), st.sampled_from(["planned", "missing", "unknown"]), priorities)
def test_closing_a_gap_never_lowers_score_or_level(rules: list[RuleVerdict], status: str, priority: str) -> None:
    before, half = [*rules, rule(status, priority)], [*rules, rule("partial", priority)]
    closed = [*rules, rule("implemented", priority)]
    assert score_of(before).value <= score_of(half).value <= score_of(closed).value
    assert level_of(before) <= level_of(closed)


@settings(max_examples=200, deadline=None)
@given(st.lists(anything, max_size=8))
def test_a_hundred_means_that_nothing_is_missing(rules: list[RuleVerdict]) -> None:
    score = score_of(rules)
    assert 0 <= score.value <= 100
    if score.value == 100:
        assert all(share.halves == 2 for share in score.shares)
