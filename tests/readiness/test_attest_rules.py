"""Rules of kind `attest`: only a person can state them."""

from datetime import date

import pytest
from asking import Files, judge

from app.readiness.policy import Attestation, Origin

RULE = {"kind": "attest", "attestation": "drill", "partial": {"path": ["drill.md"]}}


def stated(on: date) -> tuple[Attestation, ...]:
    return (Attestation("drill", "ann", on, "https://example.com/proof", 365, Origin("repository", "rules.yml", 1)),)


@pytest.mark.parametrize(
    ("files", "on", "status", "words"),
    [
        ({"a": ""}, None, "unknown", "Only a person can state this: no attestation `drill` stands in the policy."),
        ({"drill.md": ""}, None, "partial", ""),
        ({"a.md": "- [ ] a thing\n"}, None, "planned", ""),
        ({"a": ""}, date(2026, 9, 1), "implemented", ""),
        (
            {"a.md": "- [ ] a thing\n"},
            date(2020, 9, 1),
            "unknown",
            "the attestation of ann from 2020-09-01 has expired",
        ),
    ],
)
def test_a_statement_decides(files: Files, on: date | None, status: str, words: str) -> None:
    result = judge(RULE, files, attestations=stated(on) if on else ())
    assert result.status == status
    assert words in result.missing_evidence


def test_its_own_message_says_more() -> None:
    assert judge({**RULE, "message": {"unknown": "Ask ann."}}, {"a": ""}).missing_evidence == "Ask ann."
