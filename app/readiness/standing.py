"""How a rule stands: its status with the evidence and the words for it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.readiness.aspects import worst_aspects
from app.readiness.conditions.answer import Answer
from app.readiness.conditions.condition import View
from app.readiness.deciding import Decision, decide, decide_applicability, status_of_whole, worst_rank
from app.readiness.evidence import Evidence
from app.readiness.result import ComponentResult, RuleResult
from app.readiness.rule import Rule
from app.readiness.status import Confidence, Status

EVIDENCE = 5
DOUBTS = 3
NAMED = 5
"""Components of one status that are named in the words."""


def judge_conditions(rule: Rule, view: View) -> RuleResult:
    """The status by the order of conditions; unknown is never missing."""
    return _result(rule, decide(rule, view))


def judge_applicability(rule: Rule, view: View) -> RuleResult | None:
    """The result where the rule does not apply or nobody can tell; None where it applies."""
    decision = decide_applicability(rule, view)
    return _result(rule, decision) if decision is not None else None


def _result(rule: Rule, decision: Decision) -> RuleResult:
    """A gap of which only words say that the rule applies is as unsure as they are."""
    result = _worded(rule, decision)
    is_guess = decision.is_guess and result.status.is_gap and result.confidence is Confidence.HIGH
    return replace(result, confidence=Confidence.LOW, is_guess=True) if is_guess else result


def _worded(rule: Rule, decision: Decision) -> RuleResult:
    match decision.status:
        case Status.NOT_APPLICABLE:
            return RuleResult(rule.id, Status.NOT_APPLICABLE)
        case Status.UNKNOWN:
            return _unknown(rule, decision.answers)
        case Status.MISSING:
            return _only_stated(rule) if rule.kind == "attest" else _missing(rule, decision.answers[0])
        case _:
            against = tuple(item for answer in decision.answers[1:] for item in answer.against)
            result = _stands(rule, decision.status, decision.answers[0], against)
            is_sure_gap = not any(answer.is_worded for answer in decision.answers[1:])
            return replace(
                result, is_guess=is_sure_gap and result.status.is_gap and result.confidence is Confidence.LOW
            )


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
    confidence = Confidence.LOW if implemented.is_worded else Confidence.HIGH
    words = _words(rule, Status.MISSING)
    return RuleResult(rule.id, Status.MISSING, confidence, _first(implemented.against), words)


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
    """The result of a repository from those of its components: the worst, with all of them listed.

    Components the rule does not apply to count only where it applies to none. What holds in some components and is
    missing in others is partial.
    """
    components = tuple(ComponentResult(folder, result.status) for folder, result in results)
    ordered = sorted((result for _, result in results), key=lambda result: worst_rank(result.status))
    worst = ordered[0]
    worst = replace(worst, status=status_of_whole([result.status for result in ordered]))
    words = "" if worst.status in (Status.IMPLEMENTED, Status.NOT_APPLICABLE) else _divided(results)
    return RuleResult(
        rule,
        worst.status,
        worst.confidence,
        _first(item for result in ordered for item in result.evidence),
        " ".join(filter(None, (worst.missing_evidence, words))),
        components,
        error=worst.error,
        aspects=worst_aspects([result.aspects for _, result in results]),
        is_guess=worst.is_guess,
    )


def _divided(results: Sequence[tuple[str, RuleResult]]) -> str:
    """Which components stand how, the worst first: `Missing in a, b; implemented in c.`"""
    found: dict[Status, list[str]] = {}
    for folder, result in sorted(results, key=lambda pair: worst_rank(pair[1].status)):
        found.setdefault(result.status, []).append(folder)
    found.pop(Status.NOT_APPLICABLE, None)
    parts = [f"{status.value} in {_listed(folders)}" for status, folders in found.items()]
    whole = "; ".join(parts)
    return f"{whole[:1].upper()}{whole[1:]}."


def _listed(folders: Sequence[str]) -> str:
    more = f" and {len(folders) - NAMED} more" if len(folders) > NAMED else ""
    return ", ".join(folders[:NAMED]) + more
