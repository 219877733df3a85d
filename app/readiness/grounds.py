"""What an answer was drawn from: it holds for another tree as long as none of that differs there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.readiness.conditions.sight import Sight
from app.readiness.globs import glob_set
from app.readiness.scan import Scan
from app.readiness.tree_facts import UNWANTED

T = TypeVar("T")

COMPONENTS = "components"
PASSING = "passing"
"""What detectors look at: it comes with a change and is never the same."""


def at_glob(glob: str) -> str:
    """The ground of who asks which files lie there; who asks what was seen has the name of the condition."""
    return f"path {glob}"


@dataclass(frozen=True, slots=True)
class Drawn(Generic[T]):
    """An answer and its grounds."""

    answer: T
    grounds: frozenset[str] = frozenset()


class Ledger:
    """Notes what is asked of a tree while an answer is looked for."""

    def __init__(self) -> None:
        self._open: list[set[str]] = [set()]

    def note(self, grounds: Iterable[str]) -> None:
        self._open[-1].update(grounds)

    def draw(self, answer: Callable[[], T]) -> Drawn[T]:
        """The answer with what was noted meanwhile; whoever uses it has to `note` its grounds."""
        self._open.append(set())
        try:
            found = answer()
            return Drawn(found, frozenset(self._open[-1]))
        finally:
            self._open.pop()


def differing_sights(before: Scan, after: Scan) -> set[str]:
    """The names of the conditions that did not see the same in both trees, at the same paths."""
    found = {*before.crashes, *after.crashes, PASSING}
    for path in before.files.keys() | after.files.keys():
        old, new = before.files.get(path, UNWANTED), after.files.get(path, UNWANTED)
        if old is not new:
            sights: set[tuple[str, Sight]] = set(old.sights) ^ set(new.sights)
            found.update(name for name, _ in sights)
    return found


def differing_paths(before: Iterable[str], after: Iterable[str], globs: tuple[str, ...]) -> set[str]:
    """The grounds of those who ask for files at globs where some came or went."""
    asked = glob_set(globs)
    return {at_glob(asked.globs[hit]) for path in {*before} ^ {*after} for hit in asked.hits(path)}
