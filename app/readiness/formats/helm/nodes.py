"""What a template consists of, as the reader finds it and the renderer runs it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Literal:
    value: Any


@dataclass(frozen=True, slots=True)
class Field:
    """A chain such as `.Values.image.tag`; the dot itself has no names."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name.a.b`; the name of `$` itself is empty."""

    name: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """`(pipeline).a.b`."""

    of: "Expression"
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; the value of the pipe before it comes last."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands, each fed with the value of the one before; names are the variables it is given to."""

    commands: tuple["Expression", ...]
    names: tuple[str, ...] = ()
    is_new: bool = True


Expression = Literal | Field | Variable | Member | Call | Pipe


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Output:
    pipe: Pipe
    line: int


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`{{ template "name" pipe }}`, also what `block` leaves in its place."""

    name: str
    pipe: Pipe
    line: int


@dataclass(frozen=True, slots=True)
class Branch:
    """`if`, `with` or `range`; an `else if` is a branch alone in `other`."""

    kind: str
    pipe: Pipe
    body: tuple["Node", ...]
    other: tuple["Node", ...]
    is_else_if: bool = False


Node = Text | Output | Inclusion | Branch


@dataclass(frozen=True, slots=True)
class Template:
    """One file: what it writes itself and the named templates it defines."""

    body: tuple[Node, ...]
    defined: dict[str, tuple[Node, ...]]
