import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.errors import InvalidInput, Problem
from app.readiness.catalogue import builtin_catalogue, builtin_rules, load_catalogue, read_catalogue, with_rules
from app.readiness.formats.yaml_text import read_yaml
from app.readiness.status import Priority

RULE = """schema: readygate/rule/v1
id: team-file
title: A team file
category: governance
priority: P2
parameters:
  least: {default: 2, tighter: higher, description: How many}
implemented: {path: ["TEAM*.md"], min: {parameter: least}}
"""
PATH = "governance/team-file.yml"
FACTS = "schema: readygate/rules/v1\nfacts:\n  - {id: is-team, title: A team, holds: {path: [TEAM.md]}}\n"


def problems(texts: dict[str, str]) -> list[Problem]:
    with pytest.raises(InvalidInput) as caught:
        load_catalogue(texts)
    return list(caught.value.problems)


def test_a_rule_is_read_with_its_defaults() -> None:
    rule = load_catalogue({PATH: RULE}).rules["team-file"]
    assert (rule.title, rule.category, rule.priority, rule.level) == ("A team file", "governance", Priority.P2, 5)
    assert rule.parameters["least"].tighter == "higher"
    assert not rule.per_component
    assert rule.detector is None


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (RULE.replace("title:", "titel:"), "unknown key 'titel'", 3),
        (RULE.replace("title: A team file\n", ""), "'title' is missing", 1),
        (RULE.replace("P2", "P7"), "'priority'", 5),
        (RULE.replace("path:", "paths:"), "no condition in 'paths, min'", 8),
        (RULE.replace("parameter: least", "parameter: most"), "'most' is no parameter of this rule", 8),
        (RULE.replace("id: team-file", "id: team"), "a rule lies at <category>/<id>.yml", 2),
        (RULE.replace("category: governance", "category: other"), "a rule lies at <category>/<id>.yml", 2),
        (RULE + "title: again\n", "the key 'title' appears twice", 9),
        (RULE.replace("schema: readygate/rule/v1\n", ""), "'schema' is missing", 1),
        (RULE.replace("rule/v1", "rule/v9"), "'schema'", 1),
        (RULE + "partial: {rule: nowhere}\n", "'rule: nowhere' refers to nothing", 0),
        (RULE + "a: [\n", "did not find expected", 10),
        (RULE.replace("implemented", "examples: []\nplanned"), "the rule can never be implemented", 1),
        (RULE + "detector: secrets\n", "a detector decides alone", 9),
        (RULE + "x: &a [*a]\n", "the alias 'a' refers to nothing or to itself", 9),
        ("- 1\n", "", 1),
        ("", "expected one document", 0),
    ],
)
def test_a_mistake_has_its_place(text: str, message: str, line: int) -> None:
    found = problems({PATH: text})
    assert any(message in p.message and p.path == PATH and (not line or p.line == line) for p in found), found


def test_all_mistakes_of_all_files_are_told_at_once() -> None:
    bad = RULE.replace("P2", "P7").replace("path:", "paths:")
    other = RULE.replace("team-file", "other").replace("TEAM*.md", "{")
    found = problems({PATH: bad, "governance/other.yml": other})
    assert len(found) == 3


def test_references_to_facts_rules_and_in_circles() -> None:
    rule = RULE.replace("implemented:", "applies_when: {rule: is-team}\nimplemented:")
    assert load_catalogue({PATH: rule, "facts.yml": FACTS}).facts["is-team"].title == "A team"
    circle = FACTS + "  - {id: a, title: A, holds: {rule: b}}\n  - {id: b, title: B, holds: {not: {rule: a}}}\n"
    assert [p.message for p in problems({"facts.yml": circle})] == ["a circle of references: a > b > a"]
    own = RULE.replace("implemented:", "applies_when: {rule: team-file}\nimplemented:")
    assert "a circle of references: team-file > team-file" in [p.message for p in problems({PATH: own})]


def test_a_broken_rule_does_not_also_break_those_that_refer_to_it() -> None:
    other = RULE.replace("id: team-file", "id: other").replace(
        "implemented:", "applies_when: {rule: team-file}\nimplemented:"
    )
    found = problems({PATH: RULE.replace("P2", "P7"), "governance/other.yml": other})
    assert len(found) == 1


def test_categories_give_the_order() -> None:
    categories = (
        "schema: readygate/categories/v1\ncategories:\n  - {id: zoo, title: Zoo}\n  - {id: governance, title: G}\n"
    )
    zoo = RULE.replace("team-file", "lion").replace("governance", "zoo")
    catalogue = load_catalogue({PATH: RULE, "zoo/lion.yml": zoo, "categories.yml": categories})
    assert list(catalogue.rules) == ["lion", "team-file"]
    assert [category.title for category in catalogue.categories] == ["Zoo", "G"]
    stray = RULE.replace("team-file", "x").replace("governance", "ape")
    found = problems({"ape/x.yml": stray, "categories.yml": categories})
    assert any("unknown category 'ape'" in problem.message for problem in found)


def test_equal_texts_have_equal_digests() -> None:
    assert load_catalogue({PATH: RULE}).digest == load_catalogue({PATH: RULE}).digest
    assert load_catalogue({PATH: RULE}).digest != load_catalogue({PATH: RULE + "# \n"}).digest


def test_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "governance").mkdir()
    (tmp_path / PATH).write_text(RULE)
    assert list(read_catalogue(tmp_path).rules) == ["team-file"]
    with pytest.raises(InvalidInput):
        read_catalogue(tmp_path / "nothing")
    (tmp_path / PATH).write_text("#" * 300_000)
    with pytest.raises(InvalidInput, match="larger than"):
        read_catalogue(tmp_path)


def test_a_policy_adds_rules_of_its_own() -> None:
    catalogue = load_catalogue({PATH: RULE})
    text = b"define:\n  - {id: mine, title: Mine, category: governance, priority: P1, implemented: {path: [a]}}\n"
    document = read_yaml(text)[0]
    extended = with_rules(catalogue, document.value["define"], document, "rules.yml", ("define",))
    assert set(extended.rules) == {"team-file", "mine"}
    assert extended.digest != catalogue.digest
    for bad, line in ((b"id: mine", 2), (b"path: [a]", 2)):
        broken = read_yaml(text.replace(bad, {b"id: mine": b"id: team-file"}.get(bad, b"pat: [a]")))[0]
        with pytest.raises(InvalidInput) as caught:
            with_rules(catalogue, broken.value["define"], broken, "rules.yml", ("define",))
        assert [(p.path, p.line) for p in caught.value.problems] == [("rules.yml", line)]


class _Memory:
    """What was put last, as JSON keeps it."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.hits = 0

    def get(self, digest: str) -> Any:
        self.hits += digest in self.kept
        return json.loads(self.kept[digest]) if digest in self.kept else None

    def put(self, digest: str, values: Any) -> None:
        self.kept = {digest: json.dumps(values)}


def test_the_builtin_catalogue_is_the_one_that_is_checked_without_its_examples() -> None:
    memory = _Memory()
    fresh, known = builtin_catalogue(memory), builtin_catalogue(memory)
    checked = read_catalogue(builtin_rules())
    lean = {}
    for name, rule in checked.rules.items():
        lean[name] = replace(rule, examples=(), text=rule.text.model_copy(update={"examples": ()}))
    assert memory.hits == 1
    for catalogue in (fresh, known):
        assert list(catalogue.rules.items()) == list(lean.items())
        assert catalogue.digest == checked.digest
        assert catalogue.categories == checked.categories
        assert [(f.id, f.holds) for f in catalogue.facts.values()] == [(f.id, f.holds) for f in checked.facts.values()]


def test_kept_values_that_make_no_catalogue_are_not_used() -> None:
    memory = _Memory()
    digest = builtin_catalogue(memory).digest
    memory.kept = {digest: json.dumps({"alerting/x.yml": {"schema": "readygate/rule/v1"}})}
    assert len(builtin_catalogue(memory).rules) > 1
