"""Rules judged one by one on what was seen of a snapshot; a rule that crashes is `error`, and no other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from traceback import extract_tb

from app.readiness.aspects import with_aspects
from app.readiness.catalogue import Catalogue
from app.readiness.components import LIMIT as COMPONENT_LIMIT
from app.readiness.conditions.answer import Answer
from app.readiness.detectors.detector import BlobDetector, JudgesBase, Trees, judges_trees, scans_blobs
from app.readiness.grounds import COMPONENTS, PASSING, Drawn, Ledger
from app.readiness.inputs import Inputs
from app.readiness.result import RuleResult
from app.readiness.rule import Rule
from app.readiness.scan import Scan
from app.readiness.standing import judge_applicability, judge_conditions, worst_of
from app.readiness.status import Status
from app.readiness.view import Crashed, SnapshotView


@dataclass(slots=True)
class Judging:
    """Judges rules and facts once for each view; judged: the rules so far, with those that are known already."""

    catalogue: Catalogue
    rules: Mapping[str, Rule]
    inputs: Inputs
    seen: Scan
    trees: Trees
    judged: dict[str, Drawn[RuleResult]]
    ledger: Ledger
    is_base: bool = False

    def judge(self, name: str, view: SnapshotView) -> RuleResult:
        """One rule on the whole snapshot."""
        if name not in self.judged:
            self.judged[name] = self.ledger.draw(lambda: self._judge(self.rules[name], view))
        self.ledger.note(self.judged[name].grounds)
        return self.judged[name].answer

    def refer(self, name: str, view: SnapshotView) -> RuleResult | Answer:
        """What a reference asks for: a fact within the view, or a rule, which is always judged on the whole."""
        if name in self.catalogue.facts:
            return self.catalogue.facts[name].judge(view)
        return self.judge(name, view.whole())

    def _judge(self, rule: Rule, view: SnapshotView) -> RuleResult:
        if rule.detector or rule.measured_by in self.inputs.detectors:
            return with_aspects(rule, self._guard(rule, lambda: self._detect(rule, view)), view)
        if rule.per_component:
            self.ledger.note((COMPONENTS,))
        if not rule.per_component or len(view.components) == 1:
            return self._judge_part(rule, view)
        parts = [view.narrowed(folder) for folder in view.components[:COMPONENT_LIMIT]]
        results = [(part.component, self._judge_part(rule, part)) for part in parts]
        if left := view.components[COMPONENT_LIMIT:]:
            words = f"Looked at {COMPONENT_LIMIT} components, and at none of the {len(left)} others."
            results.append((left[0], RuleResult(rule.id, Status.UNKNOWN, missing_evidence=words)))
        return worst_of(rule.id, results)

    def _judge_part(self, rule: Rule, view: SnapshotView) -> RuleResult:
        return with_aspects(rule, self._guard(rule, lambda: judge_conditions(rule, view)), view)

    def _guard(self, rule: Rule, judge: Callable[[], RuleResult]) -> RuleResult:
        try:
            return judge()
        except Crashed as crash:
            return RuleResult(rule.id, Status.ERROR, error=str(crash))
        except Exception as error:  # one rule fails, not the run
            return RuleResult(rule.id, Status.ERROR, error=_place_of(error))

    def _detect(self, rule: Rule, view: SnapshotView) -> RuleResult:
        self.ledger.note((PASSING,))
        excused = judge_applicability(rule, view)
        if excused is not None:
            return excused
        name = rule.detector or rule.measured_by or ""
        detector = self.inputs.detectors.get(name)
        if detector is None:
            words = rule.messages.get(Status.UNKNOWN) or f"The detector {name} did not run."
            return RuleResult(rule.id, Status.UNKNOWN, missing_evidence=words)
        if name in self.seen.crashes:
            raise Crashed(self.seen.crashes[name])
        if judges_trees(detector):
            values = self.inputs.parameters.get(rule.id, {})
            return replace(detector.judge_trees(rule.id, self.trees, values), rule=rule.id)
        if not scans_blobs(detector):
            raise TypeError(f"the detector {name} judges nothing")
        result = replace(self._judged_by(detector, rule.id), rule=rule.id)
        unread = self.seen.unread.get(name, ())
        if unread and result.status in (Status.IMPLEMENTED, Status.NOT_APPLICABLE):
            words = f"Cannot be told: {', '.join(unread[:3])} cannot be read."
            return replace(result, status=Status.UNKNOWN, missing_evidence=words)
        return result

    def _judged_by(self, detector: BlobDetector, rule: str) -> RuleResult:
        if self.is_base and isinstance(detector, JudgesBase):
            return detector.judge_base(rule)
        return detector.judge(rule, self.seen.sightings.get(detector.name, ()), self.seen.looked.get(detector.name, 0))


def _place_of(error: Exception) -> str:
    """The type of an exception and where it was raised; never its text, which may quote the repository."""
    frames = extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
