"""The rules that come with Readygate: they load, and each shows with examples what passes and what does not."""

import pytest

from app.readiness.catalogue import builtin_rules, read_catalogue
from app.readiness.detectors import build_detectors
from app.readiness.detectors.secrets.forge import fill
from app.readiness.examples import run_examples
from app.readiness.rule import Rule
from app.readiness.status import Status

CATALOGUE = read_catalogue(builtin_rules())
DECLARATIVE = [rule for rule in CATALOGUE.rules.values() if not rule.detector]
GOOD = (Status.IMPLEMENTED, Status.PARTIAL)
BAD = (Status.MISSING, Status.PLANNED, Status.UNKNOWN, Status.PARTIAL)


@pytest.mark.parametrize("rule", CATALOGUE.rules)
def test_every_example_gets_its_status(rule: str) -> None:
    detectors = build_detectors(secret_key=b"examples" * 4)
    failures = run_examples(CATALOGUE, lambda head, base, change: detectors, fill, frozenset({rule}))
    assert [str(failure) for failure in failures] == []


def test_facts_hold_where_their_examples_say_so() -> None:
    failures = run_examples(CATALOGUE, only=frozenset(CATALOGUE.facts))
    assert [str(failure) for failure in failures] == []


@pytest.mark.parametrize("rule", DECLARATIVE, ids=lambda rule: str(rule.id))
def test_every_rule_shows_both_sides(rule: Rule) -> None:
    statuses = [example.status for example in rule.examples]
    assert sum(status in GOOD for status in statuses) >= 2
    assert any(status in BAD for status in statuses)
    assert any(status is not Status.IMPLEMENTED for status in statuses)


@pytest.mark.parametrize("rule", CATALOGUE.rules.values(), ids=lambda rule: str(rule.id))
def test_every_rule_says_why_and_how(rule: Rule) -> None:
    assert rule.why
    assert rule.fix
    assert rule.detector or rule.messages.get("missing")


def test_every_category_is_listed_once() -> None:
    names = [category.id for category in CATALOGUE.categories]
    assert len(names) == len(set(names))
    assert {rule.category for rule in CATALOGUE.rules.values()} <= set(names)
