"""What the calls of a migration are given, as far as its text alone tells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

HOLE = "computed_value"
"""Stands in a text for what only running the file would tell; a word, so that SQL around it still reads."""

Value: TypeAlias = Any
"""None, bool, int, float, Text, list, dict, Name, Call, Block, Several or Computed."""


class Text(str):
    """A text of the file; line: where its first character stands, 1-based."""

    line: int

    def __new__(cls, text: str, line: int = 0) -> "Text":
        made = super().__new__(cls, text)
        made.line = line
        return made


@dataclass(frozen=True, slots=True)
class Computed:
    """What only running the file would tell."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """A name whose value the file does not give: `sa.Integer`, `models.CASCADE`."""

    text: str
    line: int = 0

    @property
    def last(self) -> str:
        return self.text.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Block:
    """A block, closure or lambda, read once with its parameters as names."""

    parameters: tuple[str, ...]
    statements: tuple[Value, ...]

    @property
    def result(self) -> Value:
        return self.statements[-1] if self.statements else None


@dataclass(frozen=True, slots=True)
class Several:
    """The statements of a branch, a loop or a function of the file, in order."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call: receiver, name, arguments by place and by name, the block it is given; lines are 1-based, inclusive."""

    name: str
    receiver: Value = None
    arguments: tuple[Value, ...] = ()
    options: Mapping[str, Value] = field(default_factory=dict)
    block: Block | None = None
    line: int = 0
    end_line: int = 0

    def at(self, place: int, *names: str) -> Value:
        """The argument at a place, or under one of the names; `Name("")` when it is given in no way."""
        for name in names:
            if name in self.options:
                return self.options[name]
        return self.arguments[place] if 0 <= place < len(self.arguments) else Name("")

    def has(self, *names: str) -> bool:
        return any(name in self.options for name in names)

    @property
    def path(self) -> str:
        """The dotted name of what is called, as far as it is one: `op.add_column`, `Schema.table`."""
        if isinstance(self.receiver, Name):
            return f"{self.receiver.text}.{self.name}"
        return self.name if self.receiver is None else f"?.{self.name}"


def chain(value: Value) -> list[Call]:
    """The calls of a chain such as `a.b().c()`, first call first."""
    found: list[Call] = []
    while isinstance(value, Call):
        found.append(value)
        value = value.receiver
    return found[::-1]


def flatten(values: Sequence[Value]) -> Iterator[Value]:
    """The statements with branches, loops and local functions opened."""
    for value in values:
        if isinstance(value, Several):
            yield from flatten(value.values)
        else:
            yield value


def nested_calls(values: Iterable[Value]) -> Iterator[Call]:
    """Calls at the top and in the blocks given to them, `with connection.cursor() as cursor:` and the like."""
    for value in flatten(list(values)):
        if isinstance(value, Call):
            yield value
            if value.block is not None:
                yield from nested_calls(value.block.statements)


def word(value: Value) -> str:
    """A value as the name of a table, column or type; "" when only running the file would tell."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    return value.last if isinstance(value, Name) else ""


def words(value: Value) -> tuple[str, ...]:
    """One name or a list of names; those that are computed are left out."""
    items = value if isinstance(value, list) else [value]
    return tuple(found for item in items if (found := word(item)))


def is_given(value: Value) -> bool:
    """Whether an argument was there at all (see `Call.at`)."""
    return not (isinstance(value, Name) and not value.text)
