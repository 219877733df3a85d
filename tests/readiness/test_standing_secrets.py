"""What a check run says of secrets that a change did not bring."""

from dataclasses import replace

import pytest

from app.readiness.evidence import Evidence
from app.readiness.findings import Finding
from app.readiness.reports.check_run import render_check_run
from app.readiness.result import AspectResult
from app.readiness.standing_secrets import without_standing_secrets
from app.readiness.status import Conclusion, Mode, Priority, Severity, Status
from app.readiness.verdict import RuleVerdict, Verdict

STANDING = Finding("old/keys.py", 3, 3, "GitHub token. Revoke it.", "f1", hazard="github-token")
BROUGHT = Finding("new/keys.py", 9, 9, "GitHub token. Revoke it.", "f2", hazard="github-token", introduced=True)
PASSED = Finding("gone/keys.py", 1, 1, "GitHub token. Revoke it.", "f3", introduced=True, commit="c0ffee" * 6)


def verdict(*findings: Finding, mode: Mode = Mode.RATCHET, base: str | None = "b" * 40) -> Verdict:
    evidence = tuple(Evidence(found.path, found.start_line, "GitHub token") for found in findings)
    is_blocking = mode is Mode.BLOCK or any(found.introduced for found in findings)
    rule = RuleVerdict(
        "no-secrets",
        "No secrets",
        "security-secrets",
        Priority.P0,
        2,
        mode,
        Status.MISSING,
        base_status=Status.MISSING,
        blocking=is_blocking,
        reason="The policy blocks while findings stand: 2 findings, the first at old/keys.py:3." if is_blocking else "",
        evidence=evidence,
        missing_evidence="No secret in any file; 2 secrets found.",
        findings=findings,
        aspects=(AspectResult("no-secrets-in-code", "In code", Status.MISSING, evidence),),
    )
    conclusion = Conclusion.FAILURE if is_blocking else Conclusion.SUCCESS
    return Verdict(conclusion, True, 50, 1, "p", "0", base=base, head="a" * 40, rules=(rule,))


@pytest.mark.parametrize("base", [None, "b" * 40])
@pytest.mark.parametrize("mode", [Mode.RATCHET, Mode.BLOCK, Mode.REPORT])
@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("waived", [False, True])
def test_no_place_of_a_standing_secret_is_in_a_check_run(
    base: str | None, mode: Mode, severity: Severity, *, waived: bool
) -> None:
    shown = render_check_run(verdict(replace(STANDING, severity=severity, waived=waived), mode=mode, base=base))
    assert "keys" not in repr(shown)
    assert shown.annotations == ()
    if not waived:
        assert "told to the admins only" in shown.text
    if mode is Mode.BLOCK:
        assert "The policy blocks while secrets stand" in shown.summary


def test_what_the_change_brings_is_told_in_full() -> None:
    shown = render_check_run(verdict(STANDING, BROUGHT, PASSED, mode=Mode.BLOCK))
    assert "old/keys.py" not in repr(shown)
    assert "the one at new/keys.py:9" in shown.summary
    assert "gone/keys.py:1" in shown.text
    assert "c0ffeec0ffee" in shown.text
    assert [(one.path, one.start_line) for one in shown.annotations] == [("new/keys.py", 9)]


def test_a_verdict_without_standing_secrets_stays_as_it_is() -> None:
    for one in (verdict(BROUGHT), verdict()):
        assert without_standing_secrets(one) == one


def test_other_rules_keep_their_places() -> None:
    one = verdict(STANDING)
    other = replace(one, rules=(replace(one.rules[0], id="license"),))
    assert without_standing_secrets(other) == other
