"""A policy text as plain values, every one with the line and column it was written at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import re2
import yaml

from app.errors import InvalidInput, Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_VALUES = 40_000
"""Values after aliases are followed: room for 2,000 rule entries with parameters, none for an alias bomb."""

Trail = tuple[str | int, ...]
Place = tuple[int, int]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re2.compile(r"[-+]?[0-9]{1,15}")
_FLOAT = re2.compile(r"[-+]?(?:\.[0-9]{1,15}|[0-9]{1,15}(?:\.[0-9]{0,15})?)(?:[eE][-+]?[0-9]{1,2})?")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class PolicyText:
    """The top-level mapping, and places (1-based line and column) by trail, such as `("rules", "coverage", "mode")`."""

    values: dict[str, Any]
    keys: Mapping[Trail, Place]
    places: Mapping[Trail, Place]

    def key_at(self, trail: Trail) -> Place:
        """Where the last key of the trail was written; the nearest known parent otherwise."""
        return self.keys.get(trail) or self.value_at(trail)

    def value_at(self, trail: Trail) -> Place:
        """Where the value was written; the nearest known parent otherwise."""
        while trail and trail not in self.places:
            trail = trail[:-1]
        return self.places.get(trail, (1, 1))


@dataclass(frozen=True, slots=True)
class _Node:
    """One value; a mapping holds (key, place of the key, node) triples, a list holds nodes."""

    kind: str
    value: Any
    place: Place
    size: int = 1


class _Refused(Exception):
    def __init__(self, message: str, place: Place, mend: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(message, line=place[0], column=place[1], mend=mend)


def read_policy_text(text: str, path: str) -> PolicyText:
    """Reads YAML 1.2 (so `off` is a word, not a boolean); raises `InvalidInput` with one problem and its place.

    Limits: 256 KB, depth 12, 40,000 values with aliases followed. An empty text is an empty mapping.
    """
    try:
        _check_size(text)
        root = _compose(text)
        keys: dict[Trail, Place] = {}
        places: dict[Trail, Place] = {}
        values = _plain(root, (), keys, places) if root else {}
    except _Refused as refused:
        problem = refused.problem
        placed = Problem(problem.message, path, problem.line, problem.column, problem.mend)
        raise InvalidInput(f"{path} cannot be read as a policy", (placed,)) from None
    return PolicyText(values, keys, places)


def _check_size(text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise _Refused("the text is not UTF-8", (line, 1), "save the file as UTF-8") from None
    if size > MAX_BYTES:
        raise _Refused(f"the file has {size} bytes, more than {MAX_BYTES}", (1, 1), "split it or use globs over rules")


def _compose(text: str) -> _Node | None:
    try:
        return _Composer(yaml.parse(text, Loader=_LOADER)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _Refused(f"not valid YAML: {error.problem or error.context}", place, _mend_for(text, place)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _Refused("not valid YAML: a control character", (line, 1), "remove the character") from None


def _mend_for(text: str, place: Place) -> str:
    lines = text.splitlines()[max(place[0] - 2, 0) : place[0]]
    return "indent with spaces, not tabs" if any("\t" in line for line in lines) else ""


class _Composer:
    """Builds nodes from parser events, counting values so that an alias cannot multiply them."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._anchors: dict[str, _Node] = {}
        self._values = 0

    def document(self) -> _Node | None:
        """The one document's root mapping; None for an empty text."""
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        root = self._node(next(self._events), 0)
        next(self._events)
        after = next(self._events)
        if isinstance(after, yaml.DocumentStartEvent):
            raise _Refused("a second YAML document", _place(after), "keep one document in a policy file")
        if root.kind == "scalar" and root.value is None:
            return None
        if root.kind != "mapping":
            raise _Refused("a policy is a mapping of keys such as `version: 1`", root.place, "start with `version: 1`")
        return root

    def _node(self, event: yaml.Event, depth: int) -> _Node:
        place = _place(event)
        if depth > MAX_DEPTH:
            raise _Refused(f"nested deeper than {MAX_DEPTH} levels", place, "a policy needs five")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        assert isinstance(event, yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent)
        if event.tag is not None and event.tag != "!":
            raise _Refused("YAML tags are not allowed in a policy", place, "remove the `!` word")
        if isinstance(event, yaml.ScalarEvent):
            node = _Node("scalar", _scalar(event), place)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._list(place, depth)
        else:
            node = self._mapping(place, depth)
        if node.kind == "scalar":
            self._count(1, place)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: yaml.AliasEvent, depth: int) -> _Node:
        place, name = _place(event), event.anchor or ""
        node = self._anchors.get(name)
        if node is None:
            raise _Refused(f"the alias `*{name[:60]}` has no anchor before it", place, "define the anchor first")
        self._count(node.size, place)
        if depth + _height(node) > MAX_DEPTH:
            raise _Refused(f"nested deeper than {MAX_DEPTH} levels", place, "a policy needs five")
        return node

    def _list(self, place: Place, depth: int) -> _Node:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        self._count(1, place)
        return _Node("list", items, place, 1 + sum(item.size for item in items))

    def _mapping(self, place: Place, depth: int) -> _Node:
        pairs: dict[str, tuple[Place, _Node]] = {}
        size = 1
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key_place = _place(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise _Refused("a key is a plain word", key_place, "write `key: value`")
            if event.value in pairs:
                first = f"`{event.value[:60]}` is set twice, first on line {pairs[event.value][0][0]}"
                raise _Refused(first, key_place, "keep one of them")
            value = self._node(next(self._events), depth + 1)
            pairs[event.value] = (key_place, value)
            size += value.size
        self._count(1, place)
        return _Node("mapping", pairs, place, size)

    def _count(self, values: int, place: Place) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise _Refused(f"more than {MAX_VALUES} values", place, "use fewer entries or aliases")


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _height(node: _Node) -> int:
    if node.kind == "scalar":
        return 0
    children = node.value if node.kind == "list" else [child for _, child in node.value.values()]
    return 1 + max((_height(child) for child in children), default=0)


def _scalar(event: yaml.ScalarEvent) -> Any:
    """YAML 1.2's core words and numbers; everything else, dates too, stays text."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _plain(node: _Node, trail: Trail, keys: dict[Trail, Place], places: dict[Trail, Place]) -> Any:
    places[trail] = node.place
    if node.kind == "list":
        return [_plain(item, (*trail, index), keys, places) for index, item in enumerate(node.value)]
    if node.kind == "scalar":
        return node.value
    plain = {}
    for key, (place, value) in node.value.items():
        keys[(*trail, key)] = place
        plain[key] = _plain(value, (*trail, key), keys, places)
    return plain
