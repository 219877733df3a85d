"""What a view is: the files it looks into, and the nodes it sees there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.readiness.formats.marked import Location, Marked
from app.readiness.formats.source import Source
from app.readiness.globs import to_regex
from app.readiness.patterns import compile_pattern


@dataclass(frozen=True, slots=True)
class Node:
    """A value a view shows, the document it lies in, where, and a few words to call it by."""

    value: Any
    document: Marked
    location: Location
    label: str

    def line(self, below: Location) -> int:
        return self.document.place((*self.location, *below))[0]


@dataclass(frozen=True, slots=True)
class ViewKind:
    """How one view reads files.

    globs: None when the view's own argument is the glob; prefilter: from its argument, "" for none.
    any_nodes: also what lies behind conditions that do not hold; None when the view knows no reachability.
    """

    globs: tuple[str, ...] | None
    nodes: Callable[[Source, str], Iterator[Node]]
    prefilter: Callable[[str], str] = lambda argument: ""
    arguments: tuple[str, ...] = ()
    any_nodes: Callable[[Source, str], Iterator[Node]] | None = None


def is_named(pattern: str, name: Any) -> bool:
    """Whether a name fits an argument such as `{Deployment,StatefulSet}` or `aws_*`."""
    return isinstance(name, str) and bool(compile_pattern(f"^(?:{to_regex(pattern)})$").search(name.encode()))


def entries(value: Any, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The mappings inside a mapping under a key."""
    inner = value.get(key) if isinstance(value, Mapping) else None
    for name, item in inner.items() if isinstance(inner, Mapping) else ():
        if isinstance(item, Mapping):
            yield name, item
