"""The status that conditions give: in order, from not applicable to missing."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol

from app.readiness.conditions.answer import NO, YES, Answer, Truth
from app.readiness.conditions.condition import Condition, View
from app.readiness.status import Status

_WORST_FIRST = (
    Status.ERROR,
    Status.MISSING,
    Status.PLANNED,
    Status.UNKNOWN,
    Status.PARTIAL,
    Status.IMPLEMENTED,
    Status.NOT_APPLICABLE,
)


_ABSENT = frozenset({Status.MISSING, Status.PLANNED})
_THERE = frozenset({Status.IMPLEMENTED, Status.PARTIAL})


class Asked(Protocol):
    """The conditions of a rule or of an aspect."""

    @property
    def applies_when(self) -> Condition | None: ...
    @property
    def implemented(self) -> Condition | None: ...
    @property
    def partial(self) -> Condition | None: ...
    @property
    def planned(self) -> Condition: ...
    @property
    def unknown_when(self) -> Condition | None: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """A status and the answers that led to it; for `partial` what speaks against more comes last.

    is_guess: only words say that the rule applies at all.
    """

    status: Status
    answers: tuple[Answer, ...] = ()
    is_guess: bool = False


def decide(asked: Asked, view: View) -> Decision:
    """The status by the order of conditions; unknown is never missing."""
    applies = _applies(asked, view)
    if applies.truth is not Truth.TRUE:
        return _excused(applies)
    return replace(_decide_standing(asked, view), is_guess=bool(applies.evidence) and not applies.is_firm)


def decide_applicability(asked: Asked, view: View) -> Decision | None:
    """Not applicable or unknown; None where it applies."""
    applies = _applies(asked, view)
    return None if applies.truth is Truth.TRUE else _excused(applies)


def _applies(asked: Asked, view: View) -> Answer:
    return asked.applies_when.judge(view) if asked.applies_when is not None else YES


def _excused(applies: Answer) -> Decision:
    return Decision(Status.NOT_APPLICABLE if applies.truth is Truth.FALSE else Status.UNKNOWN, (applies,))


def _decide_standing(asked: Asked, view: View) -> Decision:
    implemented = _ask(asked.implemented, view)
    if implemented.truth is Truth.TRUE:
        return Decision(Status.IMPLEMENTED, (implemented,))
    partial = _ask(asked.partial, view)
    if partial.truth is Truth.TRUE:
        return Decision(Status.PARTIAL, (partial, implemented))
    unknown = _ask(asked.unknown_when, view)
    doubtful = [answer for answer in (implemented, partial) if answer.truth is Truth.UNKNOWN]
    if doubtful or unknown.truth is Truth.TRUE:
        return Decision(Status.UNKNOWN, (*doubtful, unknown))
    planned = asked.planned.judge(view)
    if planned.truth is Truth.TRUE:
        return Decision(Status.PLANNED, (planned,))
    return Decision(Status.MISSING, (implemented,))


def _ask(condition: Condition | None, view: View) -> Answer:
    return condition.judge(view) if condition is not None else NO


def worst_rank(status: Status) -> int:
    """Low for what is worst."""
    return _WORST_FIRST.index(status)


def status_of_whole(parts: Collection[Status]) -> Status:
    """The worst of its parts; what is missing in some and there in others is partial."""
    worst = min(parts, key=worst_rank)
    return Status.PARTIAL if worst in _ABSENT and not _THERE.isdisjoint(parts) else worst
