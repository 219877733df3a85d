"""How a rule stands: its status with the evidence and the words for it."""

from collections.abc import Iterable, Sequence

from app.readiness.aspects import worst_aspects
from app.readiness.conditions.answer import Answer
from app.readiness.conditions.condition import View
from app.readiness.deciding import Decision, decide, decide_applicability, worst_status
from app.readiness.evidence import Evidence
from app.readiness.result import ComponentResult, RuleResult
from app.readiness.rule import Rule
from app.readiness.status import Confidence, Status

EVIDENCE = 5
DOUBTS = 3


def judge_conditions(rule: Rule, view: View) -> RuleResult:
    """The status by the order of conditions; unknown is never missing."""
    return _result(rule, decide(rule, view))


def judge_applicability(rule: Rule, view: View) -> RuleResult | None:
    """The result where the rule does not apply or nobody can tell; None where it applies."""
    decision = decide_applicability(rule, view)
    return _result(rule, decision) if decision is not None else None


def _result(rule: Rule, decision: Decision) -> RuleResult:
    match decision.status:
        case Status.NOT_APPLICABLE:
            return RuleResult(rule.id, Status.NOT_APPLICABLE)
        case Status.UNKNOWN:
            return _unknown(rule, decision.answers)
        case Status.MISSING:
            return _only_stated(rule) if rule.kind == "attest" else _missing(rule, decision.answers[0])
        case _:
            against = tuple(item for answer in decision.answers[1:] for item in answer.against)
            return _stands(rule, decision.status, decision.answers[0], against)


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


def _only_stated(rule: Rule) -> RuleResult:
    words = rule.messages.get(Status.UNKNOWN) or (
        f"Only a person can state this: no attestation `{rule.attestation}` stands in the policy."
    )
    return RuleResult(rule.id, Status.UNKNOWN, missing_evidence=words)


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
    status = worst_status(result.status for _, result in results)
    worst = next(result for _, result in results if result.status is status)
    return RuleResult(
        rule,
        worst.status,
        worst.confidence,
        worst.evidence,
        worst.missing_evidence,
        components,
        error=worst.error,
        aspects=worst_aspects([result.aspects for _, result in results]),
    )
