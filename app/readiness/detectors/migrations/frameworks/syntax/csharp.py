"""C# read into calls and values: the migrations of Entity Framework."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ast_grep_py import SgNode

from app.readiness.detectors.migrations.frameworks.syntax.reading import (
    Function,
    child_of,
    children_of,
    end_line_of,
    join,
    line_of,
    named,
    number,
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

_GENERIC = re.compile(r"<.*$", re.DOTALL)


class CsharpReader(TreeReader):
    """One class: its constants are names; a call of a generic method has its type as the option `<>`."""

    def read(self, body: SgNode) -> None:
        """Takes the methods and constants of a class."""
        for node in named(body):
            if node.kind() == "method_declaration":
                name = [child for child in named(node) if child.kind() == "identifier"]
                block = child_of(node, "block")
                arrow = child_of(node, "arrow_expression_clause")
                inside = named(block) if block is not None else named(arrow) if arrow is not None else []
                if name:
                    self.functions[name[-1].text()] = Function(_parameters(child_of(node, "parameter_list")), inside)
            elif node.kind() == "field_declaration":
                self.declaration(node)

    def declaration(self, node: SgNode) -> Value:
        found: list[Value] = []
        for group in children_of(node, "variable_declaration"):
            for each in children_of(group, "variable_declarator"):
                inner = named(each)
                if len(inner) > 1:
                    value = self.argument(inner[-1])
                    self.names[inner[0].text()] = value
                    found += [value] if isinstance(value, Call) else []
        return Several(tuple(found))

    def string(self, node: SgNode) -> Value:
        contents = ("string_literal_content", "string_content", "raw_string_content")
        return join(self.pieces(node, contents, "interpolation") or [""], line_of(node))

    def verbatim(self, node: SgNode) -> Value:
        return Text(node.text()[2:-1].replace('""', '"'), line_of(node))

    def invocation(self, node: SgNode) -> Value:
        callee = named(node)[0]
        arguments, options = self.arguments(child_of(node, "argument_list"))
        name, receiver = callee, None
        if callee.kind() == "member_access_expression":
            inner = named(callee)
            name = inner[-1]
            receiver = self.argument(inner[0]) if inner[0].kind() != "this" else None
        generic = child_of(name, "type_argument_list") if name.kind() == "generic_name" else None
        if generic is not None:
            options["<>"] = Text(generic.text().strip("<>"))
        plain = _GENERIC.sub("", name.text())
        if plain == "nameof":
            return Text(callee.text()) if not arguments else Text(str(getattr(arguments[0], "last", "")))
        if receiver is None and (found := self.call(plain, arguments, options)) is not None:
            return found
        block = next((value for value in (*arguments, *options.values()) if isinstance(value, Block)), None)
        return Call(plain, receiver, arguments, options, block, line_of(node), end_line_of(node))

    def arguments(self, node: SgNode | None) -> tuple[tuple[Value, ...], dict[str, Value]]:
        places: list[Value] = []
        options: dict[str, Value] = {}
        for argument in children_of(node, "argument"):
            inner = named(argument)
            is_named = any(child.text() == ":" for child in argument.children() if not child.is_named())
            if is_named and len(inner) > 1:
                options[inner[0].text()] = self.argument(inner[-1])
            elif inner:
                places.append(self.argument(inner[-1]))
        return tuple(places), options

    def creation(self, node: SgNode) -> Value:
        """`new[] { … }` is a list, `new { A = … }` a mapping, any other object a call."""
        initializer = child_of(node, "initializer_expression")
        if initializer is not None:
            return [self.argument(child) for child in named(initializer)]
        if node.kind() == "anonymous_object_creation_expression":
            return self._anonymous(node)
        arguments, options = self.arguments(child_of(node, "argument_list"))
        name = named(node)[0].text() if named(node) else ""
        return Call(name, Name("new"), arguments, options, None, line_of(node), end_line_of(node))

    def _anonymous(self, node: SgNode) -> Value:
        found: dict[str, Value] = {}
        inner = [child for child in node.children() if child.kind() != "comment"]
        for place, child in enumerate(inner):
            if child.text() == "=" and 0 < place < len(inner) - 1:
                found[inner[place - 1].text()] = self.argument(inner[place + 1])
        if not found:
            return {child.text().rpartition(".")[2]: self.argument(child) for child in inner if child.is_named()}
        return found

    def function(self, node: SgNode) -> Value:
        names = tuple(child.text() for child in children_of(node, "implicit_parameter"))
        names = names or _parameters(child_of(node, "parameter_list"))
        block = child_of(node, "block")
        inside = named(block) if block is not None else named(node)[-1:]
        return self.block_of(names, inside)

    def member(self, node: SgNode) -> Value:
        inner = named(node)
        owner = self.argument(inner[0])
        if isinstance(owner, Name):
            return self.look_up(f"{owner.text}.{inner[-1].text()}", node)
        return Call(f".{inner[-1].text()}", owner, line=line_of(node), end_line=end_line_of(node))

    def operator(self, node: SgNode) -> Value:
        return self.joined(node, "+")

    def assignment(self, node: SgNode) -> Value:
        inner = named(node)
        self.names[inner[0].text()] = self.argument(inner[-1])
        return Several(())

    def each(self, node: SgNode) -> Value:
        inner = named(node)
        return self.loop(self.argument(inner[-2]), [inner[-3].text()], [inner[-1]])

    def wrapped(self, node: SgNode) -> Value:
        inner = named(node)
        return self.value(inner[-1]) if inner else Several(())

    def number(self, node: SgNode) -> int | float | Computed:
        return number(node.text().rstrip("mMfFdDlLuU"))

    choices = frozenset({"conditional_expression"})
    kinds: Mapping[str, Callable[[Any, SgNode], Value]] = {
        "conditional_expression": TreeReader.after_first, "string_literal": string,
        "interpolated_string_expression": string, "raw_string_literal": string, "verbatim_string_literal": verbatim,
        "invocation_expression": invocation, "object_creation_expression": creation,
        "implicit_object_creation_expression": creation, "implicit_array_creation_expression": creation,
        "array_creation_expression": creation, "anonymous_object_creation_expression": creation,
        "collection_expression": TreeReader.listed, "initializer_expression": TreeReader.listed,
        "lambda_expression": function, "member_access_expression": member, "identifier": TreeReader.looked_up,
        "binary_expression": operator, "prefix_unary_expression": TreeReader.negative,
        "assignment_expression": assignment, "if_statement": TreeReader.after_first, "block": TreeReader.sequence,
        "try_statement": TreeReader.sequence, "catch_clause": TreeReader.sequence,
        "finally_clause": TreeReader.sequence, "foreach_statement": each, "using_statement": TreeReader.after_first,
        "expression_statement": wrapped, "return_statement": wrapped, "parenthesized_expression": wrapped,
        "cast_expression": wrapped, "local_declaration_statement": declaration, "throw_statement": TreeReader.throw,
        "throw_expression": TreeReader.throw, "integer_literal": number, "real_literal": number,
        "boolean_literal": TreeReader.word, "null_literal": TreeReader.word, "postfix_unary_expression": wrapped,
        "await_expression": wrapped,
    }  # fmt: skip


def _parameters(node: SgNode | None) -> tuple[str, ...]:
    found = []
    for item in children_of(node, "parameter"):
        names = [child.text() for child in named(item) if child.kind() == "identifier"]
        found.append(names[-1] if names else "")
    return tuple(found)
