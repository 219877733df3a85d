"""JUnit XML: a suite per category, so that test viewers show readiness beside the tests."""

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from app.readiness.reports.escape import fold, fold_lines
from app.readiness.reports.grouping import find_waiver, is_accepted, open_findings, visible_rules
from app.readiness.reports.headline import headline
from app.readiness.reports.rule_block import place, status_text
from app.readiness.status import Status
from app.readiness.verdict import RuleVerdict, Verdict

_FINDINGS = 50


def render_junit(verdict: Verdict) -> str:
    """Blocking gaps are failures, rules in error are errors; a gap that is not enforced is skipped, never passed."""
    root = Element("testsuites", name="readygate")
    rules = sorted(visible_rules(verdict), key=lambda rule: (rule.category, rule.id))
    for category, members in groupby(rules, key=lambda rule: rule.category):
        suite = SubElement(root, "testsuite", name=fold(category))
        for rule in members:
            _case(verdict, suite, rule)
    if verdict.policy_note.problems:
        _policy(verdict, SubElement(root, "testsuite", name="policy"))
    for suite in root:
        _count(suite)
    _count(root)
    root.set("time", f"{verdict.stats.wall_ms / 1000:.3f}")
    SubElement(_properties(root), "property", name="verdict", value=headline(verdict))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _case(verdict: Verdict, suite: Element, rule: RuleVerdict) -> None:
    case = SubElement(suite, "testcase", classname=fold(rule.category), name=fold(rule.id))
    if rule.status is Status.ERROR:
        _outcome(case, "error", rule.error or "The rule could not be judged.", rule)
    elif rule.blocking:
        _outcome(case, "failure", rule.reason or rule.missing_evidence or rule.title, rule)
    elif reason := _skipped(verdict, rule):
        _outcome(case, "skipped", reason, rule)


def _skipped(verdict: Verdict, rule: RuleVerdict) -> str:
    if is_accepted(rule):
        waiver = find_waiver(verdict, rule)
        return f"waived until {waiver.expires}: {waiver.reason}" if waiver else "waived"
    if rule.status is Status.NOT_APPLICABLE:
        return "not applicable"
    return f"gap, not enforced: {status_text(rule)}" if rule.is_gap else ""


def _outcome(case: Element, name: str, message: str, rule: RuleVerdict) -> None:
    attributes = {"message": fold(message, 1_000)} | ({} if name == "skipped" else {"type": rule.status.value})
    outcome = SubElement(case, name, attributes)
    if rule.status is Status.NOT_APPLICABLE:
        return
    places = [f"{place(f.path, f.start_line, f.end_line)}: {f.message}" for f in open_findings(rule)]
    facts = [rule.title, *([f"Because: {rule.missing_evidence}"] if rule.missing_evidence else [])]
    facts += [*([f"Fix: {rule.fix}"] if rule.fix else []), *places[:_FINDINGS]]
    facts += [f"… {len(places) - _FINDINGS} more"] if len(places) > _FINDINGS else []
    outcome.text = "\n".join(fold(fact, 1_000) for fact in facts)


def _policy(verdict: Verdict, suite: Element) -> None:
    for number, problem in enumerate(verdict.policy_note.problems, start=1):
        case = SubElement(suite, "testcase", classname="policy", name=f"policy mistake {number}")
        SubElement(case, "error", message=fold(problem.message, 1_000), type="policy").text = fold_lines(str(problem))


def _count(element: Element) -> None:
    """The attributes every viewer reads: how many cases, and how many of each outcome."""
    element.set("tests", str(sum(1 for _ in element.iter("testcase"))))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(1 for _ in element.iter(tag))))


def _properties(root: Element) -> Element:
    """A suite without cases: `properties` may not stand beside suites."""
    suite = SubElement(root, "testsuite", name="readygate", tests="0", failures="0", errors="0", skipped="0")
    return SubElement(suite, "properties")
