"""Texts of Python that are filled in."""

import re
from collections.abc import Mapping

from app.readiness.detectors.migrations.frameworks.syntax.values import HOLE, Text, Value

_HOLES = re.compile(r"\{\{|\}\}|\{(\w*)[^{}]*\}")
_PERCENT = re.compile(r"%%|%\((\w+)\)[sdr]|%[sdr]")


def fill_braces(text: str, arguments: tuple[Value, ...], options: Mapping[str, Value]) -> Text:
    """`text.format(…)`, with holes for what is not known."""
    left = list(arguments)

    def fill(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        value = options.get(match[1]) if match[1] else left.pop(0) if left else None
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else HOLE

    return Text(_HOLES.sub(fill, text), getattr(text, "line", 0))


def fill_percents(text: str, right: Value) -> Text:
    """`text % right`, with holes for what is not known."""
    left = list(right) if isinstance(right, list) else [right]

    def fill(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        value = right.get(match[1]) if isinstance(right, dict) else left.pop(0) if left else None
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else HOLE

    return Text(_PERCENT.sub(fill, text), getattr(text, "line", 0))
