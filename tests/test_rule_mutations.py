"""No part of a rule is idle: each member, condition and language has an example that fails without it."""

from functools import cache
from pathlib import Path

import pytest
from rule_mutations import mutations, survivors

from app.readiness.catalogue import Catalogue, load_catalogue, read_catalogue

ROOT = Path(__file__).parents[1]


@cache
def catalogue() -> Catalogue:
    return read_catalogue(ROOT / "rules")


@pytest.mark.slow
@pytest.mark.parametrize("category", sorted({path.parent.name for path in (ROOT / "rules").glob("*/*.yml")}))
def test_every_part_of_a_rule_is_needed_by_an_example(category: str) -> None:
    rules = [rule for rule in catalogue().rules.values() if rule.category == category]
    idle = [f"{rule.id}: {place}" for rule in rules for place in survivors(catalogue(), rule)]
    assert not idle, "no example needs\n" + "\n".join(idle)


RULE = """schema: readygate/rule/v1
id: team-file
title: A team file
category: governance
priority: P2
implemented: {any: [{path: [TEAM.md]}, {path: [OWNERS.md]}, {path: [IDLE.md]}]}
partial: {path: [team.txt]}
aspects:
  - {id: owner-of-each, title: Owners, implemented: {all: [{path: [OWNERS.md]}, {path: [each.txt]}]}}
examples:
  - {status: implemented, files: {TEAM.md: a}}
  - {status: implemented, files: {OWNERS.md: a}, aspects: {owner-of-each: missing}}
  - {status: implemented, files: {OWNERS.md: a, each.txt: a}, aspects: {owner-of-each: implemented}}
  - {status: partial, files: {team.txt: a}}
"""
CODE = """schema: readygate/rule/v1
id: starts
title: It starts
category: governance
priority: P2
implemented:
  code:
    prefilter: [start, begin]
    python: {pattern: start()}
    javascript: &js {any: [{pattern: start()}, {pattern: begin()}]}
    typescript: *js
examples:
  - {status: implemented, files: {a.py: start()}}
  - {status: implemented, files: {a.js: start()}}
  - {status: implemented, files: {a.ts: begin()}}
"""


def test_parts_that_no_example_needs_are_named() -> None:
    found = load_catalogue({"governance/team-file.yml": RULE})
    assert survivors(found, found.rules["team-file"]) == ["implemented.any.2", "aspects.0.implemented.all.0"]


def test_equal_languages_share_their_members_but_each_is_needed() -> None:
    rule = load_catalogue({"governance/starts.yml": CODE})
    assert survivors(rule, rule.rules["starts"]) == []
    fewer = load_catalogue({"governance/starts.yml": CODE.replace("a.ts: begin()", "a.js: begin()")})
    assert survivors(fewer, fewer.rules["starts"]) == ["implemented.code.typescript"]


def test_an_example_that_the_whole_rule_does_not_pass_shows_nothing() -> None:
    wrong = load_catalogue({"governance/team-file.yml": RULE.replace("files: {TEAM.md: a}", "files: {other.md: a}")})
    assert "implemented.any.0" in survivors(wrong, wrong.rules["team-file"])


def test_what_is_taken_away_is_one_part_at_a_time() -> None:
    raw = {"implemented": {"all": [{"path": ["a"]}, {"path": ["b"]}]}, "applies_when": {"path": ["c"]}}
    assert [place for place, _ in mutations(raw)] == ["implemented.all.0", "implemented.all.1", "applies_when"]
