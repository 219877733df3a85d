"""Elixir read into calls and values: the migrations of Ecto."""

from collections.abc import Callable, Mapping
from typing import Any

from ast_grep_py import SgNode

from app.readiness.detectors.migrations.frameworks.syntax.elixir_blocks import (
    body_of,
    clause_of,
    names_of,
    statements_of,
)
from app.readiness.detectors.migrations.frameworks.syntax.reading import (
    PAIR,
    Function,
    child_of,
    end_line_of,
    join,
    line_of,
    named,
)
from app.readiness.detectors.migrations.frameworks.syntax.tree_reader import TreeReader
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Block,
    Call,
    Name,
    Several,
    Text,
    Value,
)

_BRANCHES = frozenset({"if", "unless", "case", "cond", "with"})
_LOOPS = frozenset({"each", "map", "flat_map", "reduce"})


class ElixirReader(TreeReader):
    """One module: attributes are names with a leading `@`."""

    def read(self, module: SgNode) -> None:
        """Takes the functions and attributes of a module's body."""
        for node in named(module):
            callee = named(node)[0].text() if node.kind() == "call" and named(node) else ""
            if callee in ("def", "defp"):
                self._define(node)
            elif node.kind() == "unary_operator":
                self.attribute(node)

    def _define(self, node: SgNode) -> None:
        arguments = child_of(node, "arguments")
        inner = named(arguments) if arguments is not None else []
        if not inner:
            return
        head = named(inner[0])[0] if inner[0].kind() == "binary_operator" else inner[0]
        name = head.text() if head.kind() == "identifier" else named(head)[0].text()
        listed = child_of(head, "arguments")
        names = tuple(child.text() for child in named(listed)) if listed is not None else ()
        known = self.functions.get(name)
        body = [*(known.body if known is not None and name in ("up", "down", "change") else []), *body_of(node)]
        self.functions[name] = Function(names, body)

    def attribute(self, node: SgNode) -> Value:
        inner = named(node)
        if not inner or not node.text().startswith("@"):
            value = self.argument(inner[0]) if inner else None
            return -value if node.text().startswith("-") and isinstance(value, int | float) else self.computed(node)
        if inner[0].kind() == "identifier":
            return self.look_up(f"@{inner[0].text()}", node)
        arguments = child_of(inner[0], "arguments")
        given = named(arguments) if arguments is not None else []
        if given:
            self.names[f"@{named(inner[0])[0].text()}"] = self.argument(given[0])
        return Several(())

    def string(self, node: SgNode) -> Value:
        return join(self.pieces(node, ("quoted_content",), "interpolation") or [""], line_of(node))

    def atom(self, node: SgNode) -> Value:
        return Text(node.text().lstrip(":").strip('"'), line_of(node))

    def items(self, node: SgNode) -> Value:
        places, options = self.arguments(node)
        return [*places, *([options] if options and not places else [])] if node.kind() == "list" else list(places)

    def mapping(self, node: SgNode) -> Value:
        content = child_of(node, "map_content")
        return self.arguments(content)[1] if content is not None else {}

    def arguments(self, node: SgNode | None) -> tuple[tuple[Value, ...], dict[str, Value]]:
        places: list[Value] = []
        options: dict[str, Value] = {}
        for child in named(node) if node is not None else []:
            if child.kind() == "keywords":
                for pair in named(child):
                    key = named(pair)[0].text().strip().rstrip(":").strip('"')
                    if key not in ("do", "else"):
                        options[key] = self.argument(named(pair)[-1])
            else:
                places.append(self.argument(child))
        return tuple(places), options

    def call_of(self, node: SgNode) -> Value:
        return self.apply(node, ())

    def apply(self, node: SgNode, piped: tuple[Value, ...]) -> Value:
        """A call, with what is piped into it as its first argument."""
        callee = named(node)[0]
        name, receiver = callee.text(), None
        if callee.kind() == "dot":
            name = named(callee)[-1].text()
            receiver = self.argument(named(callee)[0])
        if name in ("def", "defp", "defmodule", "use", "import", "alias", "require", "defmacro", "defstruct"):
            return Several(())
        listed = child_of(node, "arguments")
        if name in _BRANCHES and receiver is None:
            return self.branch(node)
        looped = self.looped(name, receiver, listed, node, piped)
        if looped is not None:
            return looped
        places, options = self.arguments(listed)
        if receiver is None and (found := self.call(name, (*piped, *places), options)) is not None:
            return found
        body = body_of(node)
        block = Block((), self.run(body)) if body else None
        return Call(name, receiver, (*piped, *places), options, block, line_of(node), end_line_of(node))

    def branch(self, node: SgNode) -> Value:
        block = child_of(node, "do_block")
        if block is None:
            return self.branches(body_of(node))
        other = child_of(block, "else_block")
        return self.branches(statements_of(block), named(other) if other is not None else [])

    def looped(
        self, name: str, receiver: Value, listed: SgNode | None, node: SgNode, piped: tuple[Value, ...]
    ) -> Several | None:
        """`for x <- list`, `Enum.each(list, fn x -> … end)`, `Enum.each(list, &name/1)`; None for anything else."""
        inner = named(listed) if listed is not None else []
        if name == "for" and inner and inner[0].kind() == "binary_operator":
            target, items = named(inner[0])
            return self.loop(self.argument(items), names_of(target), body_of(node))
        is_loop = name in _LOOPS and isinstance(receiver, Name) and receiver.text in ("Enum", "Stream")
        if not is_loop or not inner:
            return None
        given = piped[0] if piped else self.argument(inner[0])
        clause = child_of(inner[-1], "stab_clause") if inner[-1].kind() == "anonymous_function" else None
        if clause is not None:
            parameters = child_of(clause, "arguments")
            return self.loop(given, names_of(parameters) if parameters is not None else (), clause_of(clause))
        if not inner[-1].text().startswith("&") or not isinstance(given, list):
            return None
        called = inner[-1].text().lstrip("&").partition("/")[0]
        found = [self.call(called, (item,), {}) for item in given]
        return Several(tuple(value for several in found if several is not None for value in several.values))

    def operator(self, node: SgNode) -> Value:
        inner = named(node)
        sign = next((child.text() for child in node.children() if not child.is_named()), "")
        if len(inner) != PAIR:
            return self.computed(node)
        if sign == "|>":
            return self.pipe(inner[0], inner[1], node)
        if sign == "=":
            value = self.value(inner[1])
            last = value.values[-1] if isinstance(value, Several) and value.values else value
            if inner[0].kind() == "identifier":
                self.names[inner[0].text()] = last
            return value
        if sign in ("<>", "++"):
            left, right = self.argument(inner[0]), self.argument(inner[1])
            if isinstance(left, list) and isinstance(right, list):
                return left + right
            return join([left, right], line_of(node))
        return self.computed(node)

    def pipe(self, left: SgNode, right: SgNode, node: SgNode) -> Value:
        given = self.argument(left)
        if right.kind() == "call":
            return self.apply(right, (given,))
        return Call(right.text(), None, (given,), line=line_of(node), end_line=end_line_of(node))

    def function(self, node: SgNode) -> Value:
        clause = child_of(node, "stab_clause")
        if clause is None:
            return self.computed(node)
        target = child_of(clause, "arguments")
        names = names_of(target) if target is not None else ()
        return self.block_of(names, clause_of(clause))

    def clause(self, node: SgNode) -> Value:
        return Several(self.run(clause_of(node)))

    def identifier(self, node: SgNode) -> Value:
        name = node.text()
        if name in self.names:
            return self.names[name]
        found = self.call(name, (), {})
        return found if found is not None else Name(name, line_of(node))

    def inner(self, node: SgNode) -> Value:
        inside = named(node)
        return Several(self.run(inside)) if inside else None

    def true_or_false(self, node: SgNode) -> Value:
        return node.text() == "true"

    def nil(self, node: SgNode) -> Value:
        return None

    kinds: Mapping[str, Callable[[Any, SgNode], Value]] = {
        "string": string, "sigil": string, "charlist": string, "atom": atom, "quoted_atom": atom, "list": items,
        "tuple": items, "map": mapping, "call": call_of, "binary_operator": operator, "unary_operator": attribute,
        "anonymous_function": function, "stab_clause": clause, "alias": TreeReader.looked_up,
        "identifier": identifier, "block": inner, "boolean": true_or_false, "nil": nil, "integer": TreeReader.number,
        "float": TreeReader.number,
    }  # fmt: skip
