"""The cheap first pass: which literals a stretch of bytes holds, and the windows around them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from app.readiness.detectors.secrets.generic_shapes import GenericShape, generic_kinds, load_shapes
from app.readiness.detectors.secrets.literals import Literal, LiteralSet, literal_set
from app.readiness.detectors.secrets.pack import Pattern, load_pack


@dataclass(frozen=True, slots=True)
class Suspects:
    """What may be in a stretch: patterns with those of their literals that occur, and generic forms."""

    patterns: tuple[tuple[Pattern, list[bytes]], ...]
    shapes: tuple[GenericShape, ...]


class Prefilter:
    """One set over the literals of the whole pack and of the generic forms."""

    def __init__(
        self,
        patterns: Sequence[Pattern],
        shapes: Sequence[GenericShape] = (),
        build: Callable[[Sequence[Literal]], LiteralSet] = literal_set,
    ) -> None:
        self._pattern_owners: dict[Literal, list[Pattern]] = {}
        self._shape_owners: dict[Literal, list[int]] = {}
        self._shapes = tuple(shapes)
        for pattern in patterns:
            for text in pattern.literals:
                self._pattern_owners.setdefault((text, pattern.text.ignore_case), []).append(pattern)
        for number, shape in enumerate(self._shapes):
            for literal in shape.text.literals:
                self._shape_owners.setdefault((literal.encode(), True), []).append(number)
        self._literals = [*dict.fromkeys([*self._pattern_owners, *self._shape_owners])]
        self._set = build(self._literals)

    def suspects(self, content: bytes) -> Suspects:
        """The patterns and forms of which at least one literal occurs."""
        found: dict[str, tuple[Pattern, list[bytes]]] = {}
        numbers: set[int] = set()
        for index in sorted(self._set.present(content)):
            literal = self._literals[index]
            for pattern in self._pattern_owners.get(literal, ()):
                found.setdefault(pattern.id, (pattern, []))[1].append(literal[0])
            numbers.update(self._shape_owners.get(literal, ()))
        return Suspects(tuple(found.values()), tuple(self._shapes[number] for number in sorted(numbers)))


@cache
def load_prefilter() -> Prefilter:
    """Entries of the pack that stand for a generic kind are left to the forms."""
    claimed = generic_kinds()
    return Prefilter([pattern for pattern in load_pack().patterns if pattern.id not in claimed], load_shapes())


def windows(content: bytes, literals: list[bytes], before: int, after: int) -> list[tuple[int, int]]:
    """Merged, ordered (start, end) offsets around every occurrence, so that each byte is looked at once."""
    spans = sorted(span for literal in literals for span in _around(content, literal, before, after))
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _around(content: bytes, literal: bytes, before: int, after: int) -> Iterator[tuple[int, int]]:
    """Jumps to the last occurrence in each window, so that a run of keywords costs a step a window, not a keyword."""
    size = len(content)
    position = content.find(literal)
    while position >= 0:
        start, last = max(0, position - before), position
        while True:
            further = content.rfind(literal, last + 1, min(size, last + after))
            if further < 0:
                break
            last = further
        yield start, min(size, last + after)
        position = content.find(literal, last + after)
