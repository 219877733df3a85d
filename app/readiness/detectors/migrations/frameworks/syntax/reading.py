"""Reads the syntax tree of a migration into calls and values, without running anything.

Loops over literal lists are unrolled, branches are read one after the other, functions of the same file where they
are called.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ast_grep_py import SgNode

from app.readiness.conditions.code import find_nodes, syntax_tree
from app.readiness.detectors.migrations.frameworks.syntax.values import HOLE, Computed, Name, Several, Text, Value
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source

PAIR = 2
"""A key and a value, the two sides of an operator."""
DEPTH = 100
CALLS = 4
STATEMENTS = 20_000
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the file; body: its node, given to `Reader.run`."""

    parameters: tuple[str, ...]
    body: Any


class Reader:
    """names: what is known by name; functions: those of the file. A language adds `kinds`: node kind to reader.

    choices: kinds of expressions with a condition, whose value is not known.
    """

    kinds: Mapping[str, Callable[[Any, Any], Value]] = {}
    choices: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.names: dict[str, Value] = {}
        self.functions: dict[str, Function] = {}
        self._depth = 0
        self._left = STATEMENTS
        self._calling: list[str] = []

    def value(self, node: Any) -> Value:
        """What an expression or a statement is; `Computed` where nothing is known of its kind or it lies too deep."""
        read = self.kinds.get(self.kind_of(node))
        if read is None or self._depth >= DEPTH:
            return self.computed(node)
        self._depth += 1
        try:
            return read(self, node)
        except (IndexError, ValueError):  # The parser left out a part of what does not parse.
            return self.computed(node)
        finally:
            self._depth -= 1

    def argument(self, node: Any) -> Value:
        """An expression as one value: of several statements the last."""
        if self.kind_of(node) in self.choices:
            return self.computed(node)
        value = self.value(node)
        while isinstance(value, Several):
            value = value.values[-1] if value.values else None
        return value

    def run(self, nodes: Iterable[Any]) -> tuple[Value, ...]:
        """Statements in order; raises `Malformed` when loops and calls make too many of them."""
        found: list[Value] = []
        for node in nodes:
            value = self.value(node)
            self._left -= 1
            if self._left < 0:
                raise Malformed(f"more than {STATEMENTS:,} statements")
            found += value.values if isinstance(value, Several) else (value,)
        return tuple(found)

    def branches(self, *bodies: Iterable[Any]) -> Several:
        return Several(tuple(value for body in bodies for value in self.run(body)))

    def loop(self, items: Value, names: Sequence[str], body: Iterable[Any]) -> Several:
        """The body once for each item of a literal list or mapping, once with unknown names otherwise."""
        nodes = list(body)
        rounds = _rounds(items, len(names))
        if rounds is None:
            return Several(self.within(dict.fromkeys(names, Computed("a loop")), nodes))
        return Several(tuple(v for given in rounds for v in self.within(dict(zip(names, given, strict=False)), nodes)))

    def within(self, names: Mapping[str, Value], nodes: Iterable[Any]) -> tuple[Value, ...]:
        """Statements in which some names are bound."""
        outer = self.names
        self.names = {**outer, **names}
        try:
            return self.run(nodes)
        finally:
            self.names = outer

    def call(self, name: str, arguments: Sequence[Value], options: Mapping[str, Value]) -> Several | None:
        """The statements of a function of this file, None when there is none or it calls itself."""
        function = self.functions.get(name)
        if function is None or name in self._calling or len(self._calling) >= CALLS:
            return None
        given = dict.fromkeys(function.parameters, Computed("a parameter"))
        given.update(zip(function.parameters, arguments, strict=False))
        given.update((key, value) for key, value in options.items() if key in given)
        self._calling.append(name)
        try:
            return Several(self.within(given, self.body_of(function)))
        finally:
            self._calling.pop()

    def body_of(self, function: Function) -> Iterable[Any]:
        found: Iterable[Any] = function.body
        return found

    def kind_of(self, node: Any) -> str:
        kind: str = node.kind()
        return kind

    def computed(self, node: Any) -> Computed:
        return Computed(node.text()[:80], line_of(node))

    def look_up(self, name: str, node: Any) -> Value:
        return self.names[name] if name in self.names else Name(name, self.line_of(node))

    def line_of(self, node: Any) -> int:
        return line_of(node)


def _rounds(items: Value, width: int) -> list[tuple[Value, ...]] | None:
    """What the names of a loop are bound to in each round; None when that is not known."""
    if isinstance(items, dict):
        items = [[Text(key), value] for key, value in items.items()]
    if not isinstance(items, list) or len(items) > ROUNDS:
        return None
    return [tuple(item) if width > 1 and isinstance(item, list) else (item,) for item in items]


def broken_line(source: Source) -> int:
    """Where the parser gave up first, 0 when it did not; raises `Malformed`."""
    broken = find_nodes(source.parse(syntax_tree), '{"kind": "ERROR"}')
    return line_of(broken[0]) if broken else 0


def line_of(node: SgNode) -> int:
    return node.range().start.line + 1


def end_line_of(node: SgNode) -> int:
    return node.range().end.line + 1


def named(node: SgNode) -> list[SgNode]:
    """The children that are no punctuation and no comment."""
    return [child for child in node.children() if child.is_named() and child.kind() != "comment"]


def child_of(node: SgNode, *kinds: str) -> SgNode | None:
    return next((child for child in node.children() if child.kind() in kinds), None)


def children_of(node: SgNode | None, *kinds: str) -> list[SgNode]:
    return [child for child in node.children() if child.kind() in kinds] if node is not None else []


def join(parts: Iterable[Value], line: int) -> Text | Computed:
    """Pieces of a text; what is not known becomes a hole, and a text of holes alone is not known."""
    texts = [_piece(part) for part in parts]
    if texts and all(text == HOLE for text in texts):
        return Computed("a text", line)
    return Text("".join(texts), line)


def _piece(part: Value) -> str:
    if isinstance(part, str):
        return str(part)
    if isinstance(part, bool) or part is None:
        return HOLE
    return str(part) if isinstance(part, int | float) else HOLE


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "s": " "}


def unescape(text: str) -> str:
    """What `\\n`, `\\"` and their like stand for; other escapes become a blank."""
    if text.startswith("\\") and len(text) == PAIR:
        return _ESCAPES.get(text[1], text[1])
    return "" if text == "\\\n" else " "


def number(text: str) -> int | float | Computed:
    try:
        return int(text.replace("_", ""))
    except ValueError:
        pass
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return Computed(text)
