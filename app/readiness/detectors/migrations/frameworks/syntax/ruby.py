"""Ruby read into calls and values: the migrations of Rails."""

from collections.abc import Callable, Mapping
from typing import Any

from ast_grep_py import SgNode

from app.readiness.detectors.migrations.frameworks.syntax.reading import (
    PAIR,
    child_of,
    children_of,
    end_line_of,
    join,
    line_of,
    named,
)
from app.readiness.detectors.migrations.frameworks.syntax.tree_reader import TreeReader
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Block,
    Call,
    Computed,
    Name,
    Several,
    Text,
    Value,
)

_SAME = frozenset(
    {"freeze", "to_s", "to_sym", "strip", "squish", "strip_heredoc", "dup", "squeeze", "chomp", "html_safe"}
)
_LOOPS = frozenset({"each", "each_pair", "map", "flat_map", "reverse_each", "each_key", "each_value"})


class RubyReader(TreeReader):
    """One Ruby file; heredocs are matched with their bodies in the order in which both appear."""

    def __init__(self, root: SgNode) -> None:
        super().__init__()
        self._last_line = 0
        begun = root.find_all(kind="heredoc_beginning")
        bodies = root.find_all(kind="heredoc_body") if begun else []
        self._heredocs = {node.range().start.index: body for node, body in zip(begun, bodies, strict=False)}

    def string(self, node: SgNode) -> Value:
        return join(self.pieces(node, ("string_content",), "interpolation") or [""], line_of(node))

    def chained(self, node: SgNode) -> Value:
        return join([self.argument(child) for child in named(node)], line_of(node))

    def heredoc(self, node: SgNode) -> Value:
        body = self._heredocs.get(node.range().start.index)
        self._last_line = end_line_of(body) if body is not None else 0
        if body is None:
            return self.computed(node)
        return join(self.pieces(body, ("heredoc_content",), "interpolation"), line_of(body))

    def symbol(self, node: SgNode) -> Value:
        return Text(node.text().lstrip(":").strip("\"'"), line_of(node))

    def mapping(self, node: SgNode) -> Value:
        found: dict[str, Value] = {}
        for pair in children_of(node, "pair"):
            key, value = self.pair(pair)
            found[key] = value
        return found

    def pair(self, node: SgNode) -> tuple[str, Value]:
        inner = named(node)
        key = self.argument(inner[0])
        value = self.argument(inner[1]) if len(inner) > 1 else self.look_up(inner[0].text(), node)
        return (str(key) if isinstance(key, str) else inner[0].text()), value

    def call_of(self, node: SgNode) -> Value:
        receiver, name = self.parts(node)
        self._last_line = 0
        arguments, options = self.arguments(child_of(node, "argument_list"))
        end = max(end_line_of(node), self._last_line)
        block = child_of(node, "do_block", "block")
        if block is not None and name in _LOOPS and receiver is not None:
            return self.loop(self.argument(receiver), _parameters(block), _body(block))
        value = self.argument(receiver) if receiver is not None and receiver.kind() != "self" else None
        if name in _SAME and isinstance(value, str | list | dict):
            return value
        if value is None and (inlined := self.call(name, arguments, options)) is not None:
            return inlined
        read = self.block(block) if block is not None else None
        return Call(name, value, arguments, options, read, line_of(node), end)

    def parts(self, node: SgNode) -> tuple[SgNode | None, str]:
        before: list[SgNode] = []
        for child in node.children():
            if child.kind() in ("argument_list", "do_block", "block"):
                break
            if child.is_named():
                before.append(child)
        if not before:
            return None, ""
        if len(before) == 1:
            return (
                (None, before[0].text())
                if before[0].kind() in ("identifier", "constant", "super")
                else (before[0], "call")
            )
        return before[0], before[-1].text()

    def arguments(self, node: SgNode | None) -> tuple[tuple[Value, ...], dict[str, Value]]:
        places: list[Value] = []
        options: dict[str, Value] = {}
        for child in named(node) if node is not None else []:
            kind = child.kind()
            if kind == "pair":
                key, value = self.pair(child)
                options[key] = value
            elif kind in ("hash_splat_argument", "splat_argument"):
                inner = self.argument(named(child)[0]) if named(child) else None
                if isinstance(inner, dict):
                    options.update(inner)
                else:
                    places += inner if isinstance(inner, list) else [Computed(child.text())]
            elif kind == "hash":
                value = self.mapping(child)
                options.update(value)
                places.append(value)
            elif kind != "block_argument":
                places.append(self.argument(child))
        return tuple(places), options

    def block(self, node: SgNode) -> Block:
        return self.block_of(_parameters(node), _body(node))

    def lambda_of(self, node: SgNode) -> Value:
        inner = child_of(node, "block", "do_block")
        return self.block(inner) if inner is not None else self.computed(node)

    def assignment(self, node: SgNode) -> Value:
        inner = named(node)
        value = self.argument(inner[-1])
        if inner[0].kind() in ("identifier", "constant", "instance_variable"):
            self.names[inner[0].text()] = value
        return Call("=", None, (value,), line=line_of(node), end_line=end_line_of(node))

    def identifier(self, node: SgNode) -> Value:
        name = node.text()
        if name in self.names:
            return self.names[name]
        inlined = self.call(name, (), {})
        if inlined is not None:
            return inlined
        return Call(name, line=line_of(node), end_line=line_of(node)) if name in _BARE else Name(name, line_of(node))

    def constant(self, node: SgNode) -> Value:
        return self.look_up(node.text().replace("::", "."), node)

    def modifier(self, node: SgNode) -> Value:
        return self.branches([named(node)[0]])

    def sequence(self, node: SgNode) -> Value:
        return Several(
            self.run(
                child for child in named(node) if child.kind() not in ("exceptions", "exception_variable", "pattern")
            )
        )

    def case(self, node: SgNode) -> Value:
        return self.branches(children_of(node, "when", "else", "in_clause"))

    def binary(self, node: SgNode) -> Value:
        inner = named(node)
        if len(inner) == PAIR and any(child.text() == "+" for child in node.children()):
            left, right = self.argument(inner[0]), self.argument(inner[1])
            if isinstance(left, list) and isinstance(right, list):
                return left + right
            if isinstance(left, str) or isinstance(right, str):
                return join([left, right], line_of(node))
        return self.computed(node)

    def nothing(self, node: SgNode) -> Value:
        return Several(())

    def inner(self, node: SgNode) -> Value:
        inside = named(node)
        return Several(self.run(inside)) if inside else None

    choices = frozenset({"conditional"})
    kinds: Mapping[str, Callable[[Any, SgNode], Value]] = {
        "conditional": TreeReader.after_first, "string": string, "bare_string": string, "bare_symbol": string,
        "delimited_symbol": string, "chained_string": chained, "heredoc_beginning": heredoc, "heredoc_body": nothing,
        "simple_symbol": symbol, "hash_key_symbol": symbol, "array": TreeReader.listed,
        "string_array": TreeReader.listed, "symbol_array": TreeReader.listed, "hash": mapping, "call": call_of,
        "lambda": lambda_of, "assignment": assignment, "operator_assignment": assignment, "identifier": identifier,
        "instance_variable": identifier, "constant": constant, "scope_resolution": constant, "if_modifier": modifier,
        "unless_modifier": modifier, "if": TreeReader.after_first, "unless": TreeReader.after_first,
        "elsif": TreeReader.after_first, "else": sequence, "then": sequence, "begin": sequence, "rescue": sequence,
        "ensure": sequence, "when": sequence, "in_clause": sequence, "case": case, "body_statement": sequence,
        "block_body": sequence, "parenthesized_statements": inner, "binary": binary, "unary": TreeReader.negative,
        "method": nothing, "singleton_method": nothing, "class": nothing, "module": nothing, "return": inner,
        "argument_list": inner, "while": TreeReader.after_first, "integer": TreeReader.number,
        "float": TreeReader.number, "true": lambda self, node: True, "false": lambda self, node: False,
        "nil": lambda self, node: None,
    }  # fmt: skip


_BARE = frozenset({"raise", "disable_ddl_transaction!", "disable_statement_timeout", "private", "reversible", "fail"})


def _parameters(block: SgNode) -> tuple[str, ...]:
    found = child_of(block, "block_parameters") or child_of(block, "lambda_parameters")
    return tuple(child.text().strip("()") for child in named(found)) if found is not None else ()


def _body(block: SgNode) -> list[SgNode]:
    body = child_of(block, "body_statement", "block_body")
    return named(body) if body is not None else []
