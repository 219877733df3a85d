"""Which of many words occur in a text, without regard to case."""

from collections.abc import Mapping, Set
from operator import itemgetter

from ahocorasick_rs import BytesAhoCorasick

SLICE = 1 << 16
"""Bytes looked at in one step: the matches of a step are held in memory at once."""

# Letters that count as `s` and `k` where case does not matter.
_LIKE_LETTERS = (("\u017f".encode(), b"s"), ("\u212a".encode(), b"k"))
_FIRST = itemgetter(0)


class Words:
    """Words in lower-case ASCII with their numbers, which several may share."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._numbers = tuple(words.values())
        self._longest = max(map(len, words), default=0)
        self._automaton = BytesAhoCorasick([word.encode() for word in words]) if words else None

    def among(self, text: bytes) -> Set[int]:
        """The numbers of those in the text."""
        if self._automaton is None:
            return frozenset()
        lowered = text.lower()
        if not lowered.isascii():
            for letter, alike in _LIKE_LETTERS:
                lowered = lowered.replace(letter, alike)
        seen: set[int] = set()
        for start in range(0, len(lowered), SLICE):
            piece = lowered[start : start + SLICE + self._longest]
            seen.update(map(_FIRST, self._automaton.find_matches_as_indexes(piece, overlapping=True)))
        return set(map(self._numbers.__getitem__, seen))
