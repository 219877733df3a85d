"""Values of templates as texts: what an action writes, and YAML of whole structures."""

import json
from collections.abc import Mapping
from typing import Any

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.template import HOLE
from app.readiness.patterns import compile_pattern

LONGEST = 500_000
"""Characters of one text that a template makes."""
DEPTH = 40
_WIDEST = 100
_PLAIN = "^[A-Za-z/][A-Za-z0-9_./-]*$"
_SPOKEN = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


def is_hole(value: Any) -> bool:
    return isinstance(value, str) and HOLE in value


def truth(value: Any) -> bool | None:
    """Whether a value counts as true; None where it is not known."""
    return None if isinstance(value, str) and value == HOLE else bool(value)


def written(value: Any) -> str:
    """What an action writes; a value nobody gave comes with the release and is not known."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) < 1 << 63:
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1 << 53 else repr(value)
    return HOLE


def checked(text: str) -> str:
    if len(text) > LONGEST:
        raise Malformed("a template that writes too much")
    return text


def joined(parts: list[str], between: str = "") -> str:
    """Parts as one text, refused before it is made when it is too long."""
    if sum(map(len, parts)) + len(between) * len(parts) > LONGEST:
        raise Malformed("a template that writes too much")
    return between.join(parts)


def indented(text: str, width: int) -> str:
    if not 0 <= width <= _WIDEST:
        return HOLE
    return joined([" " * width + line for line in text.split("\n")], "\n")


def to_yaml(value: Any) -> str:
    """A structure in block style; a hole stays a hole."""
    if value is None or is_hole(value):
        return HOLE
    lines: list[str] = []
    _Writer(lines).write(value, "", "", 0)
    return joined(lines, "\n")


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        if value.lower() not in _SPOKEN and compile_pattern(_PLAIN).fullmatch(value.encode(errors="replace")):
            return value
        return json.dumps(value, ensure_ascii=False)
    if value is None:
        return "null"
    return "{}" if isinstance(value, Mapping) else "[]" if isinstance(value, list) else written(value)


class _Writer:
    """Lines of a structure; values that share parts may be far larger than they look, so their size is counted."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._size = 0

    def write(self, value: Any, first: str, rest: str, depth: int) -> None:
        """first: what stands before the first line, rest: before the others."""
        if depth > DEPTH:
            raise Malformed(f"template values nested deeper than {DEPTH} levels")
        if isinstance(value, Mapping) and value:
            for index, (key, item) in enumerate(value.items()):
                self._entry(f"{rest if index else first}{_scalar(str(key))}:", item, rest, depth)
        elif isinstance(value, list) and value:
            for index, item in enumerate(value):
                start = rest if index else first
                self.write(item, f"{start}- ", f"{rest}  ", depth + 1)
        else:
            self._add(first + _scalar(value))

    def _entry(self, start: str, item: Any, rest: str, depth: int) -> None:
        if isinstance(item, Mapping | list) and item:
            self._add(start)
            self.write(item, f"{rest}  ", f"{rest}  ", depth + 1)
        else:
            self._add(f"{start} {_scalar(item)}")

    def _add(self, line: str) -> None:
        self._size += len(line) + 1
        if self._size > LONGEST:
            raise Malformed("a template that writes too much")
        self._lines.append(line)
