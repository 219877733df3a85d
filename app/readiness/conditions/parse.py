"""A condition of a rule text as a `Condition`: the explicit list of all kinds."""

from collections.abc import Callable, Mapping
from typing import Any

from app.readiness.conditions.attest import read_attest
from app.readiness.conditions.code import read_code
from app.readiness.conditions.condition import AllOf, AnyOf, Condition, Not, Reference
from app.readiness.conditions.data import read_data
from app.readiness.conditions.dependency import read_dependency
from app.readiness.conditions.doc import read_doc
from app.readiness.conditions.duplicate import read_duplicate
from app.readiness.conditions.path import read_path
from app.readiness.conditions.reading import Fields, Mistakes
from app.readiness.conditions.text import read_text
from app.readiness.conditions.tool import read_tool
from app.readiness.formats.marked import Location
from app.readiness.status import Status

DEPTH = 20
NOTHING = AnyOf(())
KINDS: Mapping[str, Callable[[Fields], Condition]] = {
    "path": read_path,
    "doc": read_doc,
    "data": read_data,
    "dependency": read_dependency,
    "code": read_code,
    "text": read_text,
    "tool": read_tool,
    "attest": read_attest,
    "duplicate": read_duplicate,
}


def parse_condition(raw: Any, location: Location, mistakes: Mistakes) -> Condition:
    """Reads `any`, `all`, `not`, `rule` or one of the kinds; mistakes are added, never raised."""
    if not isinstance(raw, Mapping) or not raw:
        mistakes.add(location, "expected a condition", f"one of any, all, not, rule, {', '.join(KINDS)}")
        return NOTHING
    if len(location) > DEPTH * 2:
        mistakes.add(location, f"conditions nested deeper than {DEPTH}")
        return NOTHING
    fields = Fields(raw, location, mistakes)
    named = [name for name in KINDS if name in raw] or [name for name in _JOINED if name in raw]
    if len(named) != 1:
        found = f"{' and '.join(named)} in one condition" if named else f"no condition in '{', '.join(map(str, raw))}'"
        mistakes.add(location, found, f"exactly one of {', '.join((*_JOINED, *KINDS))}")
        return NOTHING
    condition = _JOINED[named[0]](fields) if named[0] in _JOINED else KINDS[named[0]](fields)
    fields.finish()
    return condition


def _members(fields: Fields, key: str) -> tuple[Condition, ...]:
    value = fields.take(key)
    if not isinstance(value, list) or not value:
        fields.mistakes.add(fields.at(key), f"'{key}' must be a list of conditions")
        return ()
    return tuple(parse_condition(item, (*fields.at(key), index), fields.mistakes) for index, item in enumerate(value))


def _read_any(fields: Fields) -> Condition:
    return AnyOf(_members(fields, "any"))


def _read_all(fields: Fields) -> Condition:
    return AllOf(_members(fields, "all"))


def _read_not(fields: Fields) -> Condition:
    return Not(parse_condition(fields.take("not"), fields.at("not"), fields.mistakes))


def _read_rule(fields: Fields) -> Condition:
    name = fields.text("rule")
    words = fields.texts("is") or (Status.IMPLEMENTED.value,)
    for word in words:
        if word not in set(Status):
            fields.mistakes.add(fields.at("is"), f"'{word}' is no status", f"use {', '.join(Status)}")
    return Reference(name, tuple(Status(word) for word in words if word in set(Status)))


_JOINED: Mapping[str, Callable[[Fields], Condition]] = {
    "any": _read_any,
    "all": _read_all,
    "not": _read_not,
    "rule": _read_rule,
}
