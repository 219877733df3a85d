"""Functions of templates that decide and compare, in three values: a hole is neither true nor false."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.readiness.formats.helm.words import is_hole, truth, written
from app.readiness.formats.template import HOLE
from app.readiness.patterns import compile_pattern

_VERSION = r"^\s*(>=|<=|>|<|=|\^|~)?\s*v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:[-+][0-9A-Za-z.+-]*)?\s*$"
_KINDS: tuple[tuple[type, str], ...] = ((bool, "bool"), (str, "string"), (int, "int"), (float, "float64"))


def _and(*values: Any) -> Any:
    truths = [truth(value) for value in values]
    if False in truths:
        return values[truths.index(False)]
    return HOLE if None in truths else values[-1]


def _or(*values: Any) -> Any:
    truths = [truth(value) for value in values]
    if True in truths:
        return values[truths.index(True)]
    return HOLE if None in truths else values[-1]


def _not(value: Any) -> Any:
    known = truth(value)
    return HOLE if known is None else not known


def _default(*values: Any) -> Any:
    """The last that is given, before the ones that stand in for it."""
    *fallbacks, value = values
    known = truth(value)
    return HOLE if known is None else value if known or not fallbacks else fallbacks[0]


def _coalesce(*values: Any) -> Any:
    return next((HOLE if truth(value) is None else value for value in values if truth(value) is not False), None)


def _ternary(yes: Any, no: Any, value: Any) -> Any:
    known = truth(value)
    return HOLE if known is None else yes if known else no


def _equals(value: Any, *others: Any) -> Any:
    if any(is_hole(item) or isinstance(item, Mapping | list) for item in (value, *others)):
        return HOLE
    return any(value == other and isinstance(value, bool) == isinstance(other, bool) for other in others)


def _differs(value: Any, other: Any) -> Any:
    return _not(_equals(value, other))


def _compare(holds: Callable[[Any, Any], bool]) -> Callable[..., Any]:
    def compare(value: Any, other: Any) -> Any:
        if is_hole(value) or is_hole(other) or isinstance(value, Mapping | list):
            return HOLE
        return holds(value, other)

    return compare


def _has_key(value: Any, key: Any) -> Any:
    return HOLE if is_hole(value) or is_hole(key) else isinstance(value, Mapping) and key in value


def _has(item: Any, values: Any) -> Any:
    if is_hole(item) or is_hole(values) or isinstance(item, Mapping | list):
        return HOLE
    found = [other for other in values or () if not isinstance(other, Mapping | list)]
    return item in found or (HOLE if any(is_hole(other) for other in found) else False)


def _kind(value: Any) -> str:
    if value is None:
        return "invalid"
    if isinstance(value, Mapping | list):
        return "map" if isinstance(value, Mapping) else "slice"
    return next(name for type_, name in _KINDS if isinstance(value, type_))


def _is_kind(name: Any, value: Any) -> Any:
    if value == HOLE:
        return HOLE
    kind = _kind(value)
    names = {"int": ("int", "int64", "float64"), "map": ("map", "map[string]interface {}", "dict")}
    return name in names.get(kind, (kind, "[]interface {}" if kind == "slice" else kind))


def _text(holds: Callable[[str, str], bool]) -> Callable[..., Any]:
    def compare(part: Any, value: Any) -> Any:
        return (
            HOLE if is_hole(part) or is_hole(value) else holds(written(part), "" if value is None else written(value))
        )

    return compare


def _parsed(text: str) -> tuple[str, tuple[int, ...], int]:
    found = compile_pattern(_VERSION).match(text.encode(errors="replace"))
    if found is None:
        raise ValueError(text)
    given = [part for part in found.groups()[1:] if part is not None]
    numbers = tuple(int(part) for part in given)
    return (found.group(1) or b"=").decode(), (*numbers, 0, 0)[:3], len(given)


def _fits_version(constraint: Any, version: Any) -> Any:
    if is_hole(constraint) or is_hole(version) or "||" in written(constraint):
        return HOLE
    _, actual, _ = _parsed(written(version))
    return all(_fits(part, actual) for part in written(constraint).split(","))


def _fits(part: str, actual: Sequence[int]) -> bool:
    sign, wanted, given = _parsed(part)
    now = tuple(actual)
    if sign in ("^", "~"):
        same = 1 if sign == "^" or given == 1 else given if given < len(now) else given - 1
        return now >= wanted and now[:same] == wanted[:same]
    if sign == "=":
        return now[:given] == wanted[:given]
    return {">=": now >= wanted, "<=": now <= wanted, ">": now > wanted, "<": now < wanted}[sign]


LOGIC: Mapping[str, Callable[..., Any]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "empty": _not,
    "default": _default,
    "coalesce": _coalesce,
    "ternary": _ternary,
    "eq": _equals,
    "ne": _differs,
    "lt": _compare(lambda a, b: a < b),
    "le": _compare(lambda a, b: a <= b),
    "gt": _compare(lambda a, b: a > b),
    "ge": _compare(lambda a, b: a >= b),
    "hasKey": _has_key,
    "has": _has,
    "kindIs": _is_kind,
    "typeIs": _is_kind,
    "kindOf": lambda value: HOLE if value == HOLE else _kind(value),
    "typeOf": lambda value: HOLE if value == HOLE else _kind(value),
    "contains": _text(lambda part, value: part in value),
    "hasPrefix": _text(lambda part, value: value.startswith(part)),
    "hasSuffix": _text(lambda part, value: value.endswith(part)),
    "semverCompare": _fits_version,
}
