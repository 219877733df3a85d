"""Which of many patterns occur in a text: first the words they need, all at once, then the patterns themselves."""

from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from operator import itemgetter

from ahocorasick_rs import BytesAhoCorasick

from app.readiness.needles import Needles, needles_of
from app.readiness.patterns import compile_pattern

SLICE = 1 << 16
"""Bytes looked at in one step: the matches of a step are held in memory at once."""

FEW = 30
"""So many patterns have words of their own."""

# Letters that count as `s` and `k` where case does not matter.
_LIKE_LETTERS = (("\u017f".encode(), b"s"), ("\u212a".encode(), b"k"))
_FIRST = itemgetter(0)


class Occurrences:
    """Many patterns, made ready with the first text; equal to trying each of them."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self._patterns = frozenset(patterns)
        self._words: dict[Set[str], _Words] = {}

    def among(self, wanted: Set[str], content: bytes) -> Iterator[str]:
        """Those of the wanted patterns, which it was made with, that match somewhere in the text."""
        if not wanted:
            return
        for pattern in self._words_for(wanted).possible(wanted, content):
            if compile_pattern(pattern).search(content) is not None:
                yield pattern

    def _words_for(self, wanted: Set[str]) -> "_Words":
        """Those of few patterns apart, which are found faster; one for all larger selections."""
        patterns = frozenset(wanted) if len(wanted) <= FEW else self._patterns
        if patterns not in self._words:
            self._words[patterns] = _Words(patterns)
        return self._words[patterns]


class _Words:
    """The words that patterns need, and who needs them."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._always: set[str] = set()
        wanting: dict[bytes, tuple[list[str], list[tuple[str, Sequence[bytes]]]]] = {}
        for pattern in sorted(patterns):
            needles = _needles_of(pattern)
            if needles is None:
                self._always.add(pattern)
            for rarest, *others in needles or ():
                rest = [word.encode() for clause in others for word in clause]
                for word in rarest:
                    alone, joint = wanting.setdefault(word.encode(), ([], []))
                    if rest:
                        joint.append((pattern, rest))
                    else:
                        alone.append(pattern)
        self._wanting = list(wanting.values())
        self._longest = max(map(len, wanting), default=0)
        self._automaton = BytesAhoCorasick(list(wanting)) if wanting else None

    def possible(self, wanted: Set[str], content: bytes) -> set[str]:
        """The wanted patterns whose words are in the text, and those that need none."""
        if self._automaton is None:
            return self._always & wanted
        lowered = content.lower()
        if not lowered.isascii():
            for letter, alike in _LIKE_LETTERS:
                lowered = lowered.replace(letter, alike)
        seen: set[int] = set()
        for start in range(0, len(lowered), SLICE):
            piece = lowered[start : start + SLICE + self._longest]
            seen.update(map(_FIRST, self._automaton.find_matches_as_indexes(piece, overlapping=True)))
        possible = set(self._always)
        for index in seen:
            possible.update(self._wanting[index][0])
        possible &= wanted
        for index in seen:
            for pattern, rest in self._wanting[index][1]:
                if pattern in wanted and pattern not in possible and any(word in lowered for word in rest):
                    possible.add(pattern)
        return possible


@lru_cache(maxsize=8192)
def _needles_of(pattern: str) -> Needles:
    return needles_of(pattern)
