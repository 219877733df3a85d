"""SARIF 2.1.0, the exchange format of static analysis (OASIS standard), as GitHub code scanning reads it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from app.errors import Problem
from app.readiness.findings import Finding, fingerprint
from app.readiness.reports.escape import BREAK, escape_prose, fold, fold_lines, inert
from app.readiness.reports.grouping import find_waiver, visible_rules
from app.readiness.reports.headline import headline
from app.readiness.status import Confidence, Severity, Status
from app.readiness.verdict import RuleVerdict, Verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_ROOT = "."
_TEXT = 1_000

Object = dict[str, Any]


def render_sarif(verdict: Verdict) -> str:
    return json.dumps(to_sarif(verdict), indent=2, ensure_ascii=False) + "\n"


def to_sarif(verdict: Verdict) -> Object:
    """A log with one run: findings are results, and a gap without findings is one result.

    Code scanning refuses a result without a place: such a gap points at its first evidence,
    else at line 1 of the repository root, and its message says so.
    """
    rules = visible_rules(verdict)
    index = {rule.id: number for number, rule in enumerate(rules)}
    run: Object = {
        "tool": {"driver": _driver(verdict, rules)},
        "automationDetails": {"id": "readygate/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [_invocation(verdict, rules, index)],
        "results": [result for rule in rules for result in _results(verdict, rule, index[rule.id])],
        "properties": {"conclusion": verdict.conclusion.value, "score": verdict.score, "level": verdict.level},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(verdict: Verdict, rules: tuple[RuleVerdict, ...]) -> Object:
    return {"name": "Readygate", "version": fold(verdict.readygate), "rules": [_rule(rule) for rule in rules]}


def _rule(rule: RuleVerdict) -> Object:
    fix = rule.fix or "See the description of the rule."
    return {
        "id": fold(rule.id),
        "shortDescription": {"text": _plain(rule.title)},
        "fullDescription": {"text": _plain(rule.why or rule.title)},
        "help": {"text": _plain(f"{rule.why} Fix: {fix}"), "markdown": _help(rule, fix)},
        "defaultConfiguration": {"level": "error" if rule.blocking else "warning"},
        "properties": {
            "tags": ["production-readiness", fold(rule.category), rule.priority.value],
            "precision": "high" if rule.confidence is Confidence.HIGH else "low",
        },
    }


def _help(rule: RuleVerdict, fix: str) -> str:
    why = f"{escape_prose(rule.why)}\n\n" if rule.why else ""
    return f"{why}**Fix:** {escape_prose(fix)}"


def _results(verdict: Verdict, rule: RuleVerdict, index: int) -> Iterator[Object]:
    for finding in rule.findings:
        yield _from_finding(verdict, rule, index, finding)
    if not rule.findings and (rule.status.is_gap or (rule.blocking and rule.status is not Status.ERROR)):
        yield _from_gap(verdict, rule, index)


def _from_finding(verdict: Verdict, rule: RuleVerdict, index: int, finding: Finding) -> Object:
    gone = f" In commit {finding.commit[:12]}, no longer in the head." if finding.commit else ""
    fix = f" Fix: {rule.fix}" if rule.fix else ""
    is_blocking = rule.blocking and finding.severity is Severity.ERROR
    result = _result(rule, index, f"{finding.message}{gone}{fix}", "error" if is_blocking else "warning")
    result["locations"] = [_location(finding.path, finding.start_line, finding.end_line)]
    result["partialFingerprints"] = _fingerprints(finding.fingerprint)
    if verdict.base:
        result["baselineState"] = "new" if finding.introduced else "unchanged"
    if rule.waived or finding.waived:
        result["suppressions"] = [_suppression(verdict, rule, finding.path)]
    return result | ({"properties": {"suggestion": fold_lines(finding.suggestion)}} if finding.suggestion else {})


def _from_gap(verdict: Verdict, rule: RuleVerdict, index: int) -> Object:
    is_open = rule.status is Status.UNKNOWN and not rule.blocking
    seen = next(iter(rule.evidence), None)
    result = _result(rule, index, _gap_text(rule, seen is None), "error" if rule.blocking else "warning")
    if is_open:
        result |= {"kind": "open", "level": "none"}
    result["locations"] = [_location(seen.path, seen.line, seen.line) if seen else _location(_ROOT, 1, 1)]
    result["partialFingerprints"] = _fingerprints(fingerprint(rule.id, "gap"))
    if verdict.base:
        result["baselineState"] = _gap_state(rule)
    if rule.waived:
        result["suppressions"] = [_suppression(verdict, rule, None)]
    return result


def _gap_text(rule: RuleVerdict, is_placeless: bool) -> str:
    parts = [f"{rule.title}: {rule.status.value}.", rule.reason, rule.missing_evidence]
    parts += [f"Fix: {rule.fix}"] if rule.fix else []
    parts += ["No file holds this gap, so it is shown at the root of the repository."] if is_placeless else []
    return " ".join(part for part in parts if part)


def _gap_state(rule: RuleVerdict) -> str:
    if not rule.worse_than_base:
        return "unchanged"
    return "updated" if rule.base_status is not None and rule.base_status.is_gap else "new"


def _result(rule: RuleVerdict, index: int, text: str, level: str) -> Object:
    return {"ruleId": fold(rule.id), "ruleIndex": index, "level": level, "message": {"text": _plain(text)}}


def _location(path: str, start_line: int, end_line: int) -> Object:
    first = max(start_line, 1)
    uri = quote(path, safe="/", errors="replace") if path else _ROOT
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": first, "endLine": max(first, end_line)},
        }
    }


def _fingerprints(identity: str) -> Object:
    """Code scanning tracks an alert by `primaryLocationLineHash` alone; ours survives moved lines."""
    return {"primaryLocationLineHash": identity, "readygateFingerprint/v1": identity}


def _suppression(verdict: Verdict, rule: RuleVerdict, path: str | None) -> Object:
    waiver = find_waiver(verdict, rule, path)
    suppression: Object = {"kind": "external", "status": "accepted"}
    if waiver is None:
        return suppression
    text = f"{waiver.reason} (approved by {waiver.approved_by}, until {waiver.expires})"
    return suppression | {"justification": fold(text, _TEXT)}


def _invocation(verdict: Verdict, rules: tuple[RuleVerdict, ...], index: Mapping[str, int]) -> Object:
    failed = [_failed(rule, index[rule.id]) for rule in rules if rule.status is Status.ERROR]
    skipped = [_notification("warning", text) for text in verdict.warnings]
    return {
        "executionSuccessful": verdict.complete,
        "exitCodeDescription": headline(verdict),
        "toolExecutionNotifications": failed + skipped,
        "toolConfigurationNotifications": [_policy_mistake(problem) for problem in verdict.policy_note.problems]
        + [_notification("note", text) for text in verdict.policy_note.notes],
    }


def _failed(rule: RuleVerdict, index: int) -> Object:
    text = f"{rule.id} could not be judged: {rule.error}"
    return _notification("error", text) | {"associatedRule": {"id": fold(rule.id), "index": index}}


def _policy_mistake(problem: Problem) -> Object:
    mend = f" {problem.mend}" if problem.mend else ""
    found = _notification("error", f"{problem.message}{mend}")
    return found | ({"locations": [_location(problem.path, problem.line, problem.line)]} if problem.path else {})


def _notification(level: str, text: str) -> Object:
    return {"level": level, "message": {"text": _plain(text)}}


def _plain(text: str) -> str:
    """A message without embedded links, which SARIF reads from `[text](target)`."""
    return inert(text, _TEXT).replace("](", f"]{BREAK}(")
