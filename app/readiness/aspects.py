"""The aspects of a rule: narrower questions that are judged with it and count for no score."""

from collections.abc import Sequence
from dataclasses import replace

from app.readiness.conditions.answer import Truth
from app.readiness.conditions.condition import View
from app.readiness.deciding import Decision, decide, decide_applicability, status_of_whole, worst_rank
from app.readiness.result import AspectResult, RuleResult
from app.readiness.rule import Aspect, Rule
from app.readiness.status import Status
from app.readiness.view import SnapshotView


def with_aspects(rule: Rule, result: RuleResult, view: SnapshotView) -> RuleResult:
    """The result with its aspects, which may refer to it; where the rule does not apply, none of them does."""
    if not rule.aspects or result.status is Status.ERROR:
        return result
    knowing = view.knowing(result)
    return replace(result, aspects=tuple(_judge(aspect, result, knowing) for aspect in rule.aspects))


def _judge(aspect: Aspect, result: RuleResult, view: View) -> AspectResult:
    if result.status is Status.NOT_APPLICABLE:
        return AspectResult(aspect.id, aspect.title, Status.NOT_APPLICABLE)
    try:
        decision = decide(aspect, view) if aspect.implemented is not None else _follow(aspect, result, view)
    except Exception:  # one aspect fails, not its rule
        return AspectResult(aspect.id, aspect.title, Status.ERROR)
    if decision is None:
        return AspectResult(aspect.id, aspect.title, result.status, result.evidence[:1])
    shown = decision.status in (Status.IMPLEMENTED, Status.PARTIAL, Status.PLANNED)
    return AspectResult(aspect.id, aspect.title, decision.status, decision.answers[0].evidence[:1] if shown else ())


def _follow(aspect: Aspect, result: RuleResult, view: View) -> Decision | None:
    """What differs from the rule where the aspect says nothing of its own about being implemented."""
    decision = decide_applicability(aspect, view)
    if decision is None and result.status is Status.MISSING:
        planned = aspect.planned.judge(view)
        return Decision(Status.PLANNED, (planned,)) if planned.truth is Truth.TRUE else None
    return decision


def worst_aspects(parts: Sequence[Sequence[AspectResult]]) -> tuple[AspectResult, ...]:
    """The aspects of a repository from those of its components."""
    found: dict[str, list[AspectResult]] = {}
    for one in (aspect for part in parts for aspect in part):
        found.setdefault(one.id, []).append(one)
    return tuple(_whole(every) for every in found.values())


def _whole(parts: Sequence[AspectResult]) -> AspectResult:
    worst = min(parts, key=lambda part: worst_rank(part.status))
    return replace(worst, status=status_of_whole([part.status for part in parts]))
