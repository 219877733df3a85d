"""A changelog as elements, whether it is written in XML, YAML or JSON."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Location, Marked
from app.readiness.formats.source import Source
from app.readiness.formats.yaml_text import read_yaml

LIMIT = 4_000_000
DEPTH = 64
ELEMENTS = 200_000
_FEED = 1 << 20
_PROPERTY = re.compile(r"\$\{([^{}]+)\}")


@dataclass(slots=True)
class Element:
    """name: without a prefix; text: between the tags, with text_line where it begins; lines are 1-based, inclusive."""

    name: str
    attributes: dict[str, str]
    line: int
    end_line: int = 0
    children: list["Element"] = field(default_factory=list)
    text: str = ""
    text_line: int = 0

    def get(self, *names: str) -> str:
        return next((self.attributes[name] for name in names if name in self.attributes), "")

    def is_true(self, name: str) -> bool:
        return self.attributes.get(name, "").strip().lower() in ("true", "1", "yes")

    def is_false(self, name: str) -> bool:
        return self.attributes.get(name, "").strip().lower() in ("false", "0", "no")

    def find(self, *names: str) -> Iterator["Element"]:
        return (child for child in self.children if child.name in names)

    def first(self, *names: str) -> "Element | None":
        return next(self.find(*names), None)

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            yield from child.walk()


class _XmlReader:
    """expat with what a stranger's file may not do: declare entities, nest deep, never end."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=None)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._refuse
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def read(self, content: bytes) -> Element:
        try:
            for start in range(0, len(content), _FEED):
                self.parser.Parse(content[start : start + _FEED], False)
            self.parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise Malformed("not XML", getattr(error, "lineno", 0)) from None
        if self.root is None:
            raise Malformed("not XML: no element")
        return self.root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEPTH:
            raise Malformed(f"nested deeper than {DEPTH} levels", self.parser.CurrentLineNumber)
        if self._count > ELEMENTS:
            raise Malformed(f"more than {ELEMENTS:,} elements")
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(":")[2], plain, self.parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(element)
        elif self.root is None:
            self.root = element
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._open.pop().end_line = self.parser.CurrentLineNumber

    def _text(self, text: str) -> None:
        if self._open:
            element = self._open[-1]
            if not element.text:
                element.text_line = self.parser.CurrentLineNumber
            element.text += text

    def _refuse(self, *_: Any) -> None:
        raise Malformed("it declares an entity", self.parser.CurrentLineNumber)


def read_elements(source: Source) -> Element:
    """The root of a changelog; raises `Malformed`."""
    if len(source.content) > LIMIT:
        raise Malformed(f"larger than {LIMIT:,} bytes")
    if source.path.endswith(".xml"):
        root = _XmlReader().read(source.content)
    else:
        documents = read_yaml(source.content)
        document = documents[0] if documents else Marked({})
        items = document.value.get("databaseChangeLog") if isinstance(document.value, dict) else None
        root = Element("databaseChangeLog", {}, 1)
        _take(root, "databaseChangeLog", items, document, ("databaseChangeLog",))
    _fill_in(root, _properties(root))
    return root


def _take(parent: Element, name: str, value: Any, document: Marked, location: Location) -> None:
    """Puts a value under a name: a scalar is an attribute, a mapping a child, a list of mappings its children."""
    if isinstance(value, list):
        for place, item in enumerate(value):
            inner = (*location, place)
            if isinstance(item, dict):
                for key, given in item.items():
                    _child(parent, str(key), given, document, (*inner, key))
            else:
                parent.children.append(_text_element(name, item, document.place(inner)[0]))
    elif isinstance(value, dict):
        for key, given in value.items():
            if isinstance(given, dict):
                _child(parent, str(key), given, document, (*location, key))
            elif isinstance(given, list):
                group = Element(str(key), {}, document.place((*location, key))[0])
                _take(group, str(key), given, document, (*location, key))
                group.end_line = max((child.end_line for child in group.children), default=group.line)
                parent.children += [group] if key in _GROUPS else group.children
            else:
                parent.attributes[str(key)] = _scalar(given)
                parent.end_line = max(parent.end_line, document.place((*location, key))[0])


_GROUPS = frozenset({"changes", "rollback", "preConditions", "modifySql"})


def _child(parent: Element, name: str, value: Any, document: Marked, location: Location) -> None:
    line = document.place(location)[0]
    if not isinstance(value, dict | list):
        parent.children.append(_text_element(name, value, line))
        return
    child = Element(name, {}, line, line)
    _take(child, name, value, document, location)
    child.end_line = max([child.end_line, line, *(inner.end_line for inner in child.children)])
    parent.children.append(child)


def _text_element(name: str, value: Any, line: int) -> Element:
    text = _scalar(value)
    return Element(name, {"sql": text} if name == "sql" else {}, line, line + text.count("\n"), [], text, line)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _properties(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.find("property"):
        if element.get("name") and "value" in element.attributes:
            name = element.get("name")
            if name not in found or "postgres" in element.get("dbms"):
                found[name] = element.get("value")
    return found


def _fill_in(element: Element, properties: Mapping[str, str]) -> None:
    """Puts the values of the properties of the file where they are named."""
    if not properties:
        return

    def fill(found: re.Match[str]) -> str:
        return properties.get(found[1].strip(), found[0])

    for each in element.walk():
        each.attributes = {key: _PROPERTY.sub(fill, value) for key, value in each.attributes.items()}
        each.text = _PROPERTY.sub(fill, each.text)
