"""A template run: what it writes, and which line of its file each written line comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.readiness.formats.helm.functions import call
from app.readiness.formats.helm.nodes import (
    Branch,
    Call,
    Expression,
    Field,
    Inclusion,
    Literal,
    Member,
    Node,
    Output,
    Pipe,
    Text,
    Variable,
)
from app.readiness.formats.helm.reading import read_template
from app.readiness.formats.helm.words import is_hole, joined, truth, written
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.template import HOLE

STEPS = 100_000
"""Nodes, calls and thousands of characters of one rendering."""
INCLUSIONS = 15
ROUNDS = 500
"""Rounds of one loop."""
OUTPUT = 2_000_000

Defined = Mapping[str, Sequence[Node]]
Scopes = list[dict[str, Any]]


@dataclass(slots=True)
class Written:
    """Texts in order, each with the line of the file it came from; is_text: the line goes up with its line ends."""

    parts: list[tuple[str, int, bool]] = field(default_factory=list)
    size: int = 0

    def add(self, text: str, line: int, *, is_text: bool = False) -> None:
        self.size += len(text)
        if self.size > OUTPUT:
            raise Malformed("a template that writes too much", line)
        if text:
            self.parts.append((text, line, is_text))

    @property
    def text(self) -> str:
        return "".join(text for text, _, _ in self.parts)


@dataclass(slots=True)
class Renderer:
    """Runs templates of one chart; is_any: also what lies behind conditions that do not hold."""

    defined: Defined
    is_any: bool
    steps: int = 0
    depth: int = 0

    def run(self, nodes: Sequence[Node], dot: Any, scopes: Scopes, out: Written) -> None:
        for node in nodes:
            self._spend()
            if isinstance(node, Text):
                out.add(node.text, node.line, is_text=True)
            elif isinstance(node, Output):
                value = self._pipe(node.pipe, dot, scopes)
                if not node.pipe.names:
                    out.add(written(value), node.line)
            elif isinstance(node, Inclusion):
                out.add(self._include(node.name, self._pipe(node.pipe, dot, scopes)), node.line)
            elif node.kind == "if":
                self._if(node, dot, scopes, out)
            else:
                self._branch(node, dot, scopes, out)

    def _spend(self, size: int = 0) -> None:
        self.steps += 1 + size // 1_000
        if self.steps > STEPS:
            raise Malformed("a template that does too much")

    def _if(self, node: Branch, dot: Any, scopes: Scopes, out: Written) -> None:
        """A condition that is not known counts as true: what the chart can do."""
        inner = [*scopes, {}]
        branch = node
        while True:
            if truth(self._pipe(branch.pipe, dot, inner)) is not False:
                return self.run(branch.body, dot, inner, out)
            following = branch.other[0] if len(branch.other) == 1 else None
            if not isinstance(following, Branch) or not following.is_else_if or following.kind != "if":
                break
            branch = following
        if branch.other or not self.is_any:
            return self.run(branch.other, dot, inner, out)
        return self.run(node.body, dot, inner, out)

    def _branch(self, node: Branch, dot: Any, scopes: Scopes, out: Written) -> None:
        inner = [*scopes, {}]
        value = self._pipe(node.pipe, dot, inner)
        known = truth(value)
        if known is False and (node.other or not self.is_any):
            return self.run(node.other, dot, inner, out)
        if node.kind == "with":
            return self.run(node.body, HOLE if known is False else value, inner, out)
        for key, item in _members(value):
            inner[-1].update(zip(node.pipe.names, [key, item] if len(node.pipe.names) > 1 else [item], strict=False))
            self.run(node.body, item, [*inner, {}], out)
        return None

    def _pipe(self, pipe: Pipe, dot: Any, scopes: Scopes) -> Any:
        value: Any = None
        for index, command in enumerate(pipe.commands):
            value = self._value(command, dot, scopes, [value] if index else [])
        for name in pipe.names:
            scope = scopes[-1] if pipe.is_new else next((one for one in reversed(scopes) if name in one), scopes[-1])
            scope[name] = value
        return value

    def _value(self, expression: Expression, dot: Any, scopes: Scopes, piped: list[Any]) -> Any:
        self._spend()
        if isinstance(expression, Call):
            return self._call(expression, dot, scopes, piped)
        if isinstance(expression, Literal):
            return expression.value
        if isinstance(expression, Pipe):
            return self._pipe(expression, dot, scopes)
        if isinstance(expression, Field):
            return follow(dot, expression.names)
        if isinstance(expression, Member):
            return follow(self._value(expression.of, dot, scopes, []), expression.names)
        return follow(_variable(expression, scopes), expression.names)

    def _call(self, expression: Call, dot: Any, scopes: Scopes, piped: list[Any]) -> Any:
        values = [*(self._value(one, dot, scopes, []) for one in expression.arguments), *piped]
        self._spend(_size_of(values))
        run = {"include": self._include, "tpl": self._tpl}.get(expression.name)
        if run is not None and len(values) > 1 and isinstance(values[0], str):
            return run(values[0], values[1])
        # Where other values are thought of, an empty structure stands for what they may hold.
        is_open = self.is_any and expression.name == "toYaml" and values and not values[-1]
        found = HOLE if is_open else call(expression.name, values)
        self._spend(_size_of([found]))
        return found

    def _include(self, name: str, dot: Any) -> str:
        body = self.defined.get(name)
        return HOLE if body is None else self._apart(body, dot)

    def _tpl(self, text: str, dot: Any) -> str:
        if "{{" not in text:
            return text
        self._spend(len(text) * 100)
        return self._apart(read_template(text.encode(errors="replace")).body, dot)

    def _apart(self, body: Sequence[Node], dot: Any) -> str:
        """What a template writes that is called by another."""
        if self.depth >= INCLUSIONS:
            raise Malformed(f"templates that include each other over {INCLUSIONS} times deep")
        self.depth += 1
        out = Written()
        self.run(body, dot, [{"": dot}], out)
        self.depth -= 1
        return joined([text for text, _, _ in out.parts])


def _size_of(values: Sequence[Any]) -> int:
    return sum(len(value) for value in values if isinstance(value, str | list | Mapping))


def _members(value: Any) -> list[tuple[Any, Any]]:
    """What a loop goes over: once over a hole where the members are not known."""
    if isinstance(value, Mapping):
        found = sorted(value.items(), key=lambda pair: str(pair[0]))
    elif isinstance(value, list):
        found = list(enumerate(value))
    elif isinstance(value, int) and not isinstance(value, bool) and value > 0:
        found = [(index, index) for index in range(min(value, ROUNDS + 1))]
    else:
        found = [(HOLE, HOLE)]
    if len(found) > ROUNDS:
        raise Malformed(f"a template loop of more than {ROUNDS} rounds")
    return found


def _variable(variable: Variable, scopes: Scopes) -> Any:
    return next((scope[variable.name] for scope in reversed(scopes) if variable.name in scope), HOLE)


def follow(value: Any, names: Sequence[str]) -> Any:
    """What lies at a chain of names; None where nobody gave it."""
    for name in names:
        if is_hole(value):
            return HOLE
        if value is None:
            return None
        value = value.get(name) if isinstance(value, Mapping) else HOLE
    return value
