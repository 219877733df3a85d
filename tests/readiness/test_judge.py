"""Whole commits judged with the real engine: conclusions, blocking, order, completeness."""

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from judging import SMALL, TODAY, catalogue, org, repository, rule

from app.errors import InvalidInput, Problem, Unreadable
from app.readiness.blocking import Judged, blocking_reason
from app.readiness.compare import compare_results
from app.readiness.detectors.detector import Hit, Keeping, Sighting
from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.findings import Finding, fingerprint
from app.readiness.judge import Case, judge
from app.readiness.layering import build_policy
from app.readiness.result import RuleResult
from app.readiness.snapshot import Change, MemorySnapshot, Passing, PassingBlob, blob_id
from app.readiness.status import Conclusion, Mode, Severity, Status
from app.readiness.verdict import PolicyNote, RuleVerdict, Verdict, from_json, to_json
from app.readiness.waivers import Waived

FAILURE, SUCCESS, NEUTRAL = Conclusion.FAILURE, Conclusion.SUCCESS, Conclusion.NEUTRAL


@dataclass(frozen=True)
class WordDetector:
    """Finds the word `forbidden` (an error) and `doubtful` (a warning), one finding a line."""

    name: str = "secrets"
    version: str = "1"

    def prepare(self, keeping: Keeping | None) -> None:
        pass

    def wants(self, path: str, size: int) -> bool:
        return path.endswith(".txt")

    def path_class(self, path: str) -> str:
        return ""

    def scan(self, path: str, content: bytes) -> tuple[Hit, ...]:
        lines = enumerate(content.decode().splitlines(), 1)
        kinds = {"forbidden": Severity.ERROR, "doubtful": Severity.WARNING}
        return tuple(
            Hit(word, line, number, number, kinds[word]) for number, line in lines for word in kinds if word in line
        )

    def judge(self, rule: str, sightings: Sequence[Sighting], files: int) -> RuleResult:
        findings = tuple(
            Finding(seen.path, hit.line, hit.end_line, hit.kind, fingerprint(seen.path, hit.key), severity=hit.severity,
                    commit=seen.commit)
            for seen in sightings for hit in seen.hits
        )  # fmt: skip
        return RuleResult(rule, Status.MISSING if findings else Status.IMPLEMENTED, findings=findings)


@dataclass(frozen=True)
class BrokenDetector(WordDetector):
    def judge(self, rule: str, sightings: Sequence[Sighting], files: int) -> RuleResult:
        raise RuntimeError("it broke")


DETECTORS = {"secrets": WordDetector()}
READY = {"tls.ok": "", "coverage.ok": "", "health.ok": "", "restore-testing.ok": "", "backup-schedule.ok": ""}


def judged(
    head: Mapping[str, str],
    base: Mapping[str, str] | None = None,
    policy: str = "extends: readygate/recommended",
    org_policy: str = "",
    **options: Any,
) -> Verdict:
    layers = [repository(f"version: 1\n{policy}\n"), org(f"version: 1\n{org_policy}\n")]
    rules = options.pop("catalogue", SMALL)
    built = build_policy(layers, rules)
    assert built.problems == ()
    case = Case(
        catalogue=rules,
        policy=built,
        head=MemorySnapshot(head),
        today=options.pop("today", TODAY),
        base=None if base is None else MemorySnapshot(base),
        detectors=options.pop("detectors", DETECTORS),
        **options,
    )
    return judge(case)


def found(verdict: Verdict, rule_id: str) -> RuleVerdict:
    return next(one for one in verdict.rules if one.id == rule_id)


def without(*paths: str) -> dict[str, str]:
    return {path: text for path, text in READY.items() if path not in paths}


def test_a_ready_repository_is_a_success_with_full_marks() -> None:
    verdict = judged(READY, READY)
    assert (verdict.conclusion, verdict.complete, verdict.score, verdict.level) == (SUCCESS, True, 100, 5)
    assert (verdict.base_score, verdict.base_level, verdict.blocking) == (100, 5, ())
    assert verdict.policy == build_policy([], SMALL).digest


@pytest.mark.parametrize(
    ("policy", "head", "base", "conclusion"),
    [
        ("rules: {'*': report}", without("health.ok"), READY, NEUTRAL),
        ("rules: {'*': report}", READY, READY, SUCCESS),
        ("rules: {'*': report, tls: block}", without("health.ok"), READY, SUCCESS),
        ("rules: {'*': report, tls: ratchet}", without("health.ok"), READY, SUCCESS),
        ("rules: {'*': report, tls: ratchet}", without("health.ok"), None, NEUTRAL),
        ("rules: {'*': ratchet}", without("health.ok"), None, NEUTRAL),
        ("rules: {'*': ratchet}", without("health.ok"), READY, FAILURE),
        ("rules: {'*': ratchet}", without("health.ok"), without("health.ok"), SUCCESS),
        ("rules: {'*': block}", without("health.ok"), without("health.ok"), FAILURE),
        ("rules: {'*': block}", without("health.ok"), None, FAILURE),
        ("rules: {'*': shadow}", without("health.ok"), READY, NEUTRAL),
        ("rules: {'*': shadow, tls: block}", without("health.ok"), READY, SUCCESS),
        ("rules: {'*': off}", {}, {}, NEUTRAL),
    ],
)
def test_conclusions(policy: str, head: dict[str, str], base: dict[str, str] | None, conclusion: Conclusion) -> None:
    assert judged(head, base, policy).conclusion is conclusion


def test_the_ratchet_names_what_fell_and_both_scores() -> None:
    verdict = judged(without("health.ok"), READY)
    health = found(verdict, "health")
    assert verdict.rules[0] is health
    assert (health.blocking, health.worse_than_base, health.base_status) == (True, True, Status.IMPLEMENTED)
    assert health.reason == "This change lowers the rule from implemented to missing."
    assert (health.title, health.why, health.level) == ("Title of health", "", 2)
    assert verdict.score < 100
    assert (verdict.base_score, verdict.level, verdict.base_level) == (100, 1, 5)


def test_a_gap_that_this_change_closes_is_better() -> None:
    verdict = judged(READY, without("health.ok"))
    assert found(verdict, "health").better_than_base
    assert verdict.conclusion is SUCCESS


def test_an_introduced_finding_blocks_and_a_standing_one_is_debt() -> None:
    base = {**READY, "a.txt": "forbidden one"}
    standing = judged(base, base)
    assert (standing.conclusion, found(standing, "no-secrets").findings[0].introduced) == (SUCCESS, False)
    verdict = judged({**READY, "a.txt": "\nforbidden one\nforbidden two"}, base)
    secrets = found(verdict, "no-secrets")
    assert [(one.start_line, one.introduced) for one in secrets.findings] == [(2, False), (3, True)]
    assert (verdict.conclusion, secrets.reason) == (FAILURE, "This change brings 1 finding, at a.txt:3.")


def test_a_secret_that_only_a_passing_commit_held_blocks() -> None:
    content = b"forbidden"
    head = MemorySnapshot(READY)
    head._blobs[blob_id(content)] = content
    change = Change({}, Passing((PassingBlob("c0ffee" * 6, "gone.txt", blob_id(content)),)))
    policy = build_policy([], SMALL)
    case = Case(SMALL, policy, head, TODAY, MemorySnapshot(READY), change, detectors=DETECTORS)
    verdict = judge(case)
    (finding,) = found(verdict, "no-secrets").findings
    assert (finding.introduced, finding.commit, verdict.conclusion) == (True, "c0ffee" * 6, FAILURE)


def test_a_secret_of_the_base_that_is_removed_step_by_step_blocks_nothing() -> None:
    step = b"forbidden"
    head = MemorySnapshot(READY)
    head._blobs[blob_id(step)] = step
    change = Change({}, Passing((PassingBlob("c0ffee" * 6, "a.txt", blob_id(step)),)))
    base = MemorySnapshot({**READY, "a.txt": "forbidden\nand more"})
    for rules in ("", "extends: readygate/strict"):
        policy = build_policy([repository(f"version: 1\n{rules}\n")], SMALL)
        verdict = judge(Case(SMALL, policy, head, TODAY, base, change, detectors=DETECTORS))
        assert (found(verdict, "no-secrets").findings, verdict.conclusion) == ((), SUCCESS)


def test_a_comment_that_asks_is_named_in_the_reason_and_changes_nothing_else() -> None:
    hit = Hit("word", "key", 3, 3, asks=True)
    detector = SecretsDetector(b"judge")
    result = detector.judge("no-secrets", [Sighting("a.py", (hit,))], 1)
    comparison = compare_results(result, RuleResult("no-secrets", Status.IMPLEMENTED))
    for mode, verb in ((Mode.RATCHET, "This change brings"), (Mode.BLOCK, "The policy blocks while findings stand:")):
        reason = blocking_reason(Judged(mode, comparison, Waived(comparison.result), is_explained=True))
        assert reason == f"{verb} 1 finding, at a.py:3; a comment asks to allow it, which needs a maintainer."


def test_a_warning_never_blocks() -> None:
    verdict = judged({**READY, "a.txt": "doubtful"}, READY, "extends: readygate/strict")
    assert verdict.conclusion is SUCCESS
    assert found(verdict, "no-secrets").findings[0].severity is Severity.WARNING


def test_off_is_not_evaluated_and_shadow_is_listed_without_counting() -> None:
    verdict = judged({}, READY, "rules: {'*': off, tls: shadow, health: report}")
    assert {one.id: one.mode for one in verdict.rules} == {"health": Mode.REPORT, "tls": Mode.SHADOW}
    assert [(one.id, one.missing) for one in verdict.categories] == [("operations", 1)]


def waiver(rule_id: str, until: date, path: str = "") -> str:
    narrowed = f"path: '{path}', " if path else ""
    return f"waivers: [{{rule: {rule_id}, {narrowed}reason: later, approved-by: ann, expires: {until}}}]"


def test_a_waiver_excuses_until_it_expires_and_is_listed_either_way() -> None:
    text = f"extends: readygate/strict\n{waiver('health', TODAY)}"
    verdict = judged(without("health.ok"), READY, text)
    assert (verdict.conclusion, verdict.score, found(verdict, "health").waived) == (SUCCESS, 100, True)
    (listed,) = verdict.waivers
    assert (listed.expired, listed.used, listed.verified, listed.expires) == (False, True, False, TODAY.isoformat())

    later = judged(without("health.ok"), READY, text, today=TODAY + timedelta(1), verified_waivers=True)
    assert (later.conclusion, found(later, "health").waived) == (FAILURE, False)
    assert (later.waivers[0].expired, later.waivers[0].used, later.waivers[0].verified) == (True, False, True)


def test_a_waived_finding_leaves_the_others_blocking() -> None:
    head = {**READY, "a.txt": "forbidden", "b.txt": "forbidden"}
    one = judged(head, READY, waiver("no-secrets", TODAY, "a.txt"))
    assert (one.conclusion, [f.waived for f in found(one, "no-secrets").findings]) == (FAILURE, [True, False])
    both = judged(head, READY, waiver("no-secrets", TODAY, "*.txt"))
    assert (both.conclusion, found(both, "no-secrets").waived) == (SUCCESS, True)


@pytest.mark.parametrize(("mode", "complete"), [("report", False), ("block", False), ("shadow", True), ("off", True)])
def test_a_rule_that_cannot_be_evaluated_is_never_a_pass(mode: str, complete: bool) -> None:
    policy = f"rules: {{no-secrets: {mode}}}"
    verdict = judged(READY, READY, policy, detectors={"secrets": BrokenDetector()})
    assert verdict.complete is complete
    assert verdict.conclusion is (SUCCESS if complete else FAILURE)
    assert verdict.blocking == ()
    if not complete:
        assert found(verdict, "no-secrets").error


@dataclass(frozen=True)
class FragileDetector(WordDetector):
    def judge(self, rule: str, sightings: Sequence[Sighting], files: int) -> RuleResult:
        if any(seen.path == "crash.txt" for seen in sightings):
            raise RuntimeError("it broke")
        return super().judge(rule, sightings, files)


def test_a_ratchet_that_cannot_be_compared_is_incomplete_and_no_pass() -> None:
    base = {**READY, "crash.txt": "forbidden"}
    fragile = {"secrets": FragileDetector()}
    verdict = judged({**READY, "a.txt": "forbidden"}, base, detectors=fragile)
    assert (verdict.conclusion, verdict.complete, verdict.blocking) == (FAILURE, False, ())
    assert "base could not be evaluated" in found(verdict, "no-secrets").error
    assert judged(READY, base, detectors=fragile).conclusion is SUCCESS


def service(name: str, *files: str) -> dict[str, str]:
    return {f"services/{name}/{file}": "{}" for file in ("package.json", "Dockerfile", *files)}


def test_a_new_service_with_nothing_fails_the_ratchet_beside_one_that_had_nothing() -> None:
    rules = catalogue(rule("probe", "operations", "P0", per="service"))
    base = {**service("a"), **service("b", "probe.ok")}
    policy = "rules: {probe: ratchet}"
    assert judged(base, base, policy, catalogue=rules).conclusion is SUCCESS
    worse = judged({**base, **service("c")}, base, policy, catalogue=rules)
    assert worse.conclusion is FAILURE
    assert worse.rules[0].reason == "This change makes the rule worse in `services/c`."
    for started in ("probe.ok", "probe.part"):
        assert judged({**base, **service("c", started)}, base, policy, catalogue=rules).conclusion is SUCCESS
    excused = f"{policy}\n{waiver('probe', TODAY, 'services/c/**')}"
    assert judged({**base, **service("c")}, base, excused, catalogue=rules).conclusion is SUCCESS


class LostSnapshot(MemorySnapshot):
    def read(self, blob: str) -> bytes:
        raise Unreadable("the mirror is gone")

    @property
    def entries(self) -> Any:
        raise Unreadable("the mirror is gone")

    @entries.setter
    def entries(self, value: Any) -> None: ...


@pytest.mark.parametrize("side", ["head", "base"])
def test_an_unreadable_snapshot_is_incomplete(side: str) -> None:
    snapshots: dict[str, Any] = {"head": MemorySnapshot(READY), "base": MemorySnapshot(READY)}
    snapshots[side] = object.__new__(LostSnapshot)
    policy = build_policy([], SMALL)
    verdict = judge(Case(catalogue=SMALL, policy=policy, today=TODAY, detectors=DETECTORS, **snapshots))
    assert (verdict.conclusion, verdict.complete, verdict.rules) == (FAILURE, False, ())
    assert verdict.warnings == ("the mirror is gone",)


def test_a_policy_mistake_that_the_change_brings_fails_a_ready_repository() -> None:
    note = PolicyNote(problems=(Problem("unknown key `ruls`", ".github/rules.yml", 2, 1),))
    verdict = judged(READY, READY, policy_note=note)
    assert (verdict.conclusion, verdict.complete, verdict.policy_note.problems) == (FAILURE, True, note.problems)


def test_the_note_names_the_layers_and_what_took_no_part() -> None:
    layers = [org("version: 1\nrules: {tls: block}"), repository("ruls: {}")]
    verdict = judge(Case(SMALL, build_policy(layers, SMALL), MemorySnapshot(READY), TODAY, detectors=DETECTORS))
    assert verdict.policy_note.layers == (
        "preset readygate/recommended",
        "org acme/.github@1f3c9a2:rules.yml",
    )
    assert any("unknown key `ruls`" in note for note in verdict.policy_note.notes)
    assert verdict.policy_note.problems == ()


def test_blocking_comes_first_then_priority_category_and_id() -> None:
    verdict = judged({}, READY, "rules: {'*': report, restore-testing: block}")
    assert [one.id for one in verdict.rules] == [
        "restore-testing",
        "health",
        "no-secrets",
        "backup-schedule",
        "tls",
        "coverage",
    ]


def test_only_the_asked_rules_are_judged() -> None:
    verdict = judged({}, READY, "rules: {health: block}", only=frozenset({"health"}))
    assert [one.id for one in verdict.rules] == ["health"]
    with pytest.raises(InvalidInput, match="did you mean `health`"):
        judged({}, READY, only=frozenset({"helth"}))


def test_parameters_of_the_policy_reach_the_rules() -> None:
    asks = {"implemented": {"path": [{"parameter": "file"}]}, "parameters": {"file": {"default": "A.md"}}}
    rules = catalogue(rule("named-file", "testing", **asks))
    head = {"B.md": "text"}
    assert found(judged(head, None, "", catalogue=rules), "named-file").status is Status.MISSING
    policy = "rules: {named-file: {with: {file: B.md}}}"
    assert found(judged(head, None, policy, catalogue=rules), "named-file").status is Status.IMPLEMENTED


def test_attestations_count_on_their_days() -> None:
    rules = catalogue(rule("drill", "backup-recovery", attestation="drill"))
    policy = "attestations: [{rule: drill, by: ann, on: 2026-10-31, proof: 'https://example.org', valid-days: 2}]"
    assert found(judged({}, None, policy, catalogue=rules), "drill").status is Status.IMPLEMENTED
    late = judged({}, None, policy, catalogue=rules, today=date(2026, 12, 1))
    assert found(late, "drill").status is Status.UNKNOWN


def test_a_verdict_survives_json_and_a_case_another_process() -> None:
    head = {**READY, "a.txt": "forbidden"}
    verdict = judged(head, READY, waiver("tls", TODAY), repository="acme/app", head_sha="1" * 40)
    assert from_json(to_json(verdict)) == verdict
    case = Case(SMALL, build_policy([], SMALL), MemorySnapshot(READY), TODAY, detectors=DETECTORS)
    assert judge(pickle.loads(pickle.dumps(case))) == judge(case)


def test_the_same_case_gets_the_same_verdict() -> None:
    one = judged({**READY, "a.txt": "forbidden"}, READY)
    assert one == judged({**READY, "a.txt": "forbidden"}, READY)
    assert (one.stats.files, one.stats.wall_ms) == (6, 0)
