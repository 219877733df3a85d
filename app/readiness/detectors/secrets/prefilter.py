"""The cheap first pass: which literals a stretch of bytes holds, and the windows around them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import re2

from app.readiness.detectors.secrets.expression_sets import ExpressionSet, expression_set, hyperscan_set
from app.readiness.detectors.secrets.generic_shapes import GenericShape, load_shapes
from app.readiness.detectors.secrets.pack import Pattern, load_pack

# Looked at to see whether literals are everywhere: pieces of this many bytes, and how many literals are many in them.
_SAMPLE, _MANY_LITERALS = 1 << 15, 12
# More patterns than this share literals with no honest file.
_MANY_PATTERNS = 40
_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Suspects:
    """What may be in a stretch: patterns with those of their literals that occur, and generic forms."""

    patterns: tuple[tuple[Pattern, list[bytes]], ...]
    shapes: tuple[GenericShape, ...]


class Prefilter:
    """One set over the literals of the whole pack and the gates of the generic forms."""

    def __init__(
        self,
        patterns: Sequence[Pattern],
        shapes: Sequence[GenericShape] = (),
        build: Callable[[Sequence[bytes]], ExpressionSet] = expression_set,
    ) -> None:
        self._patterns: dict[bytes, list[tuple[Pattern, bytes]]] = {}
        self._shapes: dict[bytes, list[GenericShape]] = {}
        for pattern in patterns:
            for literal in pattern.literals:
                expression = (b"(?i)" if pattern.text.ignore_case else b"") + re2.escape(literal)
                self._patterns.setdefault(expression, []).append((pattern, literal))
        for shape in shapes:
            self._shapes.setdefault(b"(?i)" + shape.text.gate.encode(), []).append(shape)
        self._expressions = [*dict.fromkeys([*self._patterns, *self._shapes])]
        self._set = build(self._expressions)
        self._whole: tuple[tuple[str, ...], ExpressionSet | None] | None = None
        self._longest = max((len(literal) for pattern in patterns for literal in pattern.literals), default=0)

    def suspects(self, content: bytes) -> Suspects:
        """The patterns of which at least one literal occurs, and the forms whose gate does."""
        found: dict[str, tuple[Pattern, list[bytes]]] = {}
        shapes: list[GenericShape] = []
        for index in sorted(self._set.present(content)):
            expression = self._expressions[index]
            for pattern, literal in self._patterns.get(expression, ()):
                found.setdefault(pattern.id, (pattern, []))[1].append(literal)
            shapes += self._shapes.get(expression, ())
        likely = found if len(found) <= _MANY_PATTERNS else self._narrowed(found, content)
        return Suspects(tuple(likely.values()), tuple(shapes))

    def _narrowed(
        self, found: dict[str, tuple[Pattern, list[bytes]]], content: bytes
    ) -> dict[str, tuple[Pattern, list[bytes]]]:
        """Without those that match nowhere, for text that holds every literal; Hyperscan alone can tell quickly."""
        if self._whole is None:
            patterns = {pattern.id: pattern for owners in self._patterns.values() for pattern, _ in owners}
            self._whole = tuple(patterns), hyperscan_set([pattern.text.regex.encode() for pattern in patterns.values()])
        names, whole = self._whole
        if whole is None:
            return found
        matching = {names[index] for index in whole.present(content)}
        return {name: entry for name, entry in found.items() if name in matching}

    def crowded_windows(self, content: bytes) -> Iterator[tuple[Pattern, list[tuple[int, int]]]]:
        """What `windows` gives, wider by a block; for content with so many literals that looking for each is slow."""
        spans: dict[str, tuple[Pattern, list[tuple[int, int]]]] = {}
        for start in range(0, len(content), _BLOCK):
            for pattern in self._near(content[start : start + _BLOCK + self._longest]):
                first = max(0, start - pattern.text.before)
                last = min(len(content), start + _BLOCK + pattern.text.after)
                merged = spans.setdefault(pattern.id, (pattern, []))[1]
                if merged and first <= merged[-1][1]:
                    merged[-1] = (merged[-1][0], last)
                else:
                    merged.append((first, last))
        yield from spans.values()

    def _near(self, block: bytes) -> Iterable[Pattern]:
        owners = (self._patterns.get(self._expressions[index], ()) for index in self._set.present(block))
        return {pattern.id: pattern for entries in owners for pattern, _ in entries}.values()


@cache
def load_prefilter() -> Prefilter:
    """Over the pack and the forms of this installation."""
    return Prefilter(load_pack().patterns, load_shapes())


def windows(content: bytes, literals: list[bytes], before: int, after: int) -> list[tuple[int, int]]:
    """Merged, ordered (start, end) offsets around every occurrence, so that each byte is looked at once.

    Where literals are everywhere, the whole is quicker to look at than a thousand windows.
    """
    if _is_crowded(content, literals):
        return [(0, len(content))]
    spans = sorted(span for literal in literals for span in _around(content, literal, before, after))
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _is_crowded(content: bytes, literals: list[bytes]) -> bool:
    starts = {0, len(content) // 2}
    return sum(content.count(literal, at, at + _SAMPLE) for literal in literals for at in starts) > _MANY_LITERALS


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
