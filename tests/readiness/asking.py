"""One condition or rule, asked of a few small files."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.readiness.catalogue import Catalogue, load_catalogue
from app.readiness.conditions.reading import Mistakes
from app.readiness.evaluate import Inputs, evaluate
from app.readiness.result import RuleResult
from app.readiness.rule import read_rule
from app.readiness.snapshot import MemorySnapshot

TODAY = date(2026, 10, 2)
Files = Mapping[str, str | bytes]


def catalogue_of(*rules: Mapping[str, Any], facts: str = "") -> Catalogue:
    """A catalogue of rules in plain values; title, category and priority are filled in."""
    found = {}
    for raw in rules:
        mistakes = Mistakes()
        rule = read_rule({"title": "A thing", "category": "things", "priority": "P1", **raw}, mistakes)
        assert rule is not None, mistakes.found
        found[rule.id] = rule
    texts = {"facts.yml": f"schema: readygate/rules/v1\nfacts:\n{facts}"} if facts else {}
    return Catalogue(found, load_catalogue(texts).facts, "test")


def judge(rule: Mapping[str, Any], files: Files, **inputs: Any) -> RuleResult:
    """One rule on a few files."""
    result = evaluate(MemorySnapshot(files), catalogue_of({"id": "it", **rule}), ["it"], Inputs(TODAY, **inputs))
    return result.results["it"]


def ask(condition: Mapping[str, Any], files: Files, **inputs: Any) -> str:
    """`implemented` when the condition is TRUE, `missing` when FALSE, `unknown` or `error` otherwise."""
    return judge({"implemented": condition}, files, **inputs).status.value


def mistakes_in(condition: Any) -> list[str]:
    """What is wrong with a condition."""
    mistakes = Mistakes()
    raw = {"id": "it", "title": "A thing", "category": "things", "priority": "P1", "implemented": condition}
    assert read_rule(raw, mistakes) is None
    return [mistake.message for mistake in mistakes.found]
