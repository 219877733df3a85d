"""The condition `duplicate`: two documents say nearly the same."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from zlib import crc32

from app.readiness.conditions.answer import NO, Answer, Truth
from app.readiness.conditions.condition import Condition, View
from app.readiness.conditions.keys import key_of
from app.readiness.conditions.reading import Fields
from app.readiness.conditions.sight import PLACES, Sight
from app.readiness.evidence import Evidence
from app.readiness.formats.source import Source
from app.readiness.paths import Scope
from app.readiness.patterns import matches

LIMIT = 1_000_000
LEAST_WORDS = 40
ALIKE = 0.8
"""The share of word sequences in common, above which two documents count as one written twice."""

_WORDS = 20_000
_SEQUENCE = 5
_KEPT = 48
_COMPARED = 5_000
_CROWD = 20
"""A sequence in more documents than this is a notice or a template, and says nothing of two of them."""

_ASCII = 0x80
_LETTERS = bytes(
    byte if byte >= _ASCII else ord(chr(byte).lower()) if chr(byte).isalnum() else 0x20 for byte in range(256)
)
"""Lower case; whatever is neither a letter nor a digit is a blank."""

# Copies on purpose: old versions of a manual, texts prescribed word by word.
_ON_PURPOSE = (
    r"(?i)(^|/)(licen[cs]e|copying|code[-_]of[-_]conduct|changelog|notice|security)[^/]*$"
    r"|(^|/)(versioned_docs|v?\d+(\.\d+)*(\.x)?|archive[ds]?)/"
)


@dataclass(frozen=True, slots=True)
class DuplicateCondition:
    """TRUE when two files at the globs share four fifths of their word sequences, estimated from 48 of them each."""

    globs: tuple[str, ...]
    scope: Scope = Scope.PRODUCT
    limit: int = LIMIT

    @property
    def key(self) -> str:
        return key_of("duplicate", 1)

    @property
    def prefilter(self) -> tuple[str, ...]:
        return ()

    def scan(self, source: Source) -> Sight | None:
        words = source.content.translate(_LETTERS).split()[:_WORDS]
        if len(words) < LEAST_WORDS:
            return None
        sequences = set(map(crc32, map(b" ".join, zip(*(words[i:] for i in range(_SEQUENCE)), strict=False))))
        return Sight(((1, " ".join(f"{one:08x}" for one in sorted(sequences)[:_KEPT])),))

    def judge(self, view: View) -> Answer:
        first: dict[str, str] = {}
        copies: list[tuple[str, str]] = []
        for path, sight in view.sights(self):
            if not sight.hits or matches(_ON_PURPOSE, path):
                continue
            known = first.setdefault(sight.hits[0][1], path) if len(first) < _COMPARED else path
            if known != path and len(copies) < PLACES:
                copies.append((known, path))
        sketches = {path: frozenset(sketch.split()) for sketch, path in first.items()}
        pairs = [*copies, *islice(_alike(sketches), PLACES)][:PLACES]
        if not pairs:
            return NO
        evidence = tuple(Evidence(second, 1, f"nearly the same as {first}") for first, second in pairs)
        return Answer(Truth.TRUE, evidence, is_firm=True)

    def describe(self) -> str:
        return "documents that are nearly the same"

    def parts(self) -> Sequence[Condition]:
        return ()


def _alike(sketches: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """Pairs of paths in order; only documents that share a sequence are compared."""
    holders: dict[str, list[str]] = {}
    for path, sketch in sorted(sketches.items()):
        for one in sketch:
            holders.setdefault(one, []).append(path)
    shared = Counter(pair for paths in holders.values() if len(paths) <= _CROWD for pair in combinations(paths, 2))
    for first, second in sorted(shared):
        if _likeness(sketches[first], sketches[second]) >= ALIKE:
            yield first, second


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard's index, estimated from the smallest members of both."""
    smallest = sorted(one | other)[:_KEPT]
    return sum(member in one and member in other for member in smallest) / len(smallest)


def read_duplicate(fields: Fields) -> DuplicateCondition:
    """`duplicate: [globs]`, `scope`."""
    return DuplicateCondition(fields.globs("duplicate"), fields.scope())
