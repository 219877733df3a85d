"""Reading what a value must be like out of a rule text."""

from collections.abc import Mapping
from typing import Any

from app.readiness.conditions.operators import (
    OPERATORS,
    AllChecks,
    AnyCheck,
    Check,
    FieldCheck,
    InnerCheck,
    NotCheck,
    SelectCheck,
)
from app.readiness.conditions.reading import Mistakes
from app.readiness.conditions.select import read_selector
from app.readiness.formats.marked import Location
from app.readiness.patterns import BadPattern, compile_pattern

QUANTIFIERS = ("every", "any", "none")
_NAMES = {*OPERATORS, "exists", "gt_field"}
_SCALAR = "a text, a number, true, false or null"
_WANTED = {
    "equals": _SCALAR,
    "contains": _SCALAR,
    "exists": "true or false",
    "in": "a list",
    "gt_field": "the name of a field",
}


def read_check(raw: Any, location: Location, mistakes: Mistakes) -> Check:
    """A mapping of fields to operators, or `any`, `all`, `not`, `select` inside it."""
    if not isinstance(raw, Mapping) or not raw:
        mistakes.add(location, "expected a mapping of fields to what they must be")
        return AllChecks(())
    if "select" in raw:
        return _read_select(raw, location, mistakes)
    members = [_read_entry(key, value, (*location, key), mistakes) for key, value in raw.items()]
    return members[0] if len(members) == 1 else AllChecks(tuple(members))


def _read_entry(key: str, value: Any, location: Location, mistakes: Mistakes) -> Check:
    if key in ("any", "all"):
        if not isinstance(value, list) or not value:
            mistakes.add(location, f"'{key}' must be a list")
            return AllChecks(())
        members = tuple(read_check(item, (*location, index), mistakes) for index, item in enumerate(value))
        return AnyCheck(members) if key == "any" else AllChecks(members)
    if key == "not":
        return NotCheck(read_check(value, location, mistakes))
    if isinstance(value, Mapping) and not _NAMES & set(value):
        return InnerCheck(key, read_check(value, location, mistakes))
    return _read_field(key, value, location, mistakes)


def _read_field(key: str, value: Any, location: Location, mistakes: Mistakes) -> FieldCheck:
    operators = value if isinstance(value, Mapping) else {"equals": value}
    good: list[tuple[str, Any]] = []
    for name, operand in operators.items():
        complaint = "" if mistakes.is_trusted else _complaint(name, operand)
        if complaint:
            mistakes.add((*location, name) if isinstance(value, Mapping) else location, complaint)
        else:
            good.append((name, tuple(operand) if isinstance(operand, list) and name == "in" else operand))
    return FieldCheck(key, tuple(good))


def _complaint(name: str, operand: Any) -> str:
    if name not in _NAMES:
        return f"unknown operator '{name}', known are {', '.join(sorted(_NAMES))}"
    if name in ("re", "not_re"):
        return _pattern_complaint(operand)
    return "" if _suits(name, operand) else f"'{name}' must be {_WANTED.get(name, 'a number')}"


def _suits(name: str, operand: Any) -> bool:
    if name in ("equals", "contains"):
        return not isinstance(operand, dict | list)
    kinds = {"exists": bool, "in": list, "gt_field": str}.get(name)
    return isinstance(operand, kinds or int | float) and (name == "exists" or not isinstance(operand, bool))


def _pattern_complaint(operand: Any) -> str:
    try:
        compile_pattern(str(operand))
    except BadPattern as error:
        return f"bad regular expression: {error}"
    return ""


def _read_select(raw: Mapping[str, Any], location: Location, mistakes: Mistakes) -> SelectCheck:
    selector = read_selector(raw["select"], (*location, "select"), mistakes)
    chosen = [key for key in QUANTIFIERS if key in raw]
    for key in raw:
        if key not in ("select", *QUANTIFIERS):
            mistakes.add((*location, key), f"'{key}' does not go with 'select'", "use every, any or none")
    if len(chosen) > 1:
        mistakes.add(location, "only one of every, any and none")
    if not chosen:
        return SelectCheck(selector, "any", AllChecks(()))
    return SelectCheck(selector, chosen[0], read_quantified(raw, chosen[0], location, mistakes))


def read_quantified(raw: Mapping[str, Any], key: str, location: Location, mistakes: Mistakes) -> Check:
    """The test under `every`, `any` or `none`; `any` may also be a list of alternatives."""
    value = raw[key]
    if isinstance(value, list):
        return AnyCheck(tuple(read_check(item, (*location, key, index), mistakes) for index, item in enumerate(value)))
    return read_check(value, (*location, key), mistakes)
