"""Rules with one part taken away: an example that no longer gets its status shows that the part is needed."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from app.readiness.catalogue import Catalogue
from app.readiness.conditions.languages import LANGUAGES
from app.readiness.conditions.reading import Mistakes
from app.readiness.examples import judge_example
from app.readiness.rule import CONDITIONS, Rule, read_rule

_Path = tuple[str | int, ...]


def survivors(catalogue: Catalogue, rule: Rule) -> list[str]:
    """The parts of a rule that no example needs, by their place in its file."""
    raw = rule.text.model_dump(by_alias=True, exclude_defaults=True, mode="json")
    raw.pop("examples", None)
    return [place for place, mutated in mutations(raw) if _all_hold(catalogue, rule, mutated)]


def mutations(raw: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every rule that lacks one condition, one member of an `any` or `all`, or one language."""
    for path in _removable(raw, ()):
        mutated = deepcopy(dict(raw))
        *way, last = path
        home: Any = mutated
        for step in way:
            home = home[step]
        del home[last]
        yield ".".join(map(str, path)), mutated


def _removable(value: Any, path: _Path) -> Iterator[_Path]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _removable(item, (*path, index))
    if not isinstance(value, Mapping):
        return
    for key, inner in value.items():
        place = (*path, key)
        if _is_root(path) and key in CONDITIONS:
            if key != "implemented":
                yield place
            yield from _removable(inner, place)
        elif _is_root(path) and key != "aspects":
            continue
        elif key in ("any", "all") and isinstance(inner, list):
            if len(inner) > 1:
                yield from ((*place, index) for index in range(len(inner)))
            yield from _removable(inner, place)
        else:
            if path and path[-1] == "code" and key in LANGUAGES and sum(name in LANGUAGES for name in value) > 1:
                yield place
            yield from _removable(inner, place)


def _is_root(path: _Path) -> bool:
    """The top of a rule or of one of its aspects."""
    return not path or (len(path) == 2 and path[0] == "aspects")


def _all_hold(catalogue: Catalogue, rule: Rule, raw: Mapping[str, Any]) -> bool:
    """Whether all examples still get their status; a rule that no longer parses is none."""
    mutated = read_rule(raw, Mistakes(is_trusted=True))
    if mutated is None:
        return False
    changed = replace(catalogue, rules={**catalogue.rules, rule.id: mutated})
    return all(judge_example(changed, rule.id, example).status is example.status for example in rule.examples)
