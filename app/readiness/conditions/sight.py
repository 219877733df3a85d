"""What one condition saw in one blob: small enough to be stored, and free of the blob's path."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.readiness.conditions.answer import Answer, Truth
from app.readiness.evidence import Evidence

PLACES = 5
TOO_LARGE = "larger than"
"""How the doubt of a file begins that was not looked into for its size."""

TEXT = 200
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Sight:
    """hits and misses: (line, words) of what satisfied the condition and what did not, at most 5 each.

    doubt: why nothing certain can be said of this blob, or ""; stated: a date the document gives, ISO, or "".
    """

    hits: tuple[Place, ...] = ()
    misses: tuple[Place, ...] = ()
    doubt: str = ""
    stated: str = ""

    def to_json(self) -> list[Any]:
        return [self.hits, self.misses, self.doubt, self.stated]

    @staticmethod
    def from_json(raw: Sequence[Any]) -> "Sight":
        hits, misses, doubt, stated = raw
        return Sight(_places(hits), _places(misses), str(doubt), str(stated))


def _places(raw: Iterable[Sequence[Any]]) -> tuple[Place, ...]:
    return tuple((int(line), str(words)) for line, words in raw)


def trim(text: str) -> str:
    """One line of at most 200 characters without control characters."""
    start = text[: TEXT * 4]
    line = " ".join((start if start.isprintable() else "".join(c if c.isprintable() else " " for c in start)).split())
    return line if len(line) <= TEXT else line[: TEXT - 1] + "…"


Sights = Sequence[tuple[str, Sight]]


def evidence_of(sights: Sights, *, misses: bool = False) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(path, line, words)
        for path, sight in sights
        for line, words in (sight.misses if misses else sight.hits)
    )


def doubts_of(sights: Sights) -> tuple[str, ...]:
    return tuple(f"{path}: {sight.doubt}" for path, sight in sights if sight.doubt)


def some_hit(sights: Sights, *, is_firm: bool) -> Answer:
    """TRUE when any blob has a hit; UNKNOWN when none has and one could not be read."""
    evidence = evidence_of(sights)
    if evidence:
        return Answer(Truth.TRUE, evidence, is_firm=is_firm)
    doubts = doubts_of(sights)
    return Answer(Truth.UNKNOWN if doubts else Truth.FALSE, against=evidence_of(sights, misses=True), doubts=doubts)
