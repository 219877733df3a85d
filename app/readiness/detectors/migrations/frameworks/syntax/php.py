"""PHP read into calls and values: the migrations of Laravel."""

from collections.abc import Callable, Mapping
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
    unescape,
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


class PhpReader(TreeReader):
    """One class: constants and properties are names (`T`, `$this->table`)."""

    def read(self, body: SgNode) -> None:
        """Takes the methods, constants and properties of a class."""
        for node in named(body):
            kind = node.kind()
            if kind == "method_declaration":
                name, inside = child_of(node, "name"), child_of(node, "compound_statement")
                if name is not None and inside is not None:
                    self.functions[name.text()] = Function(_parameters(node), named(inside))
            elif kind == "const_declaration":
                for element in children_of(node, "const_element"):
                    self.names[named(element)[0].text()] = self.argument(named(element)[-1])
            elif kind == "property_declaration":
                for element in children_of(node, "property_element"):
                    inner = named(element)
                    value = self.argument(inner[-1]) if len(inner) > 1 else None
                    self.names[f"$this->{inner[0].text().lstrip('$')}"] = value

    def string(self, node: SgNode) -> Value:
        parts: list[Value] = []
        for child in node.children():
            kind = child.kind()
            if kind in ("string_content", "nowdoc_string"):
                parts.append(child.text())
            elif kind == "escape_sequence":
                parts.append(unescape(child.text()))
            elif child.is_named():
                parts.append(self.argument(child))
        return join(parts or [""], line_of(node))

    def heredoc(self, node: SgNode) -> Value:
        body = child_of(node, "heredoc_body", "nowdoc_body")
        return self.string(body) if body is not None else Text("", line_of(node))

    def array(self, node: SgNode) -> Value:
        items: list[Value] = []
        keyed: dict[str, Value] = {}
        for element in children_of(node, "array_element_initializer"):
            inner = named(element)
            if len(inner) == PAIR:
                keyed[str(self.argument(inner[0]))] = self.argument(inner[1])
            elif inner:
                items.append(self.argument(inner[0]))
        return keyed if keyed and not items else [*items, *keyed.values()]

    def arguments(self, node: SgNode | None) -> tuple[tuple[Value, ...], dict[str, Value]]:
        places: list[Value] = []
        options: dict[str, Value] = {}
        for argument in children_of(node, "argument"):
            inner = named(argument)
            if len(inner) == PAIR and inner[0].kind() == "name":
                options[inner[0].text()] = self.argument(inner[1])
            elif inner:
                places.append(self.argument(inner[0]))
        return tuple(places), options

    def member_call(self, node: SgNode) -> Value:
        """`$a->b(…)` and `A::b(…)`."""
        inner = [child for child in named(node) if child.kind() != "arguments"]
        arguments, options = self.arguments(child_of(node, "arguments"))
        name = inner[-1].text()
        owner = inner[0].text()
        if owner in ("$this", "self", "static") and (found := self.call(name, arguments, options)) is not None:
            return found
        receiver = self.argument(inner[0])
        if name == "each" and arguments and isinstance(receiver, Call) and receiver.name == "collect":
            return self._each(receiver, child_of(node, "arguments"))
        return Call(name, receiver, arguments, options, _block(arguments), line_of(node), end_line_of(node))

    def _each(self, collection: Call, node: SgNode | None) -> Value:
        closure = next((c for a in children_of(node, "argument") for c in named(a) if c.kind() in _CLOSURES), None)
        items = collection.arguments[0] if collection.arguments else None
        return (
            self.loop(items, _parameters(closure), _closure_body(closure))
            if closure is not None
            else Computed("a loop")
        )

    def function_call(self, node: SgNode) -> Value:
        name = named(node)[0].text()
        arguments, options = self.arguments(child_of(node, "arguments"))
        return Call(name.lstrip("\\"), None, arguments, options, _block(arguments), line_of(node), end_line_of(node))

    def creation(self, node: SgNode) -> Value:
        inner = named(node)
        arguments, options = self.arguments(child_of(node, "arguments"))
        return Call(
            inner[0].text().rpartition("\\")[2], Name("new"), arguments, options, None, line_of(node), end_line_of(node)
        )

    def closure(self, node: SgNode) -> Value:
        return self.block_of(_parameters(node), _closure_body(node))

    def constant(self, node: SgNode) -> Value:
        name = named(node)[-1].text()
        return self.names[name] if name in self.names else Name(node.text(), line_of(node))

    def assignment(self, node: SgNode) -> Value:
        inner = named(node)
        value = self.value(inner[-1])
        last = value.values[-1] if isinstance(value, Several) and value.values else value
        self.names[inner[0].text()] = last
        return value if isinstance(value, Call | Several) else Several(())

    def operator(self, node: SgNode) -> Value:
        return self.joined(node, ".")

    def each(self, node: SgNode) -> Value:
        inner = named(node)
        target = inner[1]
        pair = target.kind() == "pair"
        names = [child.text() for child in named(target)] if pair else [target.text()]
        items = self.argument(inner[0])
        if pair and isinstance(items, list):
            items = [[place, item] for place, item in enumerate(items)]
        return self.loop(items, names, inner[2:])

    def sequence(self, node: SgNode) -> Value:
        return Several(self.run(child for child in named(node) if child.kind() != "type_list"))

    def boolean(self, node: SgNode) -> Value:
        return node.text().lower() == "true"

    def nothing(self, node: SgNode) -> Value:
        return None

    def name(self, node: SgNode) -> Value:
        return self.look_up(node.text().lstrip("\\"), node)

    choices = frozenset({"conditional_expression"})
    kinds: Mapping[str, Callable[[Any, SgNode], Value]] = {
        "conditional_expression": TreeReader.after_first, "string": string, "encapsed_string": string,
        "heredoc": heredoc, "nowdoc": heredoc, "array_creation_expression": array,
        "scoped_call_expression": member_call, "member_call_expression": member_call,
        "nullsafe_member_call_expression": member_call, "function_call_expression": function_call,
        "object_creation_expression": creation, "anonymous_function": closure, "arrow_function": closure,
        "variable_name": TreeReader.looked_up, "member_access_expression": TreeReader.looked_up,
        "class_constant_access_expression": constant, "assignment_expression": assignment,
        "binary_expression": operator, "unary_op_expression": TreeReader.negative,
        "if_statement": TreeReader.besides_condition, "else_clause": sequence,
        "else_if_clause": TreeReader.besides_condition, "foreach_statement": each, "compound_statement": sequence,
        "expression_statement": TreeReader.passed, "return_statement": TreeReader.passed,
        "parenthesized_expression": TreeReader.passed, "try_statement": sequence, "catch_clause": sequence,
        "finally_clause": sequence, "boolean": boolean, "null": nothing, "integer": TreeReader.number,
        "float": TreeReader.number, "name": name, "qualified_name": name, "throw_expression": TreeReader.throw,
        "switch_statement": sequence, "switch_block": sequence, "case_statement": sequence,
    }  # fmt: skip


_CLOSURES = ("anonymous_function", "arrow_function", "anonymous_function_creation_expression")


def _block(arguments: tuple[Value, ...]) -> Block | None:
    return next((value for value in arguments if isinstance(value, Block)), None)


def _parameters(node: SgNode) -> tuple[str, ...]:
    listed = child_of(node, "formal_parameters")
    found = [child_of(item, "variable_name") for item in named(listed)] if listed is not None else []
    return tuple(item.text() for item in found if item is not None)


def _closure_body(node: SgNode) -> list[SgNode]:
    body = child_of(node, "compound_statement")
    return named(body) if body is not None else named(node)[-1:]
