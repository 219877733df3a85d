"""Confidence: low where only a word was found; low confidence never blocks and is shown."""

from typing import Any

import pytest
from asking import Files, judge
from judging import TODAY, catalogue, repository, rule

from app.readiness.judge import Case
from app.readiness.judge import judge as judge_case
from app.readiness.layering import build_policy
from app.readiness.reports.text import render_text
from app.readiness.snapshot import MemorySnapshot
from app.readiness.verdict import from_json, to_json

WORD = {"text": "limit", "in": ["**/*.txt"]}
DATA = {"data": "yaml:*.yml", "where": {"a": 1}}
CODE = {"code": {"prefilter": ["start"], "python": {"pattern": "start()"}}}
DOC = {"doc": {"paths": ["*.md"], "title": ["Guide"]}}
PACKAGE = {"dependency": ["npm:pino"]}
FILES = {
    "a.txt": "limit\n",
    "a.yml": "a: 1\n",
    "a.py": "start()\n",
    "guide.md": "# Guide\n\nRead it.\n",
    "package.json": '{"dependencies": {"pino": "1"}}\n',
}


@pytest.mark.parametrize("firm", [DATA, CODE, DOC, PACKAGE, {"path": ["a.yml"]}], ids=lambda one: next(iter(one)))
def test_structure_is_sure_and_a_word_is_not(firm: dict[str, Any]) -> None:
    assert judge({"implemented": firm}, FILES).confidence == "high"
    assert judge({"implemented": WORD}, FILES).confidence == "low"
    assert judge({"implemented": {"any": [WORD, firm]}}, FILES).confidence == "high"


@pytest.mark.parametrize(
    ("keys", "files", "status", "confidence"),
    [
        # a word that should not be there
        ({"implemented": {"not": WORD}}, FILES, "missing", "low"),
        ({"implemented": {"not": DATA}}, FILES, "missing", "high"),
        ({"implemented": {"all": [{"not": WORD}, {"path": ["b"]}]}}, FILES, "missing", "high"),
        ({"implemented": {"any": [{"not": WORD}, {"path": ["b"]}]}}, FILES, "missing", "low"),
        # a word by which the rule applies
        ({"implemented": {"path": ["b"]}, "applies_when": WORD}, FILES, "missing", "low"),
        ({"implemented": {"path": ["a.yml"]}, "applies_when": WORD}, FILES, "implemented", "high"),
        ({"implemented": {"path": ["b"]}, "applies_when": {"any": [WORD, DATA]}}, FILES, "missing", "high"),
        ({"implemented": {"path": ["b"]}, "applies_when": {"not": WORD}}, {"a": ""}, "missing", "high"),
        # a line of a plan that names the rule is no mere word
        ({"implemented": {"path": ["b"]}}, {"a.md": "- [ ] a thing\n"}, "planned", "high"),
    ],
)
def test_a_gap_is_as_sure_as_what_shows_it(keys: dict[str, Any], files: Files, status: str, confidence: str) -> None:
    result = judge(keys, files)
    assert (result.status, result.confidence) == (status, confidence)


def test_low_confidence_never_blocks_is_shown_and_passes_on_through_references() -> None:
    words = rule("words", "security", implemented={"not": WORD}, partial=None)
    firm = rule("firm", "security")
    refers = rule("refers", "security", implemented={"rule": "said"}, partial=None)
    said = rule("said", "security", implemented=WORD, partial=None)
    rules = catalogue(words, firm, refers, said)
    policy = build_policy([repository('version: 1\nrules: {"security/*": block}\n')], rules)
    verdict = judge_case(Case(rules, policy, MemorySnapshot(FILES), TODAY))
    assert [one.id for one in verdict.blocking] == ["firm"]
    assert {one.id: one.confidence.value for one in verdict.rules}["refers"] == "low"
    assert "words  Title of words (P1, missing, low confidence)" in render_text(verdict)
    assert from_json(to_json(verdict)) == verdict


@pytest.mark.parametrize(
    ("partial", "applies_when", "status"),
    [
        (None, {"text": "serve", "in": ["**/*.txt"]}, "missing"),
        ({"path": ["a.yml"]}, {"text": "serve", "in": ["**/*.txt"]}, "partial"),
        ({"text": "serve", "in": ["**/*.txt"]}, None, "partial"),
    ],
)
def test_what_a_change_takes_away_is_sure_when_structure_showed_it(
    partial: dict[str, Any] | None, applies_when: dict[str, Any] | None, status: str
) -> None:
    extra = {"applies_when": applies_when} if applies_when else {}
    rules = catalogue(rule("route", "security", implemented=CODE, partial=partial, **extra))
    policy = build_policy([repository("version: 1\nrules: {route: ratchet}\n")], rules)
    head = {"a.txt": "serve\n", "a.yml": "a: 1\n"}
    base = MemorySnapshot(head | {"a.py": "start()\n"})
    (judged,) = judge_case(Case(rules, policy, MemorySnapshot(head), TODAY, base=base)).rules
    assert (judged.status, judged.confidence, judged.blocking) == (status, "high", True)
    (alone,) = judge_case(Case(rules, policy, MemorySnapshot(head), TODAY)).rules
    assert (alone.confidence, alone.blocking) == ("low", False)
