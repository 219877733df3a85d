from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from report_verdicts import a_finding, a_rule, a_verdict, hostile, huge, incomplete, ready, rich, wrong_policy

from app.readiness.reports.junit import render_junit
from app.readiness.verdict import Verdict

VERDICTS = [rich(), ready(), incomplete(), wrong_policy(), hostile(), huge(5, 60), a_verdict()]


def tree(verdict: Verdict) -> Element:
    root: Element = fromstring(render_junit(verdict).encode())
    return root


def outcome(verdict: Verdict, rule: str) -> Element | None:
    case = tree(verdict).find(f".//testcase[@name='{rule}']")
    assert case is not None
    return next(iter(case), None)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_xml_is_well_formed_and_its_counts_are_right(verdict: Verdict) -> None:
    root = tree(verdict)
    for element in (root, *root.findall("testsuite")):
        assert int(element.get("tests", "")) == len(list(element.iter("testcase")))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(element.get(name, "")) == len(list(element.iter(tag)))


@pytest.mark.parametrize(
    ("rule", "tag", "words"),
    [
        ("migrations-backward-compatible", "failure", "This change brings 2 findings."),
        ("graceful-shutdown", "skipped", "gap, not enforced: missing, was partial"),
        ("restore-drill", "skipped", "gap, not enforced: unknown, low confidence"),
        ("service-mesh", "skipped", "not applicable"),
        ("audit-log", "skipped", "waived until 2027-03-01: Accepted until the new store is in."),
        ("query-timeouts", "skipped", "waived until 2027-05-01: Old reports only."),
        ("container-non-root-user", "error", "The Dockerfile parser ran out of time."),
    ],
)
def test_outcomes(rule: str, tag: str, words: str) -> None:
    found = outcome(incomplete(), rule)
    assert found is not None
    assert (found.tag, found.get("message")) == (tag, words)


def test_only_what_is_implemented_passes(rich_verdict: Verdict) -> None:
    passed = [case.get("name") for case in tree(rich_verdict).iter("testcase") if len(case) == 0]
    assert passed == ["health-endpoint", "structured-logging"]


def test_a_suite_per_category_and_one_for_the_policy(policy_verdict: Verdict) -> None:
    suites = [suite.get("name") for suite in tree(policy_verdict).findall("testsuite")]
    expected = [
        "backup-recovery",
        "database",
        "deployment-containers",
        "observability",
        "security",
        "policy",
        "readygate",
    ]
    assert suites == expected
    assert len(list(tree(policy_verdict).iter("error"))) == 2


def test_places_are_listed_and_counted() -> None:
    rule = a_rule(blocking=True, findings=tuple(a_finding("a.py", line) for line in range(1, 61)))
    failure = outcome(a_verdict(rule), rule.id)
    assert failure is not None
    assert failure.text is not None
    assert "a.py:1: A place that is wrong." in failure.text
    assert failure.text.endswith("… 10 more")
