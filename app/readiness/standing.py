"""How a rule stands: its conditions in order, from not applicable to missing."""

from collections.abc import Iterable, Sequence

from app.readiness.conditions.answer import NO, Answer, Truth
from app.readiness.conditions.condition import Condition, View
from app.readiness.evidence import Evidence
from app.readiness.result import ComponentResult, RuleResult
from app.readiness.rule import Rule
from app.readiness.status import Confidence, Status

EVIDENCE = 5
DOUBTS = 3
_WORST_FIRST = (
    Status.ERROR,
    Status.MISSING,
    Status.PLANNED,
    Status.UNKNOWN,
    Status.PARTIAL,
    Status.IMPLEMENTED,
    Status.NOT_APPLICABLE,
)


def judge_conditions(rule: Rule, view: View) -> RuleResult:
    """The status by the order of conditions; unknown is never missing."""
    excused = judge_applicability(rule, view)
    if excused is not None:
        return excused
    implemented = _ask(rule.implemented, view)
    if implemented.truth is Truth.TRUE:
        return _stands(rule, Status.IMPLEMENTED, implemented)
    partial = _ask(rule.partial, view)
    if partial.truth is Truth.TRUE:
        return _stands(rule, Status.PARTIAL, partial, implemented.against)
    unknown = _ask(rule.unknown_when, view)
    doubtful = [answer for answer in (implemented, partial) if answer.truth is Truth.UNKNOWN]
    if doubtful or unknown.truth is Truth.TRUE:
        return _unknown(rule, [*doubtful, unknown])
    planned = _ask(rule.planned, view)
    if planned.truth is Truth.TRUE:
        return _stands(rule, Status.PLANNED, planned)
    return _missing(rule, implemented)


def judge_applicability(rule: Rule, view: View) -> RuleResult | None:
    """The result where the rule does not apply or nobody can tell; None where it applies."""
    if rule.applies_when is None:
        return None
    applies = rule.applies_when.judge(view)
    if applies.truth is Truth.FALSE:
        return RuleResult(rule.id, Status.NOT_APPLICABLE)
    return _unknown(rule, [applies]) if applies.truth is Truth.UNKNOWN else None


def _ask(condition: Condition | None, view: View) -> Answer:
    return condition.judge(view) if condition is not None else NO


def _stands(rule: Rule, status: Status, answer: Answer, against: tuple[Evidence, ...] = ()) -> RuleResult:
    is_low = bool(answer.evidence) and not answer.is_firm
    return RuleResult(
        rule.id,
        status,
        Confidence.LOW if is_low else Confidence.HIGH,
        _first(answer.evidence + against),
        "" if status is Status.IMPLEMENTED else _words(rule, status),
    )


def _missing(rule: Rule, implemented: Answer) -> RuleResult:
    return RuleResult(
        rule.id, Status.MISSING, evidence=_first(implemented.against), missing_evidence=_words(rule, Status.MISSING)
    )


def _unknown(rule: Rule, answers: Sequence[Answer]) -> RuleResult:
    doubts = tuple(dict.fromkeys(doubt for answer in answers for doubt in answer.doubts))[:DOUBTS]
    stated = rule.messages.get(Status.UNKNOWN, "")
    because = f"Cannot be told: {'; '.join(doubts)}." if doubts else ""
    evidence = _first(tuple(item for answer in answers for item in answer.evidence))
    words = " ".join(filter(None, (stated, because))) or _words(rule, Status.UNKNOWN)
    return RuleResult(rule.id, Status.UNKNOWN, evidence=evidence, missing_evidence=words)


def _first(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(evidence))[:EVIDENCE]


def _words(rule: Rule, status: Status) -> str:
    """The rule's own message, or a sentence made from what its conditions look for."""
    stated = rule.messages.get(status) or (rule.messages.get(Status.MISSING) if status is Status.PLANNED else "")
    if stated:
        return stated
    sought = rule.implemented.describe() if rule.implemented is not None else ""
    return f"Looked for {sought}, and found nothing." if sought else f"Nothing shows: {rule.title}."


def worst_of(rule: str, results: Sequence[tuple[str, RuleResult]]) -> RuleResult:
    """The result of a repository from those of its components: the worst, with all of them listed."""
    components = tuple(ComponentResult(folder, result.status) for folder, result in results)
    worst = min((result for _, result in results), key=lambda result: _WORST_FIRST.index(result.status))
    return RuleResult(
        rule,
        worst.status,
        worst.confidence,
        worst.evidence,
        worst.missing_evidence,
        components,
        error=worst.error,
    )
