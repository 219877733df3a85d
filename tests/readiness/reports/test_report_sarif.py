import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from report_pages import acting, rendered
from report_verdicts import PAYLOAD_TAGS, a_finding, a_rule, a_verdict, hostile, incomplete, ready, rich, wrong_policy
from sarif_shape import LOG

from app.readiness.evidence import Evidence
from app.readiness.reports.sarif import render_sarif, to_sarif
from app.readiness.status import Status
from app.readiness.verdict import Verdict

VERDICTS = [rich(), ready(), incomplete(), wrong_policy(), hostile(), a_verdict(), replace(rich(), base=None)]
SCHEMA = Path(__file__).resolve().parents[2] / "data" / "sarif-2.1.0-rtm.5.json"


def run_of(verdict: Verdict) -> dict[str, Any]:
    return to_sarif(verdict)["runs"][0]  # type: ignore[no-any-return]


def results_of(verdict: Verdict, rule: str) -> list[dict[str, Any]]:
    return [result for result in run_of(verdict)["results"] if result["ruleId"] == rule]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_log_has_the_shape_of_the_standard(verdict: Verdict) -> None:
    log = json.loads(render_sarif(verdict))
    validator = Draft202012Validator(LOG, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(log)] == []


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_log_fits_the_schema_of_oasis(verdict: Verdict) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    log = json.loads(render_sarif(verdict))
    assert [error.message for error in validator_for(schema)(schema).iter_errors(log)] == []


def test_every_result_names_its_rule_and_one_place(rich_verdict: Verdict) -> None:
    run = run_of(rich_verdict)
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert "quiet-rule" not in [rule["id"] for rule in rules]


def test_findings_have_level_baseline_and_identity(rich_verdict: Verdict) -> None:
    results = results_of(rich_verdict, "migrations-backward-compatible")
    assert [result["level"] for result in results] == ["error", "error", "error"]
    assert [result["baselineState"] for result in results] == ["new", "new", "unchanged"]
    prints = [result["partialFingerprints"]["readygateFingerprint/v1"] for result in results]
    findings = next(rule for rule in rich_verdict.rules if rule.id == "migrations-backward-compatible").findings
    assert prints == [finding.fingerprint for finding in findings]
    place = results[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "migrations/0042.sql"
    assert place["region"] == {"startLine": 7, "endLine": 7}
    assert results_of(rich_verdict, "horizontal-autoscaling")[0]["level"] == "warning"


def test_an_audit_has_no_baseline(rich_verdict: Verdict) -> None:
    assert not [r for r in run_of(replace(rich_verdict, base=None))["results"] if "baselineState" in r]


def test_a_gap_without_findings_is_a_result_with_a_place(rich_verdict: Verdict) -> None:
    (seen,) = results_of(rich_verdict, "graceful-shutdown")
    assert seen["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "src/server.py"
    assert seen["baselineState"] == "updated"
    (placeless,) = results_of(a_verdict(a_rule(status=Status.MISSING)), "health-endpoint")
    assert placeless["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "."
    assert "root of the repository" in placeless["message"]["text"]
    worse = a_rule(status=Status.MISSING, base_status=Status.IMPLEMENTED, worse_than_base=True)
    assert results_of(a_verdict(worse, base="b" * 40), "health-endpoint")[0]["baselineState"] == "new"


def test_unknown_is_open_and_neither_a_pass_nor_a_failure(rich_verdict: Verdict) -> None:
    (result,) = results_of(rich_verdict, "restore-drill")
    assert (result["kind"], result["level"]) == ("open", "none")
    (blocking,) = results_of(a_verdict(a_rule(status=Status.UNKNOWN, blocking=True)), "health-endpoint")
    assert blocking["level"] == "error"
    assert "kind" not in blocking


def test_what_is_waived_is_suppressed_with_its_reason(rich_verdict: Verdict) -> None:
    (whole,) = results_of(rich_verdict, "audit-log")
    assert whole["suppressions"][0]["justification"].startswith("Accepted until the new store is in. (approved by ada")
    (single,) = results_of(rich_verdict, "query-timeouts")
    assert "Old reports only." in single["suppressions"][0]["justification"]
    assert [r["ruleId"] for r in run_of(rich_verdict)["results"] if "suppressions" in r] == [
        "audit-log",
        "query-timeouts",
    ]


def test_an_incomplete_run_says_so(incomplete_verdict: Verdict, rich_verdict: Verdict) -> None:
    (invocation,) = run_of(incomplete_verdict)["invocations"]
    assert invocation["executionSuccessful"] is False
    (failed, skipped) = invocation["toolExecutionNotifications"]
    assert failed["level"] == "error"
    assert failed["associatedRule"]["id"] == "container-non-root-user"
    assert skipped["level"] == "warning"
    assert results_of(incomplete_verdict, "container-non-root-user") == []
    assert run_of(rich_verdict)["invocations"][0]["executionSuccessful"] is True


def test_policy_mistakes_are_configuration_notifications(policy_verdict: Verdict) -> None:
    (invocation,) = run_of(policy_verdict)["invocations"]
    first = invocation["toolConfigurationNotifications"][0]
    assert first["level"] == "error"
    assert first["locations"][0]["physicalLocation"]["region"]["startLine"] == 7


@pytest.mark.parametrize("path", ["a b/ü.py", "100%.sql", "a#b?c", "x:y", "\udc80.py", "..", "日本/ñ"])
def test_paths_are_uris(path: str) -> None:
    log = json.loads(render_sarif(a_verdict(a_rule(findings=(a_finding(path),)))))
    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not set(uri) & set(" #?:")
    assert unquote(uri) == path.replace("\udc80", "?")


def test_hostile_text_is_no_link_and_no_markup(hostile_verdict: Verdict) -> None:
    run = run_of(hostile_verdict)
    texts = [result["message"]["text"] for result in run["results"]]
    assert texts
    for text in texts:
        assert acting(text) == []
        assert "](" not in text
    for rule in run["tool"]["driver"]["rules"]:
        assert set(rendered(rule["help"]["markdown"]).tags) <= PAYLOAD_TAGS
    assert "\\u001b" not in render_sarif(hostile_verdict)


def test_evidence_of_a_passing_rule_is_no_result() -> None:
    passing = a_rule(evidence=(Evidence("src/app.py", 1, "GET /healthz"),))
    assert run_of(a_verdict(passing))["results"] == []
