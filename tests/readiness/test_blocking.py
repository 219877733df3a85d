"""When one rule fails the check, and the sentence that says why."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import TODAY, waiver

from app.readiness.blocking import Judged, blocking_reason
from app.readiness.compare import compare_results
from app.readiness.findings import Finding
from app.readiness.policy import Waiver
from app.readiness.result import ComponentResult, RuleResult
from app.readiness.status import Confidence, Mode, Severity, Status
from app.readiness.waivers import waive

IMPLEMENTED, PARTIAL, MISSING = Status.IMPLEMENTED, Status.PARTIAL, Status.MISSING


def finding(name: str, severity: str = "error", commit: str | None = None) -> Finding:
    return Finding(f"{name}.py", 3, 3, "wrong", name * 32, severity=Severity(severity), commit=commit)


def reason(
    mode: str,
    head: RuleResult,
    base: RuleResult | None = None,
    waivers: Sequence[Waiver] = (),
    *,
    is_detector: bool = False,
) -> str:
    comparison = compare_results(head, base)
    is_explained = is_detector and bool(head.findings)
    waived = waive(comparison.result, waivers, TODAY, is_explained=is_explained)
    return blocking_reason(Judged(Mode(mode), comparison, waived, is_explained))


def result(status: Status, *findings: Finding, confidence: str = "high", components: str = "") -> RuleResult:
    parts = [part.split("=") for part in components.split()]
    return RuleResult(
        "tls",
        status,
        Confidence(confidence),
        findings=findings,
        components=tuple(ComponentResult(path, Status(state)) for path, state in parts),
    )


@pytest.mark.parametrize("status", [Status.PARTIAL, Status.PLANNED, Status.MISSING, Status.UNKNOWN])
def test_block_fails_while_a_gap_stands(status: Status) -> None:
    assert reason("block", result(status)) == f"The policy blocks while this gap stands: the rule is {status}."
    assert reason("block", result(status), result(status))


@pytest.mark.parametrize("mode", ["off", "shadow", "report"])
def test_other_modes_never_block(mode: str) -> None:
    assert reason(mode, result(MISSING, finding("a")), result(IMPLEMENTED)) == ""


@pytest.mark.parametrize("mode", ["ratchet", "block"])
def test_what_never_blocks(mode: str) -> None:
    assert reason(mode, result(MISSING, confidence="low"), result(IMPLEMENTED)) == ""
    assert reason(mode, result(Status.ERROR), result(IMPLEMENTED)) == ""
    assert reason(mode, result(IMPLEMENTED, finding("a", "warning")), result(IMPLEMENTED)) == ""
    assert reason(mode, result(PARTIAL, finding("a", "warning")), result(IMPLEMENTED), is_detector=True) == ""
    assert reason(mode, result(MISSING), result(IMPLEMENTED), [waiver("tls")]) == ""
    assert reason(mode, result(Status.NOT_APPLICABLE), result(IMPLEMENTED)) == ""


@pytest.mark.parametrize(
    ("head", "base", "words"),
    [
        (result(MISSING), result(IMPLEMENTED), "This change lowers the rule from implemented to missing."),
        (result(Status.UNKNOWN), result(PARTIAL), "This change lowers the rule from partial to unknown."),
        (result(MISSING), result(Status.NOT_APPLICABLE), "This change makes the rule apply, and it is missing."),
        (result(MISSING, finding("a")), result(IMPLEMENTED), "This change brings 1 finding, at a.py:3."),
        (
            result(MISSING, finding("a"), finding("b"), finding("c")),
            result(MISSING, finding("b")),
            "This change brings 2 findings, the first at a.py:3.",
        ),
        (
            result(MISSING, finding("a", commit="c0ffee" * 6)),
            result(MISSING, finding("a")),
            "This change brings 1 finding, at a.py:3 in commit c0ffeec0ffee.",
        ),
        (
            result(PARTIAL, components="a=implemented b=missing"),
            result(PARTIAL, components="a=missing b=implemented"),
            "This change makes the rule worse in `b`.",
        ),
        (result(MISSING), result(MISSING), ""),
        (result(PARTIAL), result(MISSING), ""),
        (result(MISSING, finding("a")), result(MISSING, finding("a")), ""),
        (result(MISSING), None, ""),
        (result(MISSING, finding("a", commit="c0ffee")), None, ""),
        (result(MISSING, finding("a", "warning")), result(MISSING), ""),
    ],
)
def test_ratchet_fails_only_for_what_became_worse(head: RuleResult, base: RuleResult | None, words: str) -> None:
    assert reason("ratchet", head, base) == words


def test_block_counts_the_findings_that_stand() -> None:
    head = result(MISSING, finding("a"), finding("b"))
    assert reason("block", head) == "The policy blocks while findings stand: 2 findings, the first at a.py:3."
    waived = [waiver("tls", path="a.py")]
    assert reason("block", head, None, waived) == "The policy blocks while findings stand: 1 finding, at b.py:3."


def test_a_waived_finding_does_not_block_its_detectors_rule() -> None:
    head, waivers = result(MISSING, finding("a")), [waiver("tls", fingerprint="a" * 32)]
    for mode in ("block", "ratchet"):
        assert reason(mode, head, result(IMPLEMENTED), waivers, is_detector=True) == ""


def test_a_component_that_fell_under_a_waiver_does_not_block_the_ratchet() -> None:
    head = result(PARTIAL, components="a=missing batch=missing")
    base = result(PARTIAL, components="a=missing batch=implemented")
    assert reason("ratchet", head, base)
    assert reason("ratchet", head, base, [waiver("tls", path="batch/**")]) == ""
    assert reason("block", head, base, [waiver("tls", path="batch/**")])


findings = st.lists(
    st.builds(finding, st.sampled_from("abcd"), st.sampled_from(["error", "warning"])),
    max_size=3,
    unique_by=lambda one: one.fingerprint,
)
components = st.dictionaries(st.sampled_from("xyz"), st.sampled_from(["implemented", "missing", "partial"]), max_size=3)
results = st.builds(
    lambda status, found, confidence, parts: result(
        status, *found, confidence=confidence, components=" ".join(f"{path}={state}" for path, state in parts.items())
    ),
    st.sampled_from(list(Status)),
    findings,
    st.sampled_from(["high", "low"]),
    components,
)
waivers = st.lists(
    st.builds(
        lambda path, fingerprint: waiver("tls", path=path, fingerprint=fingerprint),
        st.sampled_from([None, "a.py", "x/**", "**"]),
        st.sampled_from([None, "a" * 32]),
    ),
    max_size=2,
)


@settings(max_examples=300, deadline=None)
@given(results, results, waivers, st.booleans())
def test_ratchet_never_blocks_without_worsening(
    head: RuleResult, base: RuleResult, accepted: list[Waiver], is_detector: bool
) -> None:
    assert reason("ratchet", head, head, accepted, is_detector=is_detector) == ""
    assert reason("ratchet", head, None, accepted, is_detector=is_detector) == ""
    if reason("ratchet", head, base, accepted, is_detector=is_detector):
        comparison = compare_results(head, base)
        assert comparison.is_worse or comparison.introduced
        assert reason("block", head, base, accepted, is_detector=is_detector)


@settings(max_examples=300, deadline=None)
@given(results, results, waivers, st.sampled_from(["ratchet", "block"]), st.booleans())
def test_a_waiver_never_makes_a_rule_block(
    head: RuleResult, base: RuleResult, accepted: list[Waiver], mode: str, is_detector: bool
) -> None:
    if not reason(mode, head, base, is_detector=is_detector):
        assert reason(mode, head, base, accepted, is_detector=is_detector) == ""
