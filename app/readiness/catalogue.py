"""The catalogue: every rule, the facts they share and the categories, read from YAML and checked as a whole."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from app.errors import InvalidInput, Problem
from app.readiness.catalogue_checks import find_problems
from app.readiness.conditions.parse import parse_condition
from app.readiness.conditions.reading import Mistake, Mistakes
from app.readiness.fact import Fact
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Marked
from app.readiness.formats.yaml_text import read_yaml
from app.readiness.patterns import matches
from app.readiness.rule import Rule, read_rule
from app.readiness.rule_text import CategoriesText, FactsText, add_validation

SIZE = 200_000
FACTS = "facts.yml"
CATEGORIES = "categories.yml"


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


class Memory(Protocol):
    """Keeps the plain values of rule files by the digest of their texts; losing them costs only time."""

    def get(self, digest: str) -> Mapping[str, Any] | None: ...

    def put(self, digest: str, values: Mapping[str, Any]) -> None: ...


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

    def check(self) -> None:
        """Looks at everything that was read together."""
        facts = {fact.id: fact.holds for fact in self.facts.values()}
        self.problems += find_problems(self.rules, facts, [one.id for one in self.categories], self.homes)

    def catalogue(self, digest: str) -> Catalogue:
        return Catalogue(_sorted(self.rules.values(), self.categories), self.facts, digest, self.categories)


def builtin_rules() -> Path:
    """The folder of the rules that come with Readygate: in an installed package, else in the checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_data" / "rules"
    return installed if installed.is_dir() else package.parent / "rules"


def builtin_catalogue(memory: Memory | None = None) -> Catalogue:
    """The rules that come with Readygate, without their examples; the tests tried its patterns before it was shipped.

    memory: keeps what the files say, because reading YAML is most of what loading them takes.
    """
    texts = _texts(builtin_rules())
    digest = _digest_of(texts)
    kept = memory.get(digest) if memory is not None else None
    if kept is not None:
        try:
            return _assemble({path: Marked(value) for path, value in kept.items()}, _Loading(is_trusted=True), digest)
        except InvalidInput:
            pass  # the files themselves say what is wrong with them
    loading = _Loading(is_trusted=True)
    lean = {path: _without_last_examples(text) for path, text in texts.items()}
    documents = {path: _without_examples(document) for path, document in _documents(lean, loading)}
    catalogue = _assemble(documents, loading, digest)
    if memory is not None:
        memory.put(digest, {path: document.value for path, document in documents.items()})
    return catalogue


def _without_last_examples(text: str) -> str:
    """Without the list at the end of a rule's file, which takes as long to read as the rest."""
    rule, found, examples = text.partition("\nexamples:\n")
    return rule if found and not matches("^[^ \\n#-]", examples) else text


def _without_examples(document: Marked) -> Marked:
    if not isinstance(document.value, Mapping):
        return document
    lean = {key: value for key, value in document.value.items() if key != "examples"}
    return Marked(lean, document.marks)


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
    return _assemble(dict(_documents(texts, loading)), loading, _digest_of(texts))


def _assemble(documents: Mapping[str, Marked], loading: _Loading, digest: str) -> Catalogue:
    for path, document in documents.items():
        _load(path, document, loading)
    loading.check()
    if loading.problems:
        count = len(loading.problems)
        raise InvalidInput(f"{count} problem{'s' * (count > 1)} in the rules", tuple(loading.problems))
    return loading.catalogue(digest)


def _digest_of(texts: Mapping[str, str]) -> str:
    return sha256(repr(sorted(texts.items())).encode(errors="replace")).hexdigest()


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
    loading.check()
    if loading.problems:
        raise InvalidInput("the rules defined here have mistakes", tuple(loading.problems))
    digest = sha256((catalogue.digest + repr(definitions)).encode(errors="replace")).hexdigest()
    return loading.catalogue(digest)


def _sorted(rules: Iterable[Rule], categories: Sequence[Category]) -> dict[str, Rule]:
    order = {category.id: index for index, category in enumerate(categories)}
    ranked = sorted(rules, key=lambda rule: (order.get(rule.category, len(order)), rule.category, rule.id))
    return {rule.id: rule for rule in ranked}


def _documents(texts: Mapping[str, str], loading: _Loading) -> Iterator[tuple[str, Marked]]:
    """What every file says, in the order of their paths; the problems of those that cannot be read are noted."""
    for path, text in sorted(texts.items()):
        try:
            documents = read_yaml(text.encode(errors="replace"), refuse_repeats=True)
        except Malformed as error:
            loading.problems.append(Problem(error.reason, path, error.line, error.column))
            continue
        if len(documents) != 1 or len(text) > SIZE:
            loading.problems.append(Problem("expected one document of at most 200 kB", path))
            continue
        yield path, documents[0]


def _load(path: str, document: Marked, loading: _Loading) -> None:
    mistakes = Mistakes(is_trusted=loading.is_trusted)
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
        text = FactsText.model_validate(raw)
    except ValidationError as error:
        add_validation(error, mistakes)
        return
    for index, fact in enumerate(text.facts):
        condition = parse_condition(fact.holds, ("facts", index, "holds"), mistakes)
        if fact.id in loading.facts:
            mistakes.add(("facts", index, "id"), f"the id '{fact.id}' is taken")
        loading.facts[fact.id] = Fact(fact.id, fact.title, condition, fact.examples, fact.firm)
        loading.homes[fact.id] = FACTS


def _load_categories(raw: Any, mistakes: Mistakes, loading: _Loading) -> None:
    try:
        text = CategoriesText.model_validate(raw)
    except ValidationError as error:
        add_validation(error, mistakes)
        return
    loading.categories = tuple(Category(one.id, one.title) for one in text.categories)
