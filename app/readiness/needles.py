"""The words a pattern cannot match without, so that most patterns need not be tried on most texts."""

from app.readiness.needle_reader import Unreadable, ways_of
from app.readiness.needle_ways import LEAST, Clause, commonness

__all__ = ["LEAST", "MOST", "Clause", "Needles", "needles_of"]

MOST = 400
"""A pattern with longer lists of words is tried on every text."""

RARE = 1.0
"""A clause rarer than this says enough alone."""

SMALL = 6
"""A second clause with more words than this costs more than it saves."""

Needles = tuple[tuple[Clause, ...], ...] | None
"""A match holds all clauses, one or two, of one of these; None where nothing can be said."""


def needles_of(pattern: str) -> Needles:
    """What a match of an RE2 pattern must hold, without regard to case; None when the pattern must be tried."""
    try:
        ways = ways_of(pattern)
    except Unreadable:
        return None
    if not all(ways):
        return None
    found = {_two_rarest(way) for way in ways}
    alone: Clause = frozenset().union(*(way[0] for way in found if len(way) == 1))
    joint = sorted((way for way in found if len(way) > 1), key=lambda way: [sorted(clause) for clause in way])
    if len(alone) + sum(len(way[0]) for way in joint) > MOST:
        return None
    return ((alone,), *joint) if alone else tuple(joint)


def _two_rarest(way: list[Clause]) -> tuple[Clause, ...]:
    rarest, *others = sorted(way, key=commonness)
    if commonness(rarest)[0] < RARE:
        return (rarest,)
    return (rarest, *[clause for clause in others if len(clause) <= SMALL][:1])
