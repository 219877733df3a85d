"""TOML as plain values, refused before the parser when a long key or many tables would cost it too much."""

import tomllib
from collections.abc import Mapping
from typing import Any

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Marked
from app.readiness.patterns import matches

VALUES = 50_000
_LONG_KEY = r"(?:[\w\"'-]+[ \t]*\.[ \t]*){64}"


def read_toml(text: bytes) -> Marked:
    """A TOML text; every key keeps its line where the first mention of it is; raises `Malformed`."""
    if text.count(b"=") + text.count(b"[") > VALUES:
        raise Malformed(f"more than {VALUES:,} values")
    if matches(_LONG_KEY, text):
        raise Malformed("a dotted key is longer than 64 parts")
    try:
        value = tomllib.loads(text.decode(errors="replace"))
    except RecursionError:
        raise Malformed("nested too deep") from None
    except ValueError as error:
        raise Malformed(f"not TOML: {type(error).__name__}") from None
    return Marked(value, _marks(value, text))


def _marks(value: Mapping[str, Any], text: bytes) -> dict[tuple[str | int, ...], tuple[int, int]]:
    """Lines of tables and of the keys right below them, by their headers."""
    marks: dict[tuple[str | int, ...], tuple[int, int]] = {(): (1, 1)}
    table: tuple[str | int, ...] = ()
    for number, raw in enumerate(text.split(b"\n"), 1):
        line = raw.strip()[:300].decode(errors="replace")
        if line.startswith("["):
            table = tuple(part.strip().strip("\"'") for part in line.strip("[]").split("]")[0].split("."))
            marks.setdefault(table, (number, 1))
        elif "=" in line and not line.startswith("#"):
            key = line.split("=", 1)[0].strip().strip("\"'")
            marks.setdefault((*table, key), (number, 1))
    return marks
