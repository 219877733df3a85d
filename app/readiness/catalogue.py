"""The catalogue: every rule, the facts they share and the categories, read from YAML and checked as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import InvalidInput, Problem
from app.readiness.conditions.condition import Condition
from app.readiness.conditions.parse import parse_condition
from app.readiness.conditions.reading import Mistake, Mistakes
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Marked
from app.readiness.formats.yaml_text import read_yaml
from app.readiness.reference_graph import find_circle, references
from app.readiness.rule import Rule, read_rule
from app.readiness.rule_text import Example, add_validation

SIZE = 200_000
FACTS = "facts.yml"
CATEGORIES = "categories.yml"


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition with a name, never scored."""

    id: str
    title: str
    holds: Condition
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """rules in the order of their categories and ids; digest: over all texts, in hex."""

    rules: Mapping[str, Rule]
    facts: Mapping[str, Fact]
    digest: str
    categories: tuple[Category, ...] = ()


class _FactText(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    title: str
    holds: Any
    examples: tuple[Example, ...] = ()


class _FactsText(BaseModel):
    model_config = ConfigDict(extra="forbid")
    schema_: Literal["readygate/rules/v1"] = Field(alias="schema")
    facts: list[_FactText]


class _CategoryText(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    title: str


class _CategoriesText(BaseModel):
    model_config = ConfigDict(extra="forbid")
    schema_: Literal["readygate/categories/v1"] = Field(alias="schema")
    categories: list[_CategoryText]


@dataclass(slots=True)
class _Loading:
    """What was read so far, and every problem with its place."""

    rules: dict[str, Rule] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    categories: tuple[Category, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    homes: dict[str, str] = field(default_factory=dict)
    is_trusted: bool = False

    def note(self, path: str, document: Marked, mistakes: Iterable[Mistake]) -> None:
        for mistake in mistakes:
            place = document.place(mistake.location)
            self.problems.append(Problem(mistake.message, path, *place, mistake.mend))


def builtin_rules() -> Path:
    """The folder of the rules that come with Readygate: in an installed package, else in the checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_data" / "rules"
    return installed if installed.is_dir() else package.parent / "rules"


def builtin_catalogue() -> Catalogue:
    """The rules that come with Readygate; its patterns were tried by the tests before it was shipped."""
    return load_catalogue(_texts(builtin_rules()), is_trusted=True)


def read_catalogue(folder: Path) -> Catalogue:
    """Every `*.yml` below a folder; raises `InvalidInput` with all problems."""
    return load_catalogue(_texts(folder))


def _texts(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        raise InvalidInput(f"{folder} is no folder of rules")
    texts = {}
    for path in sorted(folder.rglob("*.yml")):
        if path.stat().st_size > SIZE:
            raise InvalidInput(f"{path} is larger than {SIZE} bytes")
        texts[path.relative_to(folder).as_posix()] = path.read_bytes().decode(errors="replace")
    return texts


def load_catalogue(texts: Mapping[str, str], *, is_trusted: bool = False) -> Catalogue:
    """Rules by their path relative to the rules folder; raises `InvalidInput` with all problems.

    is_trusted: the patterns in them are known to be good and need not be tried.
    """
    loading = _Loading(is_trusted=is_trusted)
    for path, text in sorted(texts.items()):
        _load(path, text, loading)
    _check_references(loading)
    if loading.problems:
        count = len(loading.problems)
        raise InvalidInput(f"{count} problem{'s' * (count > 1)} in the rules", tuple(loading.problems))
    digest = sha256(repr(sorted(texts.items())).encode(errors="replace")).hexdigest()
    return Catalogue(_sorted(loading.rules.values(), loading.categories), loading.facts, digest, loading.categories)


def with_rules(catalogue: Catalogue, definitions: Sequence[Any], document: Marked, path: str, at: tuple[str | int, ...]
               ) -> Catalogue:  # fmt: skip
    """The catalogue plus rules a policy defines; document and at say where they stand in its text.

    Raises `InvalidInput` with all problems, among them an id that is taken.
    """
    loading = _Loading(dict(catalogue.rules), dict(catalogue.facts), catalogue.categories)
    for index, raw in enumerate(definitions):
        mistakes = Mistakes()
        rule = read_rule(raw, mistakes)
        if rule is not None and (rule.id in loading.rules or rule.id in loading.facts):
            mistakes.add(("id",), f"the id '{rule.id}' is taken")
        elif rule is not None:
            loading.rules[rule.id] = rule
            loading.homes[rule.id] = path
        loading.note(path, document, [Mistake((*at, index, *m.location), m.message, m.mend) for m in mistakes.found])
    _check_references(loading)
    if loading.problems:
        raise InvalidInput("the rules defined here have mistakes", tuple(loading.problems))
    digest = sha256((catalogue.digest + repr(definitions)).encode(errors="replace")).hexdigest()
    return Catalogue(_sorted(loading.rules.values(), loading.categories), loading.facts, digest, loading.categories)


def _sorted(rules: Iterable[Rule], categories: Sequence[Category]) -> dict[str, Rule]:
    order = {category.id: index for index, category in enumerate(categories)}
    ranked = sorted(rules, key=lambda rule: (order.get(rule.category, len(order)), rule.category, rule.id))
    return {rule.id: rule for rule in ranked}


def _load(path: str, text: str, loading: _Loading) -> None:
    try:
        documents = read_yaml(text.encode(errors="replace"), refuse_repeats=True)
    except Malformed as error:
        loading.problems.append(Problem(error.reason, path, error.line, error.column))
        return
    if len(documents) != 1 or len(text) > SIZE:
        loading.problems.append(Problem("expected one document of at most 200 kB", path))
        return
    mistakes = Mistakes(is_trusted=loading.is_trusted)
    document = documents[0]
    if path == FACTS:
        _load_facts(document.value, mistakes, loading)
    elif path == CATEGORIES:
        _load_categories(document.value, mistakes, loading)
    else:
        _load_rule(path, document.value, mistakes, loading)
    loading.note(path, document, mistakes.found)


def _load_rule(path: str, raw: Any, mistakes: Mistakes, loading: _Loading) -> None:
    rule = read_rule(raw, mistakes)
    if isinstance(raw, Mapping) and "schema" not in raw:
        mistakes.add((), "'schema' is missing", "schema: readygate/rule/v1")
    if rule is None:
        loading.homes.setdefault(path.rpartition("/")[2].removesuffix(".yml"), path)
        return
    if f"{rule.category}/{rule.id}.yml" != path:
        mistakes.add(("id",), f"a rule lies at <category>/<id>.yml, this one at {rule.category}/{rule.id}.yml")
    if rule.id in loading.rules:
        mistakes.add(("id",), f"the id '{rule.id}' is taken by {loading.homes[rule.id]}")
    loading.rules[rule.id] = rule
    loading.homes[rule.id] = path


def _load_facts(raw: Any, mistakes: Mistakes, loading: _Loading) -> None:
    try:
        text = _FactsText.model_validate(raw)
    except ValidationError as error:
        add_validation(error, mistakes)
        return
    for index, fact in enumerate(text.facts):
        condition = parse_condition(fact.holds, ("facts", index, "holds"), mistakes)
        if fact.id in loading.facts:
            mistakes.add(("facts", index, "id"), f"the id '{fact.id}' is taken")
        loading.facts[fact.id] = Fact(fact.id, fact.title, condition, fact.examples)
        loading.homes[fact.id] = FACTS


def _load_categories(raw: Any, mistakes: Mistakes, loading: _Loading) -> None:
    try:
        text = _CategoriesText.model_validate(raw)
    except ValidationError as error:
        add_validation(error, mistakes)
        return
    loading.categories = tuple(Category(one.id, one.title) for one in text.categories)


def _check_aspects(loading: _Loading) -> None:
    """An aspect's id is its own among all rules, facts and aspects."""
    owners = {name: name for name in (*loading.rules, *loading.facts)}
    for rule in loading.rules.values():
        for index, aspect in enumerate(rule.aspects):
            owner = owners.setdefault(aspect.id, rule.id)
            if owner != rule.id:
                words = f"aspects.{index}: the id '{aspect.id}' is taken by '{owner}'"
                loading.problems.append(Problem(words, loading.homes.get(rule.id, "")))


def _check_references(loading: _Loading) -> None:
    edges = {fact.id: references([fact.holds]) for fact in loading.facts.values()}
    for rule in loading.rules.values():
        if rule.id in edges:
            loading.problems.append(Problem(f"'{rule.id}' is a fact and a rule", loading.homes.get(rule.id, "")))
        edges[rule.id] = references(rule.own_conditions) | (references(rule.conditions) - {rule.id})
    _check_aspects(loading)
    known_categories = {category.id for category in loading.categories}
    for rule in loading.rules.values():
        if known_categories and rule.category not in known_categories and loading.homes.get(rule.id):
            loading.problems.append(Problem(f"unknown category '{rule.category}'", loading.homes[rule.id]))
    broken = set(loading.homes) - set(edges)
    for name, targets in edges.items():
        for target in sorted(targets - set(edges) - broken):
            mend = "the id of a rule or of a fact in facts.yml"
            loading.problems.append(
                Problem(f"'rule: {target}' refers to nothing", loading.homes.get(name, ""), mend=mend)
            )
    circle = find_circle(edges)
    if circle:
        home = loading.homes.get(circle[-1], "")
        loading.problems.append(Problem(f"a circle of references: {' > '.join(circle)}", home))
