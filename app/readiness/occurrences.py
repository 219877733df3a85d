"""Which of many patterns occur in a text: first the words they need, all at once, then the patterns themselves."""

from collections.abc import Iterable, Set
from functools import lru_cache

from app.readiness.needles import Clause, Needles, needles_of
from app.readiness.patterns import compile_pattern
from app.readiness.words import Words

FEW = 30
"""So many patterns have words of their own."""


class Occurrences:
    """Many patterns, made ready with the first text; equal to trying each of them."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self._patterns = frozenset(patterns)
        self._needs: dict[Set[str], _Needs] = {}

    def among(self, wanted: frozenset[str], content: bytes) -> dict[str, int]:
        """Those of the wanted patterns, which it was made with, that match somewhere in the text, and where first."""
        possible = self._needs_for(wanted).possible(wanted, content) if wanted else ()
        tried = ((pattern, compile_pattern(pattern, captures=False).search(content)) for pattern in possible)
        return {pattern: found.start() for pattern, found in tried if found is not None}

    def _needs_for(self, wanted: frozenset[str]) -> "_Needs":
        """Those of few patterns apart, which are found faster; one for all larger selections."""
        patterns = wanted if len(wanted) <= FEW else self._patterns
        if patterns not in self._needs:
            self._needs[patterns] = _Needs(patterns)
        return self._needs[patterns]


class _Needs:
    """Clauses of words by number, and which of them together each pattern needs."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._numbers: dict[Clause, int] = {}
        # By the number of a clause, the patterns it is the rarest of, and what else they need.
        self._ways: dict[int, list[tuple[str, frozenset[int]]]] = {}
        self._rarest: dict[str, frozenset[int]] = {}
        for pattern in sorted(patterns):
            for rarest, *others in _needles_of(pattern) or ():
                number = self._number(rarest)
                self._ways.setdefault(number, []).append((pattern, frozenset(map(self._number, others))))
                self._rarest[pattern] = self._rarest.get(pattern, frozenset()) | {number}
        self._always = frozenset(patterns) - self._rarest.keys()
        self._wanted: dict[frozenset[str], tuple[frozenset[str], frozenset[int]]] = {}
        holding: dict[str, list[int]] = {}
        for clause, number in self._numbers.items():
            for word in clause:
                holding.setdefault(word, []).append(number)
        # Words of the same clauses are one.
        clauses = dict.fromkeys(map(tuple, holding.values()))
        self._clauses = list(clauses)
        kinds = {held: kind for kind, held in enumerate(clauses)}
        self._words = Words({word: kinds[tuple(held)] for word, held in holding.items()})

    def _number(self, clause: Clause) -> int:
        return self._numbers.setdefault(clause, len(self._numbers))

    def possible(self, wanted: frozenset[str], content: bytes) -> set[str]:
        """The wanted patterns whose words are in the text, and those that need none."""
        if wanted not in self._wanted:
            rarest = frozenset[int]().union(*(self._rarest.get(pattern, ()) for pattern in wanted))
            self._wanted[wanted] = self._always & wanted, rarest
        always, rarest = self._wanted[wanted]
        possible = set(always)
        if rarest:
            held = frozenset[int]().union(*map(self._clauses.__getitem__, self._words.among(content)))
            for clause in held & rarest:
                for pattern, others in self._ways[clause]:
                    if others <= held and pattern in wanted:
                        possible.add(pattern)
        return possible


@lru_cache(maxsize=8192)
def _needles_of(pattern: str) -> Needles:
    return needles_of(pattern)
