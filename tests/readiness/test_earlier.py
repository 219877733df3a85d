"""The same questions start from what was found before; any other are asked anew."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from judging import SMALL, TODAY, org

from app.readiness.catalogue import Catalogue
from app.readiness.detectors import build_detectors
from app.readiness.earlier import Earlier
from app.readiness.inputs import Inputs
from app.readiness.judge import Case, judge
from app.readiness.layering import build_policy
from app.readiness.policy import Attestation, Origin
from app.readiness.snapshot import MemorySnapshot
from app.readiness.verdict import Verdict

RULES = ["coverage", "no-secrets", "tls"]
DRILL = Attestation("backup-drill", "ann", TODAY, "https://acme.test/drill", 30, Origin("org", "rules.yml", 2))


def inputs(**other: Any) -> Inputs:
    return Inputs(**{"today": TODAY, "detectors": build_detectors(secret_key=b"k" * 32), **other})


def test_equal_questions_are_the_same() -> None:
    earlier = Earlier()
    first = earlier.questions(SMALL, RULES, inputs(), None)
    assert earlier.questions(SMALL, RULES[::-1], inputs(), None) is first
    first.evaluate(MemorySnapshot({"a": "", "b": ""}), is_start=True)
    assert earlier.files == len("ab")


@pytest.mark.parametrize(
    ("catalogue", "rules", "others"),
    [
        (Catalogue(SMALL.rules, SMALL.facts, "other"), RULES, {}),
        (SMALL, RULES[1:], {}),
        (SMALL, RULES, {"today": TODAY + timedelta(days=1)}),
        (SMALL, RULES, {"attestations": (DRILL,)}),
        (SMALL, RULES, {"tool_reports": {"hadolint": b"[]"}}),
        (SMALL, RULES, {"parameters": {"coverage": {"project": 90}}}),
        (SMALL, RULES, {"detectors": build_detectors(secret_key=b"l" * 32)}),
        (SMALL, RULES, {"detectors": {}}),
    ],
)
def test_other_questions_are_asked_anew(catalogue: Catalogue, rules: list[str], others: dict[str, Any]) -> None:
    earlier = Earlier()
    first = earlier.questions(SMALL, RULES, inputs(), None)
    first.evaluate(MemorySnapshot({"a": ""}), is_start=True)
    assert earlier.questions(catalogue, rules, inputs(**others), None) is not first
    assert earlier.files == 0


def test_a_verdict_is_the_same_whatever_was_asked_before() -> None:
    """Days pass, the policy changes, files come and go: waivers and attestations end, modes and parameters move."""
    earlier, seen = Earlier(), set()
    for make, policy, day in ((make, policy, day) for day in (0, 20, 40) for policy in POLICIES for make in TREES):
        case = make(policy, TODAY + timedelta(days=day))
        verdict = judge(case, None, earlier)
        assert without_counts(verdict) == without_counts(judge(case))
        seen.add(without_counts(verdict))
    assert len(seen) > len(POLICIES) * len(TREES), "the days make no difference"


def without_counts(verdict: Verdict) -> str:
    return repr({name: getattr(verdict, name) for name in Verdict.__slots__ if name != "stats"})


POLICIES = (
    "version: 1\nrules: {tls: block, backup-schedule: ratchet, no-secrets: ratchet}\n",
    "version: 1\nrules: {tls: report}\nwaivers:\n- {rule: tls, reason: later, approved-by: ann, expires: 2026-11-15}\n"
    "attestations:\n- {rule: backup-drill, by: ann, on: 2026-10-20, proof: 'https://acme.test', valid-days: 30}\n",
)
FILES = {"tls.part": "", "a/health.ok": "", "README.md": "# Shop\n"}


def _case(base: dict[str, str] | None, head: dict[str, str]) -> Callable[[str, date], Case]:
    def make(policy: str, today: date) -> Case:
        return Case(
            SMALL,
            build_policy([org(policy)], SMALL),
            MemorySnapshot(head),
            today,
            MemorySnapshot(base) if base is not None else None,
            detectors=build_detectors(secret_key=b"k" * 32),
        )

    return make


TREES = (
    _case(None, FILES),
    _case(FILES, {**FILES, "tls.ok": ""}),
    _case(FILES, {"README.md": "# Shop\n"}),
    _case({**FILES, "tls.ok": ""}, FILES),
)
