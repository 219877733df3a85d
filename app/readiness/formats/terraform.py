"""Terraform blocks as plain values, read with ast-grep; an expression that is no literal becomes unknown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ast_grep_py import SgNode, SgRoot

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Location, Mark
from app.readiness.formats.template import HOLE

DEPTH = 30
BLOCKS = 5_000
_NESTING = 200


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block: kind such as `resource`, labels, its body and the line of each location in it."""

    kind: str
    labels: tuple[str, ...]
    value: dict[str, Any]
    marks: dict[Location, Mark]

    @property
    def type(self) -> str:
        """`aws_db_instance` for a resource, `data.<type>` for a data source, else the kind itself."""
        if self.kind == "resource" and self.labels:
            return self.labels[0]
        return f"data.{self.labels[0]}" if self.kind == "data" and self.labels else self.kind


def read_terraform(text: str) -> tuple[Block, ...]:
    """The blocks of one file; raises `Malformed` when it nests too deep or holds too many."""
    if text.count("{") > BLOCKS * 10 or _deepest(text) > _NESTING:
        raise Malformed("too many blocks or too deep")
    body = next((child for child in SgRoot(text, "hcl").root().children() if child.kind() == "body"), None)
    return tuple(_block(node) for node in _blocks(body)) if body is not None else ()


def _deepest(text: str) -> int:
    depth = deepest = 0
    for character in text:
        if character in "{[(":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}])":
            depth -= 1
    return deepest


def _blocks(body: SgNode) -> Iterator[SgNode]:
    for count, child in enumerate(body.children()):
        if count > BLOCKS:
            raise Malformed(f"more than {BLOCKS} blocks")
        if child.kind() == "block":
            yield child


def _block(node: SgNode) -> Block:
    names = _names(node)
    marks: dict[Location, Mark] = {(): _mark(node)}
    return Block(names[0], tuple(names[1:]), _body(node, (), marks), marks)


def _names(node: SgNode) -> list[str]:
    """The block's kind and its labels."""
    return [child.text().strip('"') for child in node.children() if child.kind() in ("identifier", "string_lit")]


def _mark(node: SgNode) -> Mark:
    start = node.range().start
    return (start.line + 1, start.column + 1)


def _body(node: SgNode, location: Location, marks: dict[Location, Mark]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    body = next((child for child in node.children() if child.kind() == "body"), None)
    if body is None or len(location) > DEPTH:
        return found
    for child in body.children():
        if child.kind() == "attribute":
            name = child.children()[0].text()
            marks[(*location, name)] = _mark(child)
            found[name] = _value(child.children()[-1], 0)
        elif child.kind() == "block":
            _add_block(found, child, location, marks)
    return found


def _add_block(found: dict[str, Any], node: SgNode, location: Location, marks: dict[Location, Mark]) -> None:
    """One nested block is a mapping, several of the same name are a list; `dynamic "x"` counts as `x`."""
    names = _names(node)
    name = names[1] if names[0] == "dynamic" and len(names) > 1 else names[0]
    place = (*location, name)
    marks.setdefault(place, _mark(node))
    value = _body(node, place, marks)
    if names[0] == "dynamic":
        value = value.get("content", value)
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]


def _value(node: SgNode, depth: int) -> Any:
    if depth > DEPTH:
        return HOLE
    inner = [child for child in node.children() if child.is_named()]
    kind = node.kind()
    if kind in ("expression", "literal_value", "collection_value") and len(inner) == 1:
        return _value(inner[0], depth + 1)
    if kind == "tuple":
        return [_value(child, depth + 1) for child in inner if child.kind() == "expression"]
    if kind == "object":
        return _object(inner, depth)
    return _literal(node)


def _object(inner: list[SgNode], depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in inner:
        sides = [child for child in element.children() if child.kind() == "expression"]
        if element.kind() == "object_elem" and sides:
            found[sides[0].text().strip('"')] = _value(sides[-1], depth + 1)
    return found


def _literal(node: SgNode) -> Any:
    text = node.text()
    if node.kind() == "numeric_lit":
        number = float(text)
        return int(number) if number.is_integer() else number
    if node.kind() == "bool_lit":
        return text == "true"
    if node.kind() == "null_lit":
        return None
    if node.kind() in ("string_lit", "quoted_template") and "${" not in text:
        return text[1:-1]
    return f"{HOLE}{text}"
