"""Everything about one commit brought to a verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from app.errors import InvalidInput, Unreadable
from app.readiness.blocking import Judged, blocking_reason
from app.readiness.catalogue import Catalogue
from app.readiness.compare import Comparison, compare
from app.readiness.conceal import concealed
from app.readiness.detectors.detector import Detector
from app.readiness.earlier import Earlier
from app.readiness.evaluate import Inputs, ScanCache
from app.readiness.policy import Policy, Waiver
from app.readiness.result import Evaluation, RuleResult
from app.readiness.rule import Rule
from app.readiness.rule_names import RuleNames
from app.readiness.score import categories_of, level_of, score_of
from app.readiness.snapshot import Change, Snapshot
from app.readiness.stacks import advice, find_stacks
from app.readiness.status import Conclusion, Mode, Status
from app.readiness.verdict import PolicyNote, RuleVerdict, Verdict
from app.readiness.verdict_notes import note_of, stats_of, waiver_verdicts
from app.readiness.waivers import Waived, by_rule, waive


@dataclass(frozen=True)
class Case:
    """One commit to judge; without a base it is an audit, in which nothing counts as introduced or worse.

    tip: the newest commit of the branch the change goes to, where it is known.
    only: the rules to judge (all that the policy does not turn off when None).
    policy_note: what the caller knows of the policy: notes for the reader, and problems that this change brings.
    verified_waivers: whether the caller checked that the waivers were approved.
    """

    catalogue: Catalogue
    policy: Policy
    head: Snapshot
    today: date
    base: Snapshot | None = None
    change: Change | None = None
    tip: Snapshot | None = None
    repository: str | None = None
    head_sha: str | None = None
    base_sha: str | None = None
    readygate: str = ""
    only: frozenset[str] | None = None
    tool_reports: Mapping[str, bytes] = field(default_factory=dict)
    detectors: Mapping[str, Detector] = field(default_factory=dict)
    policy_note: PolicyNote = field(default_factory=PolicyNote)
    verified_waivers: bool = False

    @cached_property
    def stacks(self) -> frozenset[str]:
        """What the repository is built with and runs on."""
        return find_stacks(self.head.entries)

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids to judge, in the catalogue's order; raises `InvalidInput` for an unknown one in `only`."""
        unknown = sorted((self.only or frozenset()) - set(self.catalogue.rules))
        if unknown:
            close = RuleNames(self.catalogue).nearest(unknown[0])
            mend = f"did you mean `{close}`?" if close else "`readygate rules list` shows every rule"
            raise InvalidInput(f"there is no rule `{unknown[0]}`", mend=mend)
        modes = {rule: setting.mode for rule, setting in self.policy.settings.items()}
        asked = self.catalogue.rules if self.only is None else self.only
        return tuple(rule for rule in self.catalogue.rules if rule in asked and modes.get(rule, Mode.OFF) != Mode.OFF)


def judge(case: Case, cache: ScanCache | None = None, earlier: Earlier | None = None) -> Verdict:
    """The verdict on one commit; times are left at 0 for the caller, who has the clock.

    failure: a rule blocks, the change brings a mistake in a policy file, or the evaluation is incomplete (a rule in
    `error` that people see, or a snapshot that cannot be read).
    success: no gap at all; or gaps, while some rule is enforced here and none of those blocks.
    neutral: gaps, and nothing here is enforced: no rule is in `block`, and none in `ratchet` with a base to compare
    with. Also when the policy leaves no rule to judge, for looking at nothing is no success.
    Rules in `shadow` are evaluated and listed; they count neither for the conclusion nor for score and level.
    earlier: what was asked of this repository before.
    """
    try:
        questions = (earlier or Earlier()).questions(case.catalogue, case.rules, _inputs(case), cache)
        # The base first: later changes start from it too, and the head differs from it in a few files.
        base = questions.evaluate(case.base, is_start=True, is_base=True) if case.base is not None else None
        head = questions.evaluate(case.head, case.change, case.base, case.tip, is_start=base is None)
    except Unreadable as error:
        return replace(_blank(case), warnings=(str(error),))
    return concealed(_verdict(case, head, base))


def _blank(case: Case) -> Verdict:
    """What is known before anything is evaluated: nothing, which is no pass."""
    return Verdict(
        conclusion=Conclusion.FAILURE,
        complete=False,
        score=0,
        level=1,
        policy=case.policy.digest,
        readygate=case.readygate,
        repository=case.repository,
        head=case.head_sha,
        base=case.base_sha,
        policy_note=note_of(case.policy, case.policy_note),
    )


def _verdict(case: Case, head: Evaluation, base: Evaluation | None) -> Verdict:
    waivers = by_rule(case.policy.waivers, RuleNames(case.catalogue))
    judged = [
        _judge_rule(case, case.catalogue.rules[rule], comparison, waivers.get(rule, ()))
        for rule, comparison in compare(head, base).items()
    ]
    rules = tuple(sorted((rule for rule, _ in judged), key=_urgency))
    is_complete = not any(rule.error for rule in rules if rule.mode is not Mode.SHADOW)
    before = _base_rules(case, base, waivers)
    meant = {rule.id: waivers.get(rule.id, ()) for rule in rules}
    waived = [part for _, part in judged]
    return replace(
        _blank(case),
        conclusion=_conclusion(case, rules, is_complete=is_complete),
        complete=is_complete,
        score=score_of(rules).value,
        level=level_of(rules),
        base_score=score_of(before).value if base else None,
        base_level=level_of(before) if base else None,
        categories=categories_of(rules),
        rules=rules,
        waivers=waiver_verdicts(case.policy, meant, waived, case.today, is_verified=case.verified_waivers),
        warnings=head.warnings,
        stats=stats_of(head, base),
    )


def _inputs(case: Case) -> Inputs:
    """The base gets the head's reports and attestations, so that only files make a difference."""
    parameters = {rule: setting.parameters for rule, setting in case.policy.settings.items()}
    return Inputs(
        today=case.today,
        attestations=case.policy.attestations,
        tool_reports=case.tool_reports,
        detectors=case.detectors,
        parameters=parameters,
        deploy=case.policy.deploy,
    )


def _judge_rule(
    case: Case, rule: Rule, comparison: Comparison, waivers: Sequence[Waiver]
) -> tuple[RuleVerdict, Waived]:
    mode = case.policy.settings[rule.id].mode
    waived = _waive(case, rule, comparison.result, waivers)
    judged = Judged(mode, comparison, waived, is_explained=_is_explained(rule, comparison.result))
    reason = blocking_reason(judged)
    verdict = _rule_verdict(case, rule, mode, waived)
    is_undecided = mode is Mode.RATCHET and comparison.base_status is Status.ERROR and judged.can_block
    error = "The base could not be evaluated, so nobody knows whether this is worse." if is_undecided else verdict.error
    return (
        replace(
            verdict,
            base_status=comparison.base_status,
            blocking=bool(reason),
            reason=reason,
            worse_than_base=comparison.is_worse,
            better_than_base=comparison.is_better,
            lost=comparison.lost,
            error=error,
        ),
        waived,
    )


def _waive(case: Case, rule: Rule, result: RuleResult, waivers: Sequence[Waiver]) -> Waived:
    return waive(result, waivers, case.today, is_explained=_is_explained(rule, result))


def _is_explained(rule: Rule, result: RuleResult) -> bool:
    return (rule.detector or rule.measured_by) is not None and bool(result.findings)


def _is_wanting(result: RuleResult) -> bool:
    """Whether somebody has to do something, and wants to know what."""
    return result.status.is_gap or bool(result.findings)


def _rule_verdict(case: Case, rule: Rule, mode: Mode, waived: Waived) -> RuleVerdict:
    result = waived.result
    error = result.error or "The rule could not be evaluated."
    return RuleVerdict(
        id=rule.id,
        title=rule.title,
        category=rule.category,
        priority=rule.priority,
        level=rule.level,
        mode=mode,
        status=result.status,
        waived=waived.is_waived,
        confidence=result.confidence,
        evidence=result.evidence,
        missing_evidence=result.missing_evidence,
        why=rule.why,
        fix=advice(rule.fix, rule.fixes, case.stacks) if rule.fixes and _is_wanting(result) else rule.fix,
        error=error if result.status is Status.ERROR else "",
        components=result.components,
        findings=result.findings,
        aspects=result.aspects,
    )


def _base_rules(
    case: Case, base: Evaluation | None, waivers: Mapping[str, Sequence[Waiver]]
) -> tuple[RuleVerdict, ...]:
    """The rules as they stand at the base, under today's policy, for its score and level."""
    rules = case.catalogue.rules
    return tuple(
        _rule_verdict(
            case, rules[rule], case.policy.settings[rule].mode, _waive(case, rules[rule], result, waivers.get(rule, ()))
        )
        for rule, result in (base.results if base else {}).items()
    )


def _urgency(rule: RuleVerdict) -> tuple[bool, str, str, str]:
    return (not rule.blocking, rule.priority, rule.category, rule.id)


def _conclusion(case: Case, rules: Sequence[RuleVerdict], *, is_complete: bool) -> Conclusion:
    if not is_complete or case.policy_note.problems or any(rule.blocking for rule in rules):
        return Conclusion.FAILURE
    shown = [rule for rule in rules if rule.mode is not Mode.SHADOW]
    if shown and not any(rule.is_gap for rule in shown):
        return Conclusion.SUCCESS
    enforcing = {Mode.BLOCK, Mode.RATCHET} if case.base is not None else {Mode.BLOCK}
    return Conclusion.SUCCESS if any(rule.mode in enforcing for rule in shown) else Conclusion.NEUTRAL
