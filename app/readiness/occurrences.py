"""Which of many patterns occur in a text: first the words they need, all at once, then the patterns themselves."""

from collections.abc import Iterable, Iterator, Set

from ahocorasick_rs import BytesAhoCorasick

from app.readiness.needles import needles_of
from app.readiness.patterns import compile_pattern

SLICE = 1 << 16
"""Bytes looked at in one step: the matches of a step are held in memory at once."""


class Occurrences:
    """Many patterns, made ready with the first text; equal to trying each of them."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self._patterns = frozenset(patterns)
        self._words: _Words | None = None

    def among(self, wanted: Set[str], content: bytes) -> Iterator[str]:
        """Those of the wanted patterns, which it was made with, that match somewhere in the text."""
        if not wanted:
            return
        if self._words is None:
            self._words = _Words(self._patterns)
        for pattern in wanted & self._words.possible(content):
            if compile_pattern(pattern).search(content) is not None:
                yield pattern


class _Words:
    """The words that patterns need, and who needs them."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._always: set[str] = set()
        wanting: dict[str, list[str]] = {}
        for pattern in sorted(patterns):
            needles = needles_of(pattern)
            if needles is None:
                self._always.add(pattern)
            for needle in needles or ():
                wanting.setdefault(needle, []).append(pattern)
        self._wanting = list(wanting.values())
        self._longest = max(map(len, wanting), default=0)
        self._automaton = BytesAhoCorasick([needle.encode() for needle in wanting]) if wanting else None

    def possible(self, content: bytes) -> set[str]:
        """The patterns of which a word is in the text, and those that need none."""
        possible = set(self._always)
        if self._automaton is None:
            return possible
        lowered = content.lower()
        seen: set[int] = set()
        for start in range(0, len(lowered), SLICE):
            piece = lowered[start : start + SLICE + self._longest]
            seen.update(match[0] for match in self._automaton.find_matches_as_indexes(piece, overlapping=True))
        for index in seen:
            possible.update(self._wanting[index])
        return possible
