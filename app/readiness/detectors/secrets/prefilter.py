"""The cheap first pass: which formats and forms may be in a stretch of bytes, and the windows around them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Protocol

import re2

from app.readiness.detectors.secrets.expression_sets import HyperscanSet, RE2Set
from app.readiness.detectors.secrets.gates import gate_of
from app.readiness.detectors.secrets.generic_shapes import GenericShape
from app.readiness.detectors.secrets.pack import Pattern

Span = tuple[int, int]

# More patterns than this in a stretch are looked for block by block.
_CROWD = 8
_BLOCK = 1024
# How far before the end of a gate its form may begin.
_BEFORE = 512
# More windows, or ends of gates, than this are everywhere.
_MANY = 200


@dataclass(slots=True)
class Suspects:
    """What may be in a stretch, each with the windows where it may be, in rising order and apart from each other."""

    patterns: list[tuple[Pattern, list[Span]]] = field(default_factory=list)
    shapes: list[tuple[GenericShape, list[Span]]] = field(default_factory=list)


class Prefilter(Protocol):
    """Made once for all formats and forms; what one kind leaves out, the confirming expression would not match."""

    def suspects(self, content: bytes) -> Suspects: ...


class LiteralPrefilter:
    """One RE2 set over the literals of all formats and the gates of all forms; quickly made."""

    def __init__(self, patterns: Sequence[Pattern], shapes: Sequence[GenericShape]) -> None:
        self._owners: dict[bytes, list[tuple[Pattern, bytes]]] = {}
        self._shapes: dict[bytes, GenericShape] = {}
        for pattern in patterns:
            for literal in pattern.literals:
                expression = (b"(?i)" if pattern.text.ignore_case else b"") + re2.escape(literal)
                self._owners.setdefault(expression, []).append((pattern, literal))
        for shape in shapes:
            self._shapes[shape.gate] = shape
        self._expressions = [*self._owners, *self._shapes]
        self._set = RE2Set(self._expressions)
        self._longest = max((len(literal) for pattern in patterns for literal in pattern.literals), default=0)

    def suspects(self, content: bytes) -> Suspects:
        present = [self._expressions[index] for index in sorted(self._set.present(content))]
        patterns: dict[Pattern, list[bytes]] = {}
        for one in present:
            for pattern, literal in self._owners.get(one, ()):
                patterns.setdefault(pattern, []).append(literal)
        found = list(self._crowded(content)) if len(patterns) > _CROWD else _windowed(content, patterns.items())
        whole = [(0, len(content))]
        return Suspects(found, [(self._shapes[one], whole) for one in present if one in self._shapes])

    def _crowded(self, content: bytes) -> Iterable[tuple[Pattern, list[Span]]]:
        """Windows wider by a block, for content with so many literals that looking for each is slow."""
        spans: dict[Pattern, list[Span]] = {}
        for start in range(0, len(content), _BLOCK):
            block = content[start : start + _BLOCK + self._longest]
            near = [self._expressions[index] for index in self._set.present(block)]
            for pattern in {owner for literal in near for owner, _ in self._owners.get(literal, ())}:
                first = max(0, start - pattern.text.before)
                last = min(len(content), start + _BLOCK + self._longest + pattern.text.after)
                spans.setdefault(pattern, []).append((first, last))
        return [(pattern, _merged(places)) for pattern, places in spans.items()]


class GatePrefilter:
    """One Hyperscan database over the gates of all formats and forms; slowly made unless `kept` from before."""

    def __init__(self, patterns: Sequence[Pattern], shapes: Sequence[GenericShape], kept: bytes | None = None) -> None:
        self._formats = [pattern for pattern in patterns if not pattern.text.names]
        self._others: list[Pattern | GenericShape] = [pattern for pattern in patterns if pattern.text.names]
        self._others += shapes
        expressions = [*map(gate_of, self._formats), *map(gate_of, self._others)]
        self._set = HyperscanSet(expressions, len(self._formats), kept)

    def to_bytes(self) -> bytes:
        """What saves the making next time, for the same formats and forms."""
        return self._set.to_bytes()

    def suspects(self, content: bytes) -> Suspects:
        """Windows of a format lie around its literals, those of a form or of a value beside its name at the gates."""
        found, formats = Suspects(), []
        for index, ends in sorted(self._set.ends(content).items()):
            if index < len(self._formats):
                formats.append(self._formats[index])
                continue
            other = self._others[index - len(self._formats)]
            if isinstance(other, Pattern):
                found.patterns.append((other, _around_ends(content, ends, other.text.after)))
            else:
                found.shapes.append((other, _around_ends(content, ends, other.text.behind)))
        if formats:
            found.patterns += _windowed(content, [(pattern, pattern.literals) for pattern in formats])
        return found


def _windowed(content: bytes, patterns: Iterable[tuple[Pattern, Sequence[bytes]]]) -> list[tuple[Pattern, list[Span]]]:
    """Each with the windows around those literals."""
    lowered = b""
    found = []
    for pattern, literals in patterns:
        if pattern.text.ignore_case:
            lowered = lowered or content.lower()
        haystack = lowered if pattern.text.ignore_case else content
        found.append((pattern, windows(haystack, literals, pattern.text.before, pattern.text.after)))
    return found


def windows(content: bytes, literals: Sequence[bytes], before: int, after: int) -> list[Span]:
    """Around every occurrence, so that each byte is looked at once.

    Where literals are everywhere, the whole is quicker to look at than a thousand windows.
    """
    spans = list(islice(chain.from_iterable(_around(content, one, before, after) for one in literals), _MANY + 1))
    return _merged(sorted(spans)) if len(spans) <= _MANY else [(0, len(content))]


def _around_ends(content: bytes, ends: Sequence[int], behind: int) -> list[Span]:
    if len(ends) > _MANY:
        return [(0, len(content))]
    return _merged([(max(0, end - _BEFORE), min(len(content), end + behind)) for end in sorted(ends)])


def _around(content: bytes, literal: bytes, before: int, after: int) -> Iterator[Span]:
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


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in rising order, those that touch made one."""
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
