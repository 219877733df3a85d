import json
from datetime import date

import pytest
from asking import ask, judge, mistakes_in

from app.readiness.policy import Attestation, Origin


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"path": ["SECURITY.md"]}, "implemented"),
        ({"path": ["security.md"]}, "implemented"),
        ({"path": ["**/*_test.go"], "min": 2}, "implemented"),
        ({"path": ["**/*_test.go"], "min": 3}, "missing"),
        ({"path": ["**/*_test.go"], "scope": "product"}, "missing"),
        ({"path": ["vendor/**"]}, "missing"),
        ({"path": ["tests/"]}, "implemented"),
    ],
)
def test_path(condition: dict[str, object], expected: str) -> None:
    files = dict.fromkeys(["SECURITY.md", "a_test.go", "b/c_test.go", "vendor/x.go", "tests/deep/x"], "")
    assert ask(condition, files) == expected


def attestation(on: date, days: int = 100) -> Attestation:
    return Attestation("restore-drill", "ann", on, "https://example.com/1", days, Origin("org", "rules.yml", 7))


def test_attest() -> None:
    condition = {"attest": "restore-drill"}
    assert ask(condition, {}) == "missing"
    assert ask(condition, {}, attestations=(attestation(date(2026, 8, 1)),)) == "implemented"
    assert ask(condition, {}, attestations=(attestation(date(2026, 1, 1)),)) == "unknown"
    assert ask(condition, {}, attestations=(attestation(date(2027, 1, 1)),)) == "missing"
    shorter = {"attest": "restore-drill", "max_age_days": 30}
    assert ask(shorter, {}, attestations=(attestation(date(2026, 8, 1)),)) == "unknown"


def test_an_attestation_stands_for_evidence_no_file_can_show() -> None:
    rule = {"implemented": {"path": ["drill.md"]}, "attestation": "restore-drill"}
    result = judge(rule, {}, attestations=(attestation(date(2026, 8, 1)),))
    assert (result.status, result.evidence[0].path, result.evidence[0].line) == ("implemented", "rules.yml", 7)
    assert judge(rule, {}).status == "missing"
    assert judge({"attestation": "restore-drill"}, {}).status == "missing"


SARIF = {"runs": [{"results": [{"ruleId": "DL3002", "message": {"text": "root"}, "locations": [
    {"physicalLocation": {"artifactLocation": {"uri": "Dockerfile"}, "region": {"startLine": 4}}}]}]}]}  # fmt: skip
HADOLINT = [{"code": "DL3002", "file": "Dockerfile", "line": 4, "level": "error", "message": "root"}]
CHECKOV = {
    "results": {"failed_checks": [{"check_id": "DL3002", "file_path": "/Dockerfile", "file_line_range": [4, 5]}]}
}


@pytest.mark.parametrize("report", [SARIF, HADOLINT, CHECKOV])
def test_tool_reports(report: object) -> None:
    reports = {"hadolint": json.dumps(report).encode()}
    failing = judge({"implemented": {"tool": "hadolint:DL3002", "result": "fail"}}, {}, tool_reports=reports)
    assert [(e.path, e.line) for e in failing.evidence] == [("Dockerfile", 4)]
    assert ask({"tool": "hadolint:DL3002"}, {}, tool_reports=reports) == "missing"
    assert ask({"tool": "hadolint:DL3003"}, {}, tool_reports=reports) == "implemented"


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 200_000, b"\xff\xfe", b'{"a": 1}', b'[{"x": 1}]', b"3"])
def test_a_report_that_is_absent_or_unreadable_is_unknown(content: bytes) -> None:
    assert ask({"tool": "hadolint:DL3002"}, {}) == "unknown"
    assert ask({"tool": "hadolint:DL3002"}, {}, tool_reports={"hadolint": content}) == "unknown"


YES, NO, MAYBE = {"path": ["a"]}, {"path": ["b"]}, {"tool": "x:y"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"any": [NO, MAYBE]}, "unknown"),
        ({"any": [YES, MAYBE]}, "implemented"),
        ({"any": [NO, NO]}, "missing"),
        ({"all": [YES, MAYBE]}, "unknown"),
        ({"all": [NO, MAYBE]}, "missing"),
        ({"all": [YES, YES]}, "implemented"),
        ({"not": MAYBE}, "unknown"),
        ({"not": NO}, "implemented"),
        ({"not": {"not": YES}}, "implemented"),
    ],
)
def test_kleene_logic(condition: dict[str, object], expected: str) -> None:
    assert ask(condition, {"a": ""}) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- [ ] Horizontal autoscaling for the API", "planned"),
        ("1. [ ] hpa", "planned"),
        ("- [x] hpa", "missing"),
        ("| HPA | PLANNED | Q3 |", "planned"),
        ("| HPA | implemented | Q3 |", "missing"),
        ("We use hpa", "missing"),
        ("- [ ] alphabet hparent", "missing"),
        ("## Roadmap\n\n- hpa\n", "planned"),
        ("## Roadmap\n\n### HPA\n", "planned"),
        ("## Roadmap\n\n- x\n\n## Done\n\n- hpa\n", "missing"),
        ("```\n- [ ] hpa\n```", "missing"),
    ],
)
def test_every_rule_is_planned_by_the_lines_that_name_it(line: str, expected: str) -> None:
    rule = {"id": "autoscaling", "title": "Horizontal autoscaling", "aliases": ["hpa"], "implemented": NO}
    assert judge({**rule, "id": "it"}, {"docs/status.md": f"# Status\n\n{line}\n"}).status == expected


def test_open_boxes_of_templates_are_no_plans() -> None:
    rule = {"aliases": ["hpa"], "implemented": NO}
    for path in (".github/PULL_REQUEST_TEMPLATE.md", "docs/templates/x.md", "docs/runbooks/incident.md"):
        assert judge(rule, {path: "- [ ] hpa\n"}).status == "missing"


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ([], "expected a condition"),
        ({"any": []}, "'any' must be a list of conditions"),
        ({"wish": 1}, "no condition in 'wish'"),
        ({"path": ["a"], "text": "b", "in": ["c"]}, "path and text in one condition"),
        ({"any": [YES], "all": [NO]}, "any and all in one condition"),
        ({"rule": "x", "is": ["good"]}, "'good' is no status"),
        ({"tool": "x"}, "'tool' must read name:check-id"),
        ({"doc": {}}, "'doc' must be a mapping with at least one of paths, title, heading"),
    ],
)
def test_mistakes_are_named(condition: object, message: str) -> None:
    assert any(message in found for found in mistakes_in(condition))


def test_endless_nesting_is_a_mistake() -> None:
    condition: dict[str, object] = YES
    for _ in range(60):
        condition = {"not": condition}
    assert any("nested deeper" in found for found in mistakes_in(condition))
