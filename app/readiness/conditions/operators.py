"""What a value must be like: literals, operators and their combinations, in three values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.readiness.conditions.answer import Truth
from app.readiness.conditions.select import Selector
from app.readiness.formats.template import HOLE
from app.readiness.patterns import matches

_LONGEST_NUMBER = 4_000
BEYOND = HOLE + HOLE
"""Stands for what may lie below a hole: nobody knows whether it is there."""


class Check(Protocol):
    """A question about one value of a document."""

    def check(self, value: Any) -> Truth: ...


@dataclass(frozen=True, slots=True)
class AllChecks:
    members: tuple[Check, ...]

    def check(self, value: Any) -> Truth:
        least = Truth.TRUE
        for member in self.members:
            least = min(least, member.check(value))
            if least is Truth.FALSE:
                break
        return least


@dataclass(frozen=True, slots=True)
class AnyCheck:
    members: tuple[Check, ...]

    def check(self, value: Any) -> Truth:
        most = Truth.FALSE
        for member in self.members:
            most = max(most, member.check(value))
            if most is Truth.TRUE:
                break
        return most


@dataclass(frozen=True, slots=True)
class NotCheck:
    member: Check

    def check(self, value: Any) -> Truth:
        return Truth(Truth.TRUE - self.member.check(value))


@dataclass(frozen=True, slots=True)
class SelectCheck:
    """Values below this one, at least one, and what every, any or none of them must be like."""

    selector: Selector
    quantifier: str
    member: Check

    def check(self, value: Any) -> Truth:
        found = [self.member.check(inner) for inner, _ in self.selector.find(value)]
        if not found:
            return Truth.FALSE
        if self.quantifier == "every":
            return min(found)
        return max(found) if self.quantifier == "any" else Truth(Truth.TRUE - max(found))


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """The value at a dotted path; lists on the way mean any of their members; operators is (name, operand) pairs.

    A value that is not there satisfies `exists: false` and `not_re`, and nothing else.
    """

    path: str
    operators: tuple[tuple[str, Any], ...]

    def check(self, value: Any) -> Truth:
        found = resolve(value, self.path)
        if not found:
            return _truth(all(name == "not_re" or (name == "exists" and not value) for name, value in self.operators))
        if ("exists", False) in self.operators:
            return Truth.UNKNOWN if all(item is BEYOND for item in found) else Truth.FALSE
        return max(Truth.UNKNOWN if item is BEYOND else self._check_one(value, item) for item in found)

    def _check_one(self, root: Any, item: Any) -> Truth:
        least = Truth.TRUE
        for name, operand in self.operators:
            if name != "exists":
                least = min(least, _compare(name, item, operand, root))
        return least


@dataclass(frozen=True, slots=True)
class InnerCheck:
    """A test of what lies at a dotted path."""

    path: str
    member: Check

    def check(self, value: Any) -> Truth:
        return max((self.member.check(item) for item in resolve(value, self.path)), default=Truth.FALSE)


def resolve(value: Any, path: str) -> list[Any]:
    """The values at a dotted path, `BEYOND` where a hole lies on the way; a key that holds dots itself is found too."""
    if isinstance(value, list):
        return [found for item in value for found in resolve(item, path)]
    if not isinstance(value, dict | Mapping):
        return [BEYOND] if isinstance(value, str) and HOLE in value else []
    if path in value:
        return [value[path]]
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        key = ".".join(parts[:length])
        if key in value:
            return resolve(value[key], ".".join(parts[length:]))
    return [BEYOND] if HOLE in value else []


def _compare(name: str, item: Any, operand: Any, root: Any) -> Truth:
    if isinstance(item, str) and HOLE in item:
        return Truth.UNKNOWN
    if name == "gt_field":
        others = resolve(root, operand)
        if any(isinstance(other, str) and HOLE in other for other in others):
            return Truth.UNKNOWN
        return _truth(any(_ordered(item, other, lambda a, b: a > b) for other in others))
    holds = OPERATORS[name](item, operand)
    is_open = isinstance(item, list) and any(isinstance(member, str) and HOLE in member for member in item)
    return Truth.UNKNOWN if is_open and holds == (name == "not_re") else _truth(holds)


def _truth(holds: bool) -> Truth:
    return Truth.TRUE if holds else Truth.FALSE


def _text(value: Any) -> str:
    """Numbers too long to be written in tens (Python refuses over 4,300 digits) in sixteens, which equal no text."""
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return hex(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _equal(item: Any, operand: Any) -> bool:
    """Scalars are equal when they read the same, so a quoted number equals the number."""
    if isinstance(item, list) and not isinstance(operand, list):
        return any(_equal(member, operand) for member in item)
    if item is None or operand is None or isinstance(item, list | dict) or isinstance(operand, list | dict):
        return bool(item == operand)
    return item == operand or _text(item) == _text(operand)


def _matches(item: Any, operand: Any) -> bool:
    if isinstance(item, list):
        return any(_matches(member, operand) for member in item)
    return item is not None and not isinstance(item, dict) and matches(operand, _text(item))


def _contains(item: Any, operand: Any) -> bool:
    if isinstance(item, list):
        return any(_equal(member, operand) for member in item)
    return str(operand) in (item if isinstance(item, str | Mapping) else _text(item))


def _ordered(item: Any, operand: Any, compare: Callable[[float, float], bool]) -> bool:
    try:
        return not isinstance(item, bool) and compare(float(item), float(operand))
    except (TypeError, ValueError, OverflowError):
        return False


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": _equal,
    "in": lambda item, operand: any(_equal(list(item) if isinstance(item, Mapping) else item, one) for one in operand),
    "re": _matches,
    "not_re": lambda item, operand: not _matches(item, operand),
    "contains": _contains,
    "ge": lambda item, operand: _ordered(item, operand, lambda a, b: a >= b),
    "gt": lambda item, operand: _ordered(item, operand, lambda a, b: a > b),
    "le": lambda item, operand: _ordered(item, operand, lambda a, b: a <= b),
    "lt": lambda item, operand: _ordered(item, operand, lambda a, b: a < b),
}
