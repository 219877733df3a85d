"""How to mend a gap in few words: what to do first, and what is said for the stacks of the repository."""

from itertools import pairwise

import re2

from app.readiness.stacks import TITLES

_SHORT = 160
_STACK = re2.compile(rf" With (?:{'|'.join(map(re2.escape, TITLES.values()))}): ")


def short_fix(fix: str) -> str:
    """The first sentences, then the advice for each stack as far as it fits into twice as much."""
    starts = [match.start() for match in _STACK.finditer(fix)]
    general = fix[: starts[0]] if starts else fix
    kept = sentences(general, _SHORT)
    for start, end in pairwise([*starts, len(fix)]):
        if len(kept) + end - start <= 2 * _SHORT:
            kept += fix[start:end]
    return kept


def sentences(text: str, limit: int) -> str:
    """The first whole sentences within the limit; a first sentence that is longer is left to be cut."""
    kept, rest = "", text
    while rest:
        sentence, stop, rest = rest.partition(". ")
        longer = kept + sentence + stop
        if kept and len(longer) > limit:
            break
        kept = longer
    return kept.rstrip()
