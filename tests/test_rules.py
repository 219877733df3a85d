"""The rules that come with Readygate: complete, true to their examples, and kept by Readygate itself."""

import json
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.readiness.catalogue import Catalogue, load_catalogue, read_catalogue
from app.readiness.conditions.code import CodeCondition, check_rule
from app.readiness.conditions.condition import walk
from app.readiness.conditions.languages import LANGUAGES
from app.readiness.conditions.reading import Mistakes
from app.readiness.evaluate import evaluate
from app.readiness.examples import run_examples
from app.readiness.fact import Fact
from app.readiness.inputs import Inputs
from app.readiness.rule import Rule
from app.readiness.snapshot import MemorySnapshot
from app.readiness.status import Priority, Status

ROOT = Path(__file__).parents[1]
OURS = (".github", "app", "deploy", "docs", "migrations", "rules", "tests")
OPEN = {"production-deployment", "rate-limiting", "rollback-capability"}
"""Rules of the first priority that Readygate itself does not keep; .github/rules.yml says why each is accepted."""
LEAST_RULES = 260
LEAST_CATEGORIES = 25


@cache
def catalogue() -> Catalogue:
    return read_catalogue(ROOT / "rules")


DECLARATIVE = [rule.id for rule in catalogue().rules.values() if not rule.detector]


def test_there_are_rules_in_many_categories_and_every_category_is_known() -> None:
    rules = catalogue().rules.values()
    used = {rule.category for rule in rules}
    assert len(rules) >= LEAST_RULES
    assert len(used) >= LEAST_CATEGORIES
    assert used <= {category.id for category in catalogue().categories}


@pytest.mark.parametrize("name", DECLARATIVE)
def test_every_example_gets_its_status(name: str) -> None:
    assert [str(failure) for failure in run_examples(catalogue(), only=frozenset({name}))] == []


@pytest.mark.parametrize("name", DECLARATIVE)
def test_a_rule_shows_what_passes_what_does_not_and_what_is_in_between(name: str) -> None:
    """A rule that only a person can state is unknown where others are missing."""
    rule = catalogue().rules[name]
    counts = Counter(example.status for example in rule.examples)
    assert counts[Status.IMPLEMENTED] >= (1 if rule.kind == "attest" else 2)
    assert counts[Status.UNKNOWN if rule.kind == "attest" else Status.MISSING] >= (1 if rule.kind == "attest" else 2)
    assert rule.partial is None or counts[Status.PARTIAL] >= 1
    assert rule.applies_when is None or counts[Status.NOT_APPLICABLE] >= 1


ASPECTS = [(rule.id, aspect.id) for rule in catalogue().rules.values() for aspect in rule.aspects]


@pytest.mark.parametrize(("name", "aspect"), ASPECTS)
def test_an_aspect_that_is_judged_by_itself_has_examples_of_both(name: str, aspect: str) -> None:
    rule = catalogue().rules[name]
    judged = {one.id: one for one in rule.aspects}[aspect]
    shown = {example.aspects[aspect] for example in rule.examples if aspect in example.aspects}
    assert judged.implemented is None or Status.IMPLEMENTED in shown
    assert judged.implemented is None or len(shown) >= 2


EVERY = [*catalogue().rules.values(), *catalogue().facts.values()]


def _code_of(asked: Rule | Fact) -> list[CodeCondition]:
    conditions = asked.conditions if isinstance(asked, Rule) else (asked.holds,)
    parts = (part for condition in conditions for part in walk(condition))
    return [part for part in parts if isinstance(part, CodeCondition)]


@pytest.mark.parametrize("asked", [one for one in EVERY if _code_of(one)], ids=lambda one: one.id)
def test_every_code_pattern_compiles_in_each_language_it_is_used_for(asked: Rule | Fact) -> None:
    mistakes = Mistakes()
    for condition in _code_of(asked):
        written = dict(condition.rules)
        # What is written for one of them is true of the other, and of JSX.
        assert ("javascript" in written) == ("typescript" in written)
        used = {name: name if name in written else LANGUAGES[name].falls_back for name in LANGUAGES}
        for name, source in used.items():
            if source in written:
                check_rule(name, json.loads(written[source]), (), mistakes)
    assert mistakes.found == []


def test_every_pattern_is_one_for_re2() -> None:
    """Reading the files tried them all; this says that reading does."""
    broken = "schema: readygate/rule/v1\nid: b\ntitle: B\ncategory: testing\npriority: P1\nimplemented: {%s}\n"
    for condition in (
        "text: '(?=a)', in: ['*']",
        "doc: {paths: ['*.md'], must: ['(?=a)']}",
        "data: 'yaml:*', where: {a: {re: '(?=a)'}}",
        "data: 'yaml:*', where: {a: {not_re: '(?=a)'}}",
        "code: {prefilter_re: ['(?=a)'], go: {kind: identifier}}",
        "code: {prefilter: [a], go: {kind: identifier, regex: '(?=a)'}}",
    ):
        with pytest.raises(InvalidInput, match="bad regular expression"):
            load_catalogue({"testing/b.yml": broken % condition})


@pytest.mark.parametrize("name", DECLARATIVE)
def test_a_rule_says_why_what_was_looked_for_and_how_to_mend_it(name: str) -> None:
    rule = catalogue().rules[name]
    assert rule.why
    assert rule.fix
    assert rule.kind == "attest" or rule.messages["missing"]
    assert rule.aliases
    assert rule.references
    assert all(reference.startswith("https://") for reference in rule.references)
    assert rule.partial is None or rule.messages.get("partial")


ANYWHERE = {
    "branch-protection",
    "branch-strategy-documented",
    "changelog",
    "ci-pipeline",
    "code-review-process",
    "documentation-duplication",
    "documentation-quality-checks",
    "dora-metrics",
    "github-release",
    "license",
    "no-high-severity-bugs",
    "penetration-test",
    "pre-commit-hooks",
    "security-policy",
    "semantic-versioning",
    "zero-downtime-guide",
}
"""What may be asked of any repository, whatever is in it."""


def test_a_folder_of_notes_asks_for_no_service_database_image_or_cluster() -> None:
    notes = MemorySnapshot(
        {"README.md": "# Notes\n\nThe service listens on /health.\n", "docs/a.md": "kubectl apply\n"}
    )
    results = evaluate(notes, catalogue(), DECLARATIVE, Inputs(today=date(2026, 1, 15))).results
    asked = {name for name, result in results.items() if result.status is not Status.NOT_APPLICABLE}
    assert {"ci-pipeline", "license"} <= asked
    assert sorted(asked - ANYWHERE) == []


def test_readygate_keeps_its_own_rules_of_the_first_priority() -> None:
    paths = [path for folder in OURS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    paths += [path for path in ROOT.iterdir() if path.is_file()]
    texts = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths if path.is_file()}
    first = [name for name in DECLARATIVE if catalogue().rules[name].priority is Priority.P0]
    results = evaluate(MemorySnapshot(texts), catalogue(), first, Inputs(today=date(2026, 1, 15))).results
    gaps = {name: str(result.status) for name, result in results.items() if result.status.is_gap or result.error}
    assert set(gaps) == OPEN, gaps
