"""YAML read from parser events: YAML 1.2 scalars, bounded depth, nodes and aliases, and the line of every value.

The composer of the C library recurses without a limit and crashes the process on deep nesting; its events do not.
"""

from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Location, Mark, Marked

_Parser: Any = yaml.cyaml.CParser  # type: ignore[attr-defined]

DEPTH = 60
NODES = 200_000
DOCUMENTS = 1_000
NUMBER_LENGTH = 40


@dataclass(slots=True)
class _Anchor:
    value: Any
    nodes: int
    is_complete: bool = False


@dataclass(slots=True)
class _Builder:
    parser: Any
    refuse_repeats: bool
    marks: dict[Location, Mark] = field(default_factory=dict)
    anchors: dict[str, _Anchor] = field(default_factory=dict)
    nodes: int = 0

    def build(self, event: Event, location: Location) -> Any:
        self.marks[location] = _mark(event)
        self._count(1, event)
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if len(location) >= DEPTH:
            raise Malformed(f"nested deeper than {DEPTH} levels", *_mark(event))
        before = self.nodes
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self.anchors[anchor] = _Anchor(None, 0)
        value = self._value(event, location)
        if anchor is not None:
            self.anchors[anchor] = _Anchor(value, self.nodes - before + 1, True)
        return value

    def _value(self, event: Event, location: Location) -> Any:
        if isinstance(event, ScalarEvent):
            return scalar(event.value) if event.implicit[0] else event.value
        if isinstance(event, SequenceStartEvent):
            return self._sequence(location)
        if isinstance(event, MappingStartEvent):
            return self._mapping(location)
        raise Malformed("unexpected end", *_mark(event))

    def _sequence(self, location: Location) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self.parser.get_event(), SequenceEndEvent):
            items.append(self.build(event, (*location, len(items))))
        return items

    def _mapping(self, location: Location) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while not isinstance(event := self.parser.get_event(), MappingEndEvent):
            mark = _mark(event)
            key = self._key(event, location)
            if self.refuse_repeats and key in found:
                raise Malformed(f"the key '{key}' appears twice", *mark)
            value = self.build(self.parser.get_event(), (*location, key))
            self.marks[(*location, key)] = mark
            if key == "<<":
                self._merge(merged, value)
            else:
                found[key] = value
        return {**merged, **found} if merged else found

    def _merge(self, merged: dict[str, Any], value: Any) -> None:
        for source in value if isinstance(value, list) else [value]:
            if isinstance(source, dict):
                for key, item in source.items():
                    merged.setdefault(key, item)

    def _key(self, event: Event, location: Location) -> str:
        if isinstance(event, ScalarEvent):
            self._count(1, event)
            return str(event.value)
        value = self.build(event, (*location, "?"))
        return value if isinstance(value, str) else "?"

    def _alias(self, event: AliasEvent) -> Any:
        anchor = self.anchors.get(event.anchor or "")
        if anchor is None or not anchor.is_complete:
            raise Malformed(f"the alias '{event.anchor}' refers to nothing or to itself", *_mark(event))
        self._count(anchor.nodes, event)
        return anchor.value

    def _count(self, nodes: int, event: Event) -> None:
        self.nodes += nodes
        if self.nodes > NODES:
            raise Malformed(f"more than {NODES} values", *_mark(event))


def read_yaml(text: bytes, *, refuse_repeats: bool = False) -> tuple[Marked, ...]:
    """Every document of a stream; raises `Malformed`."""
    try:
        return _documents(text, refuse_repeats)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise Malformed(error.problem or "not YAML", *((mark.line + 1, mark.column + 1) if mark else (0, 0))) from None
    except (yaml.YAMLError, UnicodeError, ValueError) as error:
        raise Malformed(f"not YAML: {type(error).__name__}") from None


def _documents(text: bytes, refuse_repeats: bool) -> tuple[Marked, ...]:
    parser = _Parser(text)
    documents: list[Marked] = []
    builder = _Builder(parser, refuse_repeats)
    while not isinstance(event := parser.get_event(), StreamEndEvent):
        if isinstance(event, DocumentStartEvent):
            builder.marks, builder.anchors = {}, {}
            documents.append(Marked(builder.build(parser.get_event(), ()), builder.marks))
            if len(documents) > DOCUMENTS:
                raise Malformed(f"more than {DOCUMENTS} documents")
    return tuple(documents)


def _mark(event: Event) -> Mark:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: value for value in (True, False) for word in (str(value).lower(), str(value), str(value).upper())
}


def scalar(text: str) -> Any:
    """A plain scalar by the core schema of YAML 1.2, so `on`, `yes` and `12:30` stay texts."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "+-.0123456789" and len(text) <= NUMBER_LENGTH and "_" not in text and " " not in text:
        return _number(text)
    return text


def _number(text: str) -> Any:
    try:
        return int(text, 16) if text.startswith("0x") else int(text, 8) if text.startswith("0o") else int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text
