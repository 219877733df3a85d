"""What is wrong with a catalogue as a whole: ids, references, circles and categories."""

from collections.abc import Collection, Iterator, Mapping

from app.errors import Problem
from app.readiness.conditions.condition import Condition
from app.readiness.reference_graph import find_circle, references
from app.readiness.rule import Rule


def find_problems(
    rules: Mapping[str, Rule], facts: Mapping[str, Condition], categories: Collection[str], homes: Mapping[str, str]
) -> Iterator[Problem]:
    """homes: the file of every rule and fact, those that could not be read included."""
    edges = {name: references([holds]) for name, holds in facts.items()}
    for rule in rules.values():
        home = homes.get(rule.id, "")
        if rule.id in facts:
            yield Problem(f"'{rule.id}' is a fact and a rule", home)
        if categories and home and rule.category not in categories:
            yield Problem(f"unknown category '{rule.category}'", home)
        # What an aspect says of its own rule is no circle: the rule is judged first.
        edges[rule.id] = references(rule.own_conditions) | (references(rule.conditions) - {rule.id})
    yield from _aspects_twice(rules, facts, homes)
    known = {*edges, *homes}
    for name, targets in edges.items():
        for target in sorted(targets - known):
            mend = "the id of a rule or of a fact in facts.yml"
            yield Problem(f"'rule: {target}' refers to nothing", homes.get(name, ""), mend=mend)
    circle = find_circle(edges)
    if circle:
        yield Problem(f"a circle of references: {' > '.join(circle)}", homes.get(circle[-1], ""))


def _aspects_twice(rules: Mapping[str, Rule], facts: Collection[str], homes: Mapping[str, str]) -> Iterator[Problem]:
    """An aspect's id is its own among all rules, facts and aspects."""
    owners = {name: name for name in (*rules, *facts)}
    for rule in rules.values():
        for index, aspect in enumerate(rule.aspects):
            owner = owners.setdefault(aspect.id, rule.id)
            if owner != rule.id:
                yield Problem(f"aspects.{index}: the id '{aspect.id}' is taken by '{owner}'", homes.get(rule.id, ""))
