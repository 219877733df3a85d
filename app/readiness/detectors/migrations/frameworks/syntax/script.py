"""JavaScript and TypeScript read into calls and values: the migrations of Knex, TypeORM and Sequelize."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ast_grep_py import SgNode

from app.readiness.detectors.migrations.frameworks.syntax.reading import (
    PAIR,
    Function,
    child_of,
    children_of,
    end_line_of,
    join,
    line_of,
    named,
)
from app.readiness.detectors.migrations.frameworks.syntax.tree_reader import TreeReader
from app.readiness.detectors.migrations.frameworks.syntax.values import Block, Call, Name, Several, Value

FUNCTIONS = ("arrow_function", "function_expression", "function_declaration", "method_definition", "function")
_PASSED = (
    "await_expression",
    "return_statement",
    "expression_statement",
    "parenthesized_expression",
    "as_expression",
    "non_null_expression",
    "satisfies_expression",
)


class ScriptReader(TreeReader):
    """Statements and expressions; functions are those that were declared before."""

    def define(self, name: str, node: SgNode) -> None:
        self.functions[name] = Function(_parameters(node), _body(node))

    def declaration(self, node: SgNode) -> Value:
        found: list[Value] = []
        for each in children_of(node, "variable_declarator"):
            inner = named(each)
            value = inner[-1] if len(inner) > 1 else None
            if value is None:
                continue
            if value.kind() in FUNCTIONS and inner[0].kind() == "identifier":
                self.define(inner[0].text(), value)
                continue
            read = self.value(value)
            last = read.values[-1] if isinstance(read, Several) and read.values else read
            if inner[0].kind() == "identifier":
                self.names[inner[0].text()] = last
            found += read.values if isinstance(read, Several) else [read] if isinstance(read, Call) else []
        return Several(tuple(found))

    def assignment(self, node: SgNode) -> Value:
        inner = named(node)
        value = self.argument(inner[-1])
        self.names[inner[0].text()] = value
        return value if isinstance(value, Call) else Several(())

    def string(self, node: SgNode) -> Value:
        return join(self.pieces(node, ("string_fragment",), "template_substitution") or [""], line_of(node))

    def mapping(self, node: SgNode) -> Value:
        found: dict[str, Value] = {}
        for child in named(node):
            inner = named(child)
            if child.kind() == "pair":
                found[inner[0].text().strip("\"'`")] = self.argument(inner[-1])
            elif child.kind() == "spread_element":
                value = self.argument(inner[0])
                found.update(value if isinstance(value, dict) else {})
            elif child.kind() == "shorthand_property_identifier":
                found[child.text()] = self.look_up(child.text(), child)
        return found

    def call_of(self, node: SgNode) -> Value:
        listed = child_of(node, "arguments", "template_string")
        arguments = list(named(listed)) if listed is not None and listed.kind() == "arguments" else []
        callee = named(node)[0]
        name, receiver = callee.text(), None
        if callee.kind() == "member_expression":
            inner = named(callee)
            name = inner[-1].text()
            looped = self._looped(name, inner[0], arguments)
            if looped is not None:
                return looped
            receiver = self.argument(inner[0]) if inner[0].kind() != "this" else None
        elif callee.kind() != "identifier":
            name, receiver = "", self.argument(callee)
        values = tuple(self.argument(child) for child in arguments)
        if listed is not None and listed.kind() == "template_string":
            values = (self.string(listed),)
        if receiver is None and (found := self.call(name, values, {})) is not None:
            return found
        if isinstance(receiver, Name) and receiver.text == "Promise" and values and isinstance(values[0], list):
            return Several(tuple(values[0]))
        if isinstance(receiver, list) and name == "join" and values and isinstance(values[0], str):
            return join([piece for item in receiver for piece in (values[0], item)][1:], line_of(node))
        if isinstance(receiver, str) and name in ("trim", "toString", "toLowerCase"):
            return receiver
        block = next((value for value in values if isinstance(value, Block)), None)
        return Call(name, receiver, values, {}, block, line_of(node), end_line_of(node))

    def _looped(self, name: str, owner: SgNode, arguments: list[SgNode]) -> Value:
        """`[…].forEach(x => …)`, unrolled where the list is literal."""
        if name not in ("forEach", "map") or not arguments or arguments[0].kind() not in FUNCTIONS:
            return None
        items = self.argument(owner)
        if not isinstance(items, list):
            return None
        found = self.loop(items, _parameters(arguments[0]) or ("_",), _body(arguments[0]))
        return list(found.values) if name == "map" else found

    def creation(self, node: SgNode) -> Value:
        """`new Table({…})`: the object gives the options."""
        listed = child_of(node, "arguments")
        values = tuple(self.argument(child) for child in named(listed)) if listed is not None else ()
        options = values[0] if values and isinstance(values[0], dict) else {}
        return Call(named(node)[0].text(), Name("new"), values, options, None, line_of(node), end_line_of(node))

    def function(self, node: SgNode) -> Value:
        return self.block_of(_parameters(node), _body(node))

    def member(self, node: SgNode) -> Value:
        inner = named(node)
        owner = self.argument(inner[0]) if inner[0].kind() != "this" else Name("this")
        if isinstance(owner, Name):
            return self.look_up(f"{owner.text}.{inner[-1].text()}", node)
        if isinstance(owner, dict) and inner[-1].text() in owner:
            return owner[inner[-1].text()]
        return Call(f".{inner[-1].text()}", owner, line=line_of(node), end_line=end_line_of(node))

    def operator(self, node: SgNode) -> Value:
        return self.joined(node, "+")

    def each(self, node: SgNode) -> Value:
        inner = [child for child in named(node) if child.kind() not in ("let", "const")]
        if len(inner) <= PAIR:
            return Several(self.run(inner[-1:]))
        target = inner[0]
        names = [child.text() for child in named(target)] if named(target) else [target.text()]
        return self.loop(self.argument(inner[1]), names, [inner[-1]])

    def counted(self, node: SgNode) -> Value:
        return Several(self.run(named(node)[-1:]))

    def local(self, node: SgNode) -> Value:
        self.define(named(node)[0].text(), node)
        return Several(())

    choices = frozenset({"ternary_expression"})
    kinds: Mapping[str, Callable[[Any, SgNode], Value]] = {
        "ternary_expression": TreeReader.after_first, "string": string, "template_string": string,
        "array": TreeReader.listed, "object": mapping, "call_expression": call_of, "new_expression": creation,
        "arrow_function": function, "function_expression": function, "member_expression": member,
        "identifier": TreeReader.looked_up, "property_identifier": TreeReader.looked_up,
        "binary_expression": operator, "unary_expression": TreeReader.negative,
        "if_statement": TreeReader.besides_condition, "else_clause": TreeReader.sequence,
        "statement_block": TreeReader.sequence, "try_statement": TreeReader.sequence,
        "catch_clause": TreeReader.besides_condition, "finally_clause": TreeReader.sequence, "for_in_statement": each,
        "for_statement": counted, "while_statement": counted, "lexical_declaration": declaration,
        "variable_declaration": declaration, "assignment_expression": assignment, "function_declaration": local,
        "throw_statement": TreeReader.throw, "number": TreeReader.number, "true": TreeReader.word,
        "false": TreeReader.word, "null": TreeReader.word, "undefined": TreeReader.word,
        **dict.fromkeys(_PASSED, TreeReader.passed),
    }  # fmt: skip


def _parameters(node: SgNode) -> tuple[str, ...]:
    """Names of the parameters; one that is taken apart counts as one name."""
    listed = child_of(node, "formal_parameters")
    if listed is None:
        first = child_of(node, "identifier")
        return (first.text(),) if first is not None and node.kind() == "arrow_function" else ()
    found = []
    for item in named(listed):
        inner = named(item)
        found.append(
            inner[0].text() if inner and item.kind() in ("required_parameter", "optional_parameter") else item.text()
        )
    return tuple(found)


def _body(node: SgNode) -> Iterable[SgNode]:
    block = child_of(node, "statement_block")
    return named(block) if block is not None else named(node)[-1:]
