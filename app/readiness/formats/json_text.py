"""JSON as plain values; lines are looked up only when somebody asks for one."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Location, Mark, Marked
from app.readiness.formats.yaml_text import read_yaml
from app.readiness.patterns import compile_pattern

_STRING_OR_COMMENT = r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*(?:[^*]|\*[^/])*\*/'
_TRAILING_COMMA = r'("(?:[^"\\\n]|\\.)*")|,(\s*[\]}])'


class _LazyMarks(Mapping[Location, Mark]):
    """The places in a JSON text, found by reading it as YAML; none when that fails."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._found: Mapping[Location, Mark] | None = None

    def _marks(self) -> Mapping[Location, Mark]:
        if self._found is None:
            try:
                documents = read_yaml(self._text)
            except Malformed:
                documents = ()
            self._found = documents[0].marks if documents else {}
        return self._found

    def __getitem__(self, location: Location) -> Mark:
        return self._marks()[location]

    def __iter__(self) -> Iterator[Location]:
        return iter(self._marks())

    def __len__(self) -> int:
        return len(self._marks())


def read_json(text: bytes) -> Marked:
    """A JSON text, with comments and trailing commas where the strict reading fails; raises `Malformed`."""
    try:
        return Marked(_load(text), _LazyMarks(text))
    except ValueError:
        pass
    try:
        return Marked(_load(_without_comments(text)), _LazyMarks(text))
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise Malformed(f"not JSON: {type(error).__name__}", line, getattr(error, "colno", 0)) from None


def _load(text: bytes) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise Malformed("nested too deep") from None


def _without_comments(text: bytes) -> bytes:
    bare: bytes = compile_pattern(_STRING_OR_COMMENT).sub(lambda found: found.group(1) or b" ", text)
    return bytes(compile_pattern(_TRAILING_COMMA).sub(lambda found: found.group(1) or found.group(2), bare))
