"""What readers of ast-grep's syntax trees do alike, whatever the language."""

from collections.abc import Iterable, Sequence

from ast_grep_py import SgNode

from app.readiness.detectors.migrations.frameworks.syntax.reading import (
    PAIR,
    Reader,
    end_line_of,
    join,
    line_of,
    named,
    number,
    unescape,
)
from app.readiness.detectors.migrations.frameworks.syntax.values import Block, Call, Computed, Name, Several, Value


class TreeReader(Reader):
    """A language names these in its `kinds`, under the names that its grammar has for them."""

    def pieces(self, node: SgNode, contents: Sequence[str], hole: str) -> list[Value]:
        """The pieces of a text: what stands there, escapes, and the values of holes."""
        parts: list[Value] = []
        for child in node.children():
            kind = child.kind()
            if kind in contents:
                parts.append(child.text())
            elif kind == "escape_sequence":
                parts.append(unescape(child.text()))
            elif kind == hole:
                inner = [item for item in named(child) if item.kind() != "interpolation_brace"]
                parts.append(self.argument(inner[0]) if inner else "")
        return parts

    def block_of(self, names: Sequence[str], nodes: Iterable[SgNode]) -> Block:
        """A function without a name, its parameters standing for themselves."""
        return Block(tuple(names), self.within({name: Name(name) for name in names}, nodes))

    def listed(self, node: SgNode) -> Value:
        return [self.argument(child) for child in named(node)]

    def looked_up(self, node: SgNode) -> Value:
        return self.look_up(node.text(), node)

    def joined(self, node: SgNode, sign: str) -> Value:
        """A text of two sides with the sign between them; any other operator is not computed."""
        inner = named(node)
        if len(inner) == PAIR and any(child.text() == sign for child in node.children() if not child.is_named()):
            return join([self.argument(inner[0]), self.argument(inner[1])], line_of(node))
        return self.computed(node)

    def negative(self, node: SgNode) -> Value:
        inner = self.argument(named(node)[-1])
        return -inner if node.text().startswith("-") and isinstance(inner, int | float) else self.computed(node)

    def passed(self, node: SgNode) -> Value:
        inner = named(node)
        return self.value(inner[0]) if inner else Several(())

    def sequence(self, node: SgNode) -> Value:
        return Several(self.run(named(node)))

    def after_first(self, node: SgNode) -> Value:
        """The bodies, without the condition that stands before the first."""
        return Several(self.run(named(node)[1:]))

    def besides_condition(self, node: SgNode) -> Value:
        """The bodies, without the condition in parentheses."""
        return Several(self.run(child for child in named(node) if child.kind() != "parenthesized_expression"))

    def throw(self, node: SgNode) -> Value:
        return Call("raise", line=line_of(node), end_line=end_line_of(node))

    def number(self, node: SgNode) -> int | float | Computed:
        return number(node.text())

    def word(self, node: SgNode) -> Value:
        return {"true": True, "false": False}.get(node.text())
