"""What a report says of the way on: next steps, aspects, long lists and the arithmetic."""

from report_verdicts import a_finding, a_rule, a_verdict

from app.readiness.reports.aspects import aspects_text
from app.readiness.reports.check_run import render_check_run
from app.readiness.reports.headline import headline
from app.readiness.reports.html import render_html
from app.readiness.reports.markdown import render_markdown
from app.readiness.reports.next_steps import arithmetic, next_steps
from app.readiness.reports.text import render_text
from app.readiness.result import AspectResult
from app.readiness.score import score_of
from app.readiness.status import Mode, Priority, Status
from app.readiness.verdict import from_json, to_json

P0, P1, P2 = Priority.P0, Priority.P1, Priority.P2
GAPS = [
    a_rule("last", priority=P1, status=Status.UNKNOWN),
    a_rule("second", priority=P1, status=Status.MISSING),
    a_rule("first", priority=P1, status=Status.PARTIAL, category="testing"),
    a_rule("third", priority=P1, status=Status.MISSING),
    a_rule("later", priority=P2, status=Status.PARTIAL),
    a_rule("hidden", priority=P1, status=Status.MISSING, mode=Mode.SHADOW),
    a_rule("done", priority=P0),
    a_rule("none-of-ours", status=Status.NOT_APPLICABLE),
]
STEPS = "Next steps to level 3: first (partial), second (missing), third (missing), then 1 more"


def test_the_next_steps_are_those_of_the_next_level_that_need_least() -> None:
    assert next_steps(a_verdict(*GAPS, level=2)) == STEPS
    assert next_steps(a_verdict(*GAPS, level=5)) == ""
    assert next_steps(a_verdict(a_rule(), level=2)) == ""


def test_every_report_for_people_names_them() -> None:
    verdict = a_verdict(*GAPS, level=2)
    assert STEPS in render_text(verdict).splitlines()
    assert "Next steps to level 3: `first` (partial)" in render_markdown(verdict)
    assert "Next steps to level 3: `first` (partial)" in render_check_run(verdict).summary


def test_a_change_of_the_level_stands_in_the_title() -> None:
    verdict = a_verdict(a_rule(), base="b" * 40, base_score=81, base_level=3, score=78, level=2)
    assert headline(verdict).endswith("(score 81 -> 78, level 3 -> 2)")
    assert headline(a_verdict(a_rule(), score=78, base_level=2, level=2)).endswith("(score 78)")


def test_the_arithmetic_adds_up() -> None:
    lines = list(arithmetic(a_verdict(*GAPS, level=2)))
    assert "  first: partial, 1.5 of 3" in lines
    assert "  1.5 of 3 = 50 of 100" in lines
    assert not any("none-of-ours" in line or "hidden" in line for line in lines)
    assert lines[-1] == f"All categories: 7 of 18 = {score_of(GAPS).value} of 100"


ASPECTS = tuple(
    AspectResult(name, name.title(), Status(status))
    for name, status in (
        ("a", "implemented"),
        ("b", "missing"),
        ("c", "partial"),
        ("d", "missing"),
        ("e", "not-applicable"),
    )
)


def test_aspects_are_one_line() -> None:
    rule = a_rule(status=Status.PARTIAL, aspects=ASPECTS)
    words = "1 of 4 implemented: a; partial: c; missing: b, d"
    assert aspects_text(rule) == words
    assert aspects_text(a_rule(aspects=ASPECTS[4:])) == ""
    verdict = a_verdict(rule)
    assert f"  aspects: {words}" in render_text(verdict).splitlines()
    assert f"**Aspects:** {words}" in render_markdown(verdict)
    assert f"**Aspects:** {words}" in render_check_run(verdict).text
    assert f"<dt>Aspects</dt><dd>{words}</dd>" in render_html(verdict)
    assert from_json(to_json(verdict)) == verdict


def test_a_long_list_is_told_in_part_and_named_in_full() -> None:
    gaps = [a_rule(f"gap-{n:02}", status=Status.MISSING, category="ab"[n % 2]) for n in range(40)]
    found = a_rule("zz", priority=P2, status=Status.PARTIAL, findings=(a_finding(),))
    text = render_text(a_verdict(*gaps, found, a_rule("half", priority=P2, status=Status.PARTIAL)))
    assert "Gaps (42: 40 P1, 2 P2)" in text
    assert "src/app.py:3  zz  A place that is wrong." in text
    assert text.count("  fix: ") == 12
    assert "Gaps, 30 more" in text
    assert "a:  gap-12, gap-14" in text
    assert "half (partial)" in text


def test_few_gaps_are_told_in_full_and_many_in_short() -> None:
    fix = f"Do this first. {'Then think about it. ' * 10}With Node.js: `a()`. With Kubernetes: {'b' * 200}."
    gaps = [a_rule(f"gap-{n}", status=Status.MISSING, fix=fix) for n in range(4)]
    assert f"  fix: {fix}" in render_text(a_verdict(*gaps[:3])).splitlines()
    lines = render_text(a_verdict(*gaps)).splitlines()
    (short,) = {line for line in lines if line.startswith("  fix: ")}
    assert short.startswith("  fix: Do this first. Then think about it.")
    assert short.endswith(" With Node.js: `a()`.")


def test_aspects_that_say_what_the_rule_says_are_left_out_of_the_text() -> None:
    missing = a_rule(status=Status.MISSING, aspects=(AspectResult("b", "B", Status.MISSING),))
    assert "aspects" not in render_text(a_verdict(missing))
    assert "**Aspects:**" in render_markdown(a_verdict(missing))


def test_what_a_change_found_is_named_by_category_when_it_is_much() -> None:
    gaps = [a_rule(f"gap-{n:02}", status=Status.MISSING, category="ab"[n % 2]) for n in range(21)]
    found = a_rule("found", findings=(a_finding(),), category="a")
    verdict = a_verdict(*gaps, found, base="b" * 40)
    text = render_check_run(verdict).text
    assert "#### Already there, not blocking (22)" in text
    assert "- b: `gap-01` (P1, missing), `gap-03` (P1, missing)" in text.replace("P0", "P1")
    assert "`found` (P0, 1 standing)" in text.replace("P1", "P0")
    assert "<summary>⚠️" not in text
    assert "<summary>⚠️" in render_check_run(a_verdict(*gaps)).text
    assert headline(verdict).endswith("22 gaps already there (score 78)")
