"""The cheap first pass: which literals a stretch of bytes holds, and the windows around them."""

from collections.abc import Iterator
from functools import cache

import re2

from app.readiness.detectors.secrets.pack import Pattern, latin1, load_pack

BLOCK = 1024


class Prefilter:
    """One RE2 set over the literals of the whole pack."""

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        self._owners: list[list[tuple[Pattern, bytes]]] = []
        self._set = re2.Set.SearchSet(latin1())
        known: dict[bytes, int] = {}
        for pattern in patterns:
            for literal in pattern.literals:
                prefix = b"(?i)" if pattern.text.ignore_case else b""
                expression = prefix + re2.escape(literal)
                if expression not in known:
                    known[expression] = self._set.Add(expression)
                    self._owners.append([])
                self._owners[known[expression]].append((pattern, literal))
        self._set.Compile()
        self._longest = max((len(literal) for owners in self._owners for _, literal in owners), default=0)

    def candidates(self, content: bytes) -> list[tuple[Pattern, list[bytes]]]:
        """The patterns of which at least one literal occurs, with those literals."""
        found: dict[str, tuple[Pattern, list[bytes]]] = {}
        hits = self._set.Match(content)
        for index in sorted(hits) if hits else ():
            for pattern, literal in self._owners[index]:
                found.setdefault(pattern.id, (pattern, []))[1].append(literal)
        return list(found.values())

    def crowded_windows(self, content: bytes) -> Iterator[tuple[Pattern, list[tuple[int, int]]]]:
        """What `windows` gives, wider by a block; for content with so many literals that looking for each is slow."""
        spans: dict[str, tuple[Pattern, list[tuple[int, int]]]] = {}
        for start in range(0, len(content), BLOCK):
            for pattern, _ in self.candidates(content[start : start + BLOCK + self._longest]):
                first = max(0, start - pattern.text.before)
                last = min(len(content), start + BLOCK + pattern.text.after)
                merged = spans.setdefault(pattern.id, (pattern, []))[1]
                if merged and first <= merged[-1][1]:
                    merged[-1] = (merged[-1][0], last)
                else:
                    merged.append((first, last))
        yield from spans.values()


@cache
def load_prefilter() -> Prefilter:
    return Prefilter(load_pack().patterns)


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
