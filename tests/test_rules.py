"""The rules that come with Readygate: complete, true to their examples, and kept by Readygate itself."""

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from app.readiness.catalogue import Catalogue, read_catalogue
from app.readiness.evaluate import evaluate
from app.readiness.examples import run_examples
from app.readiness.inputs import Inputs
from app.readiness.snapshot import MemorySnapshot
from app.readiness.status import Priority, Status

ROOT = Path(__file__).parents[1]
OURS = (".github", "app", "deploy", "docs", "migrations", "rules")
LEAST_RULES = 22
LEAST_CATEGORIES = 10


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
def test_a_rule_shows_two_that_pass_and_two_that_do_not(name: str) -> None:
    counts = Counter(example.status for example in catalogue().rules[name].examples)
    assert counts[Status.IMPLEMENTED] >= 2
    assert counts[Status.MISSING] >= 2


@pytest.mark.parametrize("name", DECLARATIVE)
def test_a_rule_says_why_what_was_looked_for_and_how_to_mend_it(name: str) -> None:
    rule = catalogue().rules[name]
    assert rule.why
    assert rule.fix
    assert rule.messages["missing"]
    assert rule.aliases
    assert rule.references
    assert all(reference.startswith("https://") for reference in rule.references)
    assert rule.partial is None or rule.messages.get("partial")


def test_a_folder_of_notes_asks_for_no_service_database_image_or_cluster() -> None:
    notes = MemorySnapshot(
        {"README.md": "# Notes\n\nThe service listens on /health.\n", "docs/a.md": "kubectl apply\n"}
    )
    results = evaluate(notes, catalogue(), DECLARATIVE, Inputs(today=date(2026, 1, 15))).results
    asked = {name for name, result in results.items() if result.status is not Status.NOT_APPLICABLE}
    assert asked == {"ci-pipeline", "code-review-process", "security-policy", "changelog", "license"}


def test_readygate_keeps_its_own_rules_of_the_first_priority() -> None:
    paths = [path for folder in OURS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    paths += [path for path in ROOT.iterdir() if path.is_file()]
    texts = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths if path.is_file()}
    first = [name for name in DECLARATIVE if catalogue().rules[name].priority is Priority.P0]
    results = evaluate(MemorySnapshot(texts), catalogue(), first, Inputs(today=date(2026, 1, 15))).results
    gaps = {name: str(result.status) for name, result in results.items() if result.status.is_gap or result.error}
    assert gaps == {}
