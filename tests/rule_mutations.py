"""Rules with one part taken away: an example that no longer gets its status shows that the part is needed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from app.readiness.catalogue import Catalogue
from app.readiness.conditions.languages import LANGUAGES
from app.readiness.conditions.reading import Mistakes
from app.readiness.detectors import build_detectors
from app.readiness.detectors.secrets.forge import fill
from app.readiness.evaluate import Questions
from app.readiness.examples import attestations_of
from app.readiness.inputs import Inputs
from app.readiness.result import RuleResult
from app.readiness.rule import Rule, read_rule
from app.readiness.rule_text import CONDITIONS, Example
from app.readiness.snapshot import MemorySnapshot

_Path = tuple[str | int, ...]
_WORTHWHILE = 0.85
"""Asking fewer rules is worth preparing the questions again."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What is taken away together: one part, or the equal parts of languages that share their rules."""

    place: str
    paths: tuple[_Path, ...]


def survivors(catalogue: Catalogue, rule: Rule) -> list[str]:
    """The parts of a rule that no example needs, by their place in its file.

    All the rules with a part taken away are asked at once of each example, so that they share its scan; examples that
    the whole rule does not pass show nothing. Of a rule with a detector only the aspects are looked at.
    """
    raw = rule.text.model_dump(by_alias=True, exclude_defaults=True, mode="json")
    raw.pop("examples", None)
    asked: dict[str, Rule] = {rule.id: rule}
    places: dict[str, str] = {}
    for number, (place, mutated) in enumerate(mutations(raw)):
        if rule.detector and not place.startswith("aspects."):
            continue
        read = read_rule(mutated, Mistakes(is_trusted=True))
        if read is not None:  # a rule that cannot be read is no rule
            name = f"{rule.id}--{number}"
            # The id is given afterwards, for it is one of the names a plan may use.
            asked[name] = replace(read, id=name)
            places[name] = place
    whole = replace(catalogue, rules={**catalogue.rules, **asked})
    for alike in _alike(rule.examples):
        questions, count = Questions(whole, [rule.id, *places], _inputs(alike[0], rule)), len(places)
        for example in alike:
            if len(places) < count * _WORTHWHILE:
                questions, count = Questions(whole, [rule.id, *places], _inputs(alike[0], rule)), len(places)
            files = {path: fill(text) for path, text in example.files.items()}
            results = questions.evaluate(MemorySnapshot(files)).results
            if _passes(results[rule.id], example):
                places = {name: place for name, place in places.items() if _passes(results[name], example)}
    return list(places.values())


def _alike(examples: Iterable[Example]) -> Iterator[list[Example]]:
    """Examples that are judged with equal inputs."""
    for _, alike in groupby(sorted(examples, key=_key), _key):
        yield list(alike)


def _key(example: Example) -> str:
    return repr((example.today, example.attestations, sorted(example.reports.items())))


def _inputs(example: Example, rule: Rule) -> Inputs:
    reports = {name: text.encode() for name, text in example.reports.items()}
    return Inputs(
        today=example.today,
        attestations=tuple(attestations_of(example)),
        tool_reports=reports,
        detectors=build_detectors(secret_key=b"k" * 32) if rule.detector else {},
    )


def _passes(result: RuleResult, example: Example) -> bool:
    judged = {aspect.id: aspect.status for aspect in result.aspects}
    aspects = all(judged.get(name) is status for name, status in example.aspects.items())
    return aspects and result.status is example.status


def mutations(raw: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every rule that lacks one condition, one member of an `any` or `all`, or one language.

    A member of languages whose rules are equal is taken from all of them.
    """
    for removal in _removals(raw, ()):
        mutated = deepcopy(dict(raw))
        for *way, last in removal.paths:
            home: Any = mutated
            for step in way:
                home = home[step]
            del home[last]
        yield removal.place, mutated


def _removals(value: Any, path: _Path) -> Iterator[Removal]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _removals(item, (*path, index))
    elif isinstance(value, Mapping) and path and path[-1] == "code":
        yield from _of_languages(value, path)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _of_key(key, inner, path)


def _of_key(key: str, inner: Any, path: _Path) -> Iterator[Removal]:
    place = (*path, key)
    if _is_root(path):
        if key in CONDITIONS and key != "implemented":
            yield _one(place)
        if key not in (*CONDITIONS, "aspects"):
            return
    if key in ("any", "all") and isinstance(inner, list) and len(inner) > 1:
        yield from (_one((*place, index)) for index in range(len(inner)))
    yield from _removals(inner, place)


def _of_languages(code: Mapping[str, Any], path: _Path) -> Iterator[Removal]:
    languages = [name for name in code if name in LANGUAGES]
    if len(languages) > 1:
        yield from (_one((*path, name)) for name in languages)
    done: list[str] = []
    for name in code:
        equal = [other for other in languages if code[other] == code[name]] if name in LANGUAGES else [name]
        if name not in done:
            done += equal
            yield from (_for_all(removal, path, equal) for removal in _removals(code[name], (*path, name)))


def _for_all(removal: Removal, path: _Path, languages: Sequence[str]) -> Removal:
    after = len(path) + 1
    paths = [(*path, name, *one[after:]) for name in languages for one in removal.paths]
    return Removal(removal.place, tuple(paths))


def _one(path: _Path) -> Removal:
    return Removal(".".join(map(str, path)), (path,))


def _is_root(path: _Path) -> bool:
    """The top of a rule or of one of its aspects."""
    return not path or (len(path) == 2 and path[0] == "aspects")
