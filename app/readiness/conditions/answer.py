"""Three-valued answers with their evidence, joined by Kleene's logic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from app.readiness.evidence import Evidence


class Truth(IntEnum):
    """FALSE < UNKNOWN < TRUE: `any` is the maximum, `all` the minimum."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """evidence: why it is TRUE; against: the places that make it FALSE; doubts: why it is UNKNOWN.

    is_firm: some of the evidence is structure and not only a word in a text; is_worded: FALSE only for such a word.
    """

    truth: Truth
    evidence: tuple[Evidence, ...] = ()
    against: tuple[Evidence, ...] = ()
    doubts: tuple[str, ...] = ()
    is_firm: bool = False
    is_worded: bool = False


NO = Answer(Truth.FALSE)
YES = Answer(Truth.TRUE)


def any_of(answers: Iterable[Answer]) -> Answer:
    members = tuple(answers)
    truth = max((member.truth for member in members), default=Truth.FALSE)
    joined = _join(truth, members, [member for member in members if member.truth is truth])
    # Without the word the member would be TRUE, and with it all of them.
    return replace(joined, is_worded=truth is Truth.FALSE and any(member.is_worded for member in members))


def all_of(answers: Iterable[Answer]) -> Answer:
    members = tuple(answers)
    truth = min((member.truth for member in members), default=Truth.TRUE)
    deciding = [member for member in members if member.truth is truth]
    is_worded = truth is Truth.FALSE and all(member.is_worded for member in deciding)
    return replace(_join(truth, members, deciding), is_worded=is_worded)


def negation(answer: Answer) -> Answer:
    """The evidence of what holds speaks against its negation; a negation has none of its own."""
    truth = Truth(Truth.TRUE - answer.truth)
    if truth is not Truth.FALSE:
        return Answer(truth, doubts=answer.doubts)
    is_worded = bool(answer.evidence) and not answer.is_firm
    return Answer(truth, against=answer.evidence, doubts=answer.doubts, is_worded=is_worded)


def _join(truth: Truth, members: Sequence[Answer], deciding: Sequence[Answer]) -> Answer:
    if truth is Truth.TRUE:
        firm_first = sorted(deciding, key=lambda member: not member.is_firm)
        evidence = tuple(dict.fromkeys(item for member in firm_first for item in member.evidence))
        return Answer(truth, evidence, is_firm=any(member.is_firm for member in deciding))
    against = tuple(dict.fromkeys(item for member in members for item in member.against))
    doubts = tuple(dict.fromkeys(doubt for member in members for doubt in member.doubts))
    return Answer(truth, against=against, doubts=doubts if truth is Truth.UNKNOWN else ())
