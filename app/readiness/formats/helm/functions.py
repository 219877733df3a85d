"""Functions of templates over texts, lists and mappings; whatever is not known here is a hole."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.readiness.formats.helm.logic import LOGIC
from app.readiness.formats.helm.words import DEPTH, LONGEST, checked, indented, is_hole, joined, to_yaml, written
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.template import HOLE
from app.readiness.formats.yaml_text import read_yaml
from app.readiness.patterns import compile_pattern

ITEMS = 2_000
"""Members of one list or mapping that a template makes."""
_VERB = r"%[-+ #0-9.]*([a-zA-Z%])"


def call(name: str, arguments: list[Any]) -> Any:
    """A function's value; a hole for one that is not known or does not go with its arguments; raises `Malformed`."""
    function = FUNCTIONS.get(name)
    if function is None:
        return HOLE
    try:
        found = function(*arguments)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, OverflowError, ZeroDivisionError):
        return HOLE
    if isinstance(found, str):
        return checked(found)
    if isinstance(found, list | Mapping) and len(found) > ITEMS:
        raise Malformed("a template that makes too large a list")
    return found


def _texts(change: Callable[..., str]) -> Callable[..., str]:
    """A function of texts whose last argument is changed."""

    def of(*arguments: Any) -> str:
        return change(*(written(argument) for argument in arguments))

    return of


def _quote(mark: str) -> Callable[..., str]:
    def quote(*values: Any) -> str:
        texts = [written(value) for value in values]
        parts = [json.dumps(text, ensure_ascii=False) if mark == '"' else f"'{text}'" for text in texts]
        return joined(parts, " ")

    return quote


def _printf(form: Any, *values: Any) -> str:
    if is_hole(form):
        return HOLE
    text, rest = written(form), list(values)
    parts: list[str] = []
    end = 0
    content = text.encode()
    for found in compile_pattern(_VERB).finditer(content):
        parts.append(content[end : found.start()].decode())
        verb = found.group(1).decode()
        if verb == "%":
            parts.append("%")
        elif rest:
            value = written(rest.pop(0))
            parts.append(json.dumps(value, ensure_ascii=False) if verb == "q" else value)
        end = found.end()
    return joined([*parts, content[end:].decode()])


def _replace(old: str, new: str, text: str) -> str:
    if len(text) + (text.count(old) + 1) * len(new) > LONGEST:
        raise Malformed("a template that writes too much")
    return text.replace(old, new)


def _trunc(length: Any, text: Any) -> str:
    whole = written(text)
    return whole[:length] if length >= 0 else whole[length:]


def _indent(width: Any, text: Any) -> str:
    return indented(written(text), int(width))


def _join(between: Any, values: Any) -> str:
    return HOLE if is_hole(values) else joined([written(value) for value in values or ()], written(between))


def _dict(*pairs: Any) -> dict[str, Any]:
    return {written(key): value for key, value in zip(pairs[::2], (*pairs[1::2], "")[: len(pairs[::2])], strict=True)}


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if is_hole(value) or is_hole(key):
            return HOLE
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list):
            value = value[key]
        else:
            return None
    return value


def _dig(*arguments: Any) -> Any:
    *keys, fallback, value = arguments
    found = _index(value, *keys)
    return fallback if found is None else found


def _get(value: Any, key: Any) -> Any:
    return HOLE if is_hole(value) else (value or {}).get(key, "")


def merged(first: Any, second: Any, depth: int = 0) -> Any:
    """Two mappings, the first before the second; raises `Malformed` for what is too deep."""
    if depth > DEPTH:
        raise Malformed("template values nested too deep")
    if not isinstance(first, Mapping) or not isinstance(second, Mapping):
        return first
    whole = dict(second)
    for key, value in first.items():
        whole[key] = merged(value, second[key], depth + 1) if key in second else value
    return whole


def _merge(*values: Any) -> Any:
    if any(is_hole(value) for value in values):
        return HOLE
    found: Any = {}
    for value in values:
        found = {**(value or {}), **found}
    return found


def _merge_over(*values: Any) -> Any:
    return _merge(*reversed(values))


def _sized(values: Any) -> Any:
    return HOLE if is_hole(values) else len(values or ())


def _part(pick: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def part(values: Any) -> Any:
        return HOLE if is_hole(values) else pick(values)

    return part


def _number(value: Any) -> Any:
    return HOLE if is_hole(value) else int(float(value or 0))


def _reckon(reckon: Callable[[int, int], int]) -> Callable[..., Any]:
    def number(*values: Any) -> Any:
        if any(is_hole(value) for value in values):
            return HOLE
        found, *rest = (int(float(value or 0)) for value in values)
        for other in rest:
            found = reckon(found, other)
        return found if abs(found) < 1 << 62 else HOLE

    return number


def _from_text(value: Any) -> Any:
    if is_hole(value):
        return HOLE
    documents = read_yaml(written(value).encode())
    return documents[0].value if documents else {}


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **LOGIC,
    "quote": _quote('"'),
    "squote": _quote("'"),
    "toYaml": to_yaml,
    "toJson": lambda value: json.dumps(value, ensure_ascii=False) if isinstance(value, str) else written(value),
    "fromYaml": _from_text,
    "fromJson": _from_text,
    "indent": _indent,
    "nindent": lambda width, text: "\n" + _indent(width, text),
    "trim": _texts(str.strip),
    "trimAll": _texts(lambda part, text: text.strip(part)),
    "trimSuffix": _texts(lambda part, text: text.removesuffix(part)),
    "trimPrefix": _texts(lambda part, text: text.removeprefix(part)),
    "trunc": _trunc,
    "lower": _texts(str.lower),
    "upper": _texts(str.upper),
    "title": _texts(str.title),
    "nospace": _texts(lambda text: "".join(text.split())),
    "replace": _texts(_replace),
    "toString": written,
    "printf": _printf,
    "print": lambda *values: joined([written(value) for value in values]),
    "cat": lambda *values: joined([written(value) for value in values], " "),
    "join": _join,
    "splitList": lambda between, text: HOLE if is_hole(text) else written(text).split(between, ITEMS),
    "list": lambda *values: list(values),
    "tuple": lambda *values: list(values),
    "dict": _dict,
    "get": _get,
    "set": lambda value, key, item: HOLE if is_hole(value) else {**value, key: item},
    "unset": lambda value, key: HOLE if is_hole(value) else {k: v for k, v in value.items() if k != key},
    "omit": lambda value, *keys: HOLE if is_hole(value) else {k: v for k, v in value.items() if k not in keys},
    "pick": lambda value, *keys: HOLE if is_hole(value) else {k: v for k, v in value.items() if k in keys},
    "index": _index,
    "dig": _dig,
    "keys": _part(lambda values: list(values or ())),
    "values": _part(lambda values: list((values or {}).values())),
    "merge": _merge,
    "mustMerge": _merge,
    "mergeOverwrite": _merge_over,
    "deepCopy": lambda value: value,
    "append": lambda values, item: HOLE if is_hole(values) else [*(values or ()), item],
    "concat": lambda *lists: HOLE if any(map(is_hole, lists)) else [item for one in lists for item in one or ()],
    "first": _part(lambda values: values[0] if values else None),
    "last": _part(lambda values: values[-1] if values else None),
    "rest": _part(lambda values: values[1:]),
    "uniq": _part(lambda values: values),
    "compact": _part(lambda values: [value for value in values if value]),
    "sortAlpha": _part(lambda values: sorted(map(written, values))),
    "len": _sized,
    "int": _number,
    "int64": _number,
    "add": _reckon(lambda a, b: a + b),
    "add1": lambda value: _reckon(lambda a, b: a + b)(value, 1),
    "sub": _reckon(lambda a, b: a - b),
    "mul": _reckon(lambda a, b: a * b if abs(a) < 1 << 62 and abs(b) < 1 << 62 else a),
    "div": _reckon(lambda a, b: a // b),
    "max": _reckon(max),
    "min": _reckon(min),
    "until": lambda count: list(range(min(int(count), ITEMS))),
    "required": lambda words, value: value,
    "fail": lambda words: "",
}
