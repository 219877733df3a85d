"""Python read into calls and values: the migrations of Alembic and Django, parsed and never run."""

import ast
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from app.readiness.conditions.code import LIMIT
from app.readiness.detectors.migrations.frameworks.syntax.python_texts import fill_braces, fill_percents
from app.readiness.detectors.migrations.frameworks.syntax.reading import Function, Reader, join
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Block,
    Call,
    Computed,
    Name,
    Several,
    Text,
    Value,
)
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source

_PLAIN = frozenset(
    {"dedent", "cleandoc", "strip", "lstrip", "rstrip", "str", "list", "tuple", "sorted", "set", "reversed", "lower"}
)


def python_tree(source: Source) -> ast.Module:
    """Raises `Malformed`."""
    if len(source.content) > LIMIT:
        raise Malformed(f"larger than {LIMIT:,} bytes")
    source.refuse_symbols()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source.text)
    except SyntaxError as error:
        raise Malformed("not Python", error.lineno or 0) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Malformed(f"not Python: {type(error).__name__}") from None


class PythonReader(Reader):
    """One module: its constants and functions are read first, in the order in which they stand."""

    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions[node.name] = function_of(node)
        for node in tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.If | ast.Try):
                self.value(node)

    def kind_of(self, node: Any) -> str:
        return type(node).__name__

    def line_of(self, node: Any) -> int:
        return int(getattr(node, "lineno", 0))

    def computed(self, node: Any) -> Computed:
        return Computed(type(node).__name__, self.line_of(node))

    def constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, str):
            return Text(node.value, node.lineno)
        return node.value if node.value is None or isinstance(node.value, bool | int | float) else self.computed(node)

    def joined(self, node: ast.JoinedStr) -> Value:
        return join([self.argument(part) for part in node.values], node.lineno)

    def formatted(self, node: ast.FormattedValue) -> Value:
        return self.argument(node.value)

    def name(self, node: ast.Name) -> Value:
        return self.look_up(node.id, node)

    def attribute(self, node: ast.Attribute) -> Value:
        owner = self.argument(node.value)
        if isinstance(owner, Name):
            return self.look_up(f"{owner.text}.{node.attr}", node)
        return Call(f".{node.attr}", owner, line=node.lineno, end_line=node.end_lineno or node.lineno)

    def sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        items: list[Value] = []
        for element in node.elts:
            if isinstance(element, ast.Starred):
                inner = self.argument(element.value)
                items += inner if isinstance(inner, list) else [self.computed(element)]
            else:
                items.append(self.argument(element))
        return items

    def mapping(self, node: ast.Dict) -> Value:
        pairs = zip(node.keys, node.values, strict=True)
        return {str(self.argument(key)): self.argument(value) for key, value in pairs if key is not None}

    def call_of(self, node: ast.Call) -> Value:
        arguments = tuple(self.sequence(ast.List(elts=node.args, ctx=ast.Load())))
        options: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.argument(keyword.value)
            if keyword.arg is not None:
                options[keyword.arg] = value
            elif isinstance(value, dict):
                options.update(value)
        name, receiver = self.callee(node.func)
        if receiver is None and (inlined := self.call(name, arguments, options)) is not None:
            return inlined
        if name == "format" and isinstance(receiver, str):
            return fill_braces(receiver, arguments, options)
        if name == "join" and isinstance(receiver, str) and arguments and isinstance(arguments[0], list):
            pieces = [piece for item in arguments[0] for piece in (receiver, item)][1:]
            return join(pieces, node.lineno)
        plain = next((given for given in (receiver, *arguments) if isinstance(given, str | list)), None)
        if name in _PLAIN and plain is not None:
            return plain
        return Call(name, receiver, arguments, options, None, node.lineno, node.end_lineno or node.lineno)

    def callee(self, node: ast.expr) -> tuple[str, Value]:
        if isinstance(node, ast.Name):
            return node.id, None
        if isinstance(node, ast.Attribute):
            return node.attr, self.argument(node.value)
        return "", self.argument(node)

    def operator(self, node: ast.BinOp) -> Value:
        left, right = self.argument(node.left), self.argument(node.right)
        if isinstance(node.op, ast.Add):
            if isinstance(left, list) and isinstance(right, list):
                return left + right
            if isinstance(left, str) or isinstance(right, str):
                return join([left, right], node.lineno)
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            return fill_percents(left, right)
        return self.computed(node)

    def unary(self, node: ast.UnaryOp) -> Value:
        inner = self.argument(node.operand)
        is_minus = isinstance(node.op, ast.USub) and isinstance(inner, int | float)
        return -inner if is_minus else self.computed(node)

    def lambda_of(self, node: ast.Lambda) -> Value:
        names = tuple(argument.arg for argument in node.args.args)
        return Block(names, self.within({name: Name(name) for name in names}, [node.body]))

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Value:
        first = node.generators[0]
        found = self.loop(self.argument(first.iter), _targets(first.target), [node.elt])
        known = len(node.generators) == 1 and not first.ifs
        return list(found.values) if known else self.computed(node)

    def expression(self, node: ast.Expr | ast.Await | ast.Return) -> Value:
        return self.value(node.value) if node.value is not None else Several(())

    def assign(self, node: ast.Assign | ast.AnnAssign) -> Value:
        value = self.value(node.value) if node.value is not None else None
        inner = value.values[-1] if isinstance(value, Several) and value.values else value
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                self.names[target.id] = inner
        return Several((value,) if isinstance(value, Call) else value.values if isinstance(value, Several) else ())

    def extend(self, node: ast.AugAssign) -> Value:
        if isinstance(node.target, ast.Name):
            old, added = self.names.get(node.target.id), self.argument(node.value)
            known = isinstance(old, list) and isinstance(added, list)
            self.names[node.target.id] = [*old, *added] if known else self.computed(node)  # type: ignore[misc]
        return Several(())

    def branch(self, node: ast.If | ast.While) -> Value:
        return self.branches(node.body, node.orelse)

    def choice(self, node: ast.IfExp) -> Value:
        return self.branches([node.body], [node.orelse])

    def attempt(self, node: ast.Try) -> Value:
        return self.branches(node.body, *(handler.body for handler in node.handlers), node.orelse, node.finalbody)

    def each(self, node: ast.For) -> Value:
        return self.loop(self.argument(node.iter), _targets(node.target), node.body)

    def context(self, node: ast.With) -> Value:
        bound = {
            item.optional_vars.id: Name(item.optional_vars.id, node.lineno)
            for item in node.items
            if isinstance(item.optional_vars, ast.Name)
        }
        block = Block(tuple(bound), self.within(bound, node.body))
        entered = self.argument(node.items[0].context_expr)
        if not isinstance(entered, Call):
            return Several(block.statements)
        return Call(
            entered.name,
            entered.receiver,
            entered.arguments,
            entered.options,
            block,
            node.lineno,
            node.end_lineno or node.lineno,
        )

    def throw(self, node: ast.Raise) -> Value:
        return Call("raise", None, (), {}, None, node.lineno, node.end_lineno or node.lineno)

    def local(self, node: ast.FunctionDef) -> Value:
        self.functions[node.name] = function_of(node)
        return Several(())

    choices = frozenset({"IfExp"})
    kinds: Mapping[str, Callable[[Any, Any], Value]] = {
        "IfExp": choice,
        "Constant": constant, "JoinedStr": joined, "FormattedValue": formatted, "Name": name, "Attribute": attribute,
        "List": sequence, "Tuple": sequence, "Set": sequence, "Dict": mapping, "Call": call_of, "BinOp": operator,
        "UnaryOp": unary, "Lambda": lambda_of, "ListComp": comprehension, "GeneratorExp": comprehension,
        "SetComp": comprehension, "Expr": expression, "Await": expression, "Return": expression, "Assign": assign,
        "AnnAssign": assign, "AugAssign": extend, "If": branch, "While": branch, "Try": attempt, "For": each,
        "With": context,
        "Raise": throw, "FunctionDef": local,
    }  # fmt: skip


def function_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Function:
    return Function(tuple(argument.arg for argument in node.args.args), node.body)


def _targets(node: ast.expr) -> tuple[str, ...]:
    items = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    return tuple(item.id if isinstance(item, ast.Name) else "" for item in items)
