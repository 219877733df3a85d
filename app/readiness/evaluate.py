"""Rules judged on a snapshot: one pass over its blobs, then boolean algebra over what was seen."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from traceback import extract_tb
from typing import cast

from app.readiness.aspects import with_aspects
from app.readiness.blob_facts import ScanCache
from app.readiness.catalogue import Catalogue
from app.readiness.components import LIMIT as COMPONENTS
from app.readiness.components import ROOT, find_components
from app.readiness.conditions.answer import Answer
from app.readiness.conditions.condition import BlobCondition, Condition, walk
from app.readiness.conditions.path import PathCondition
from app.readiness.detectors.detector import BlobDetector, Trees, judges_trees, scans_blobs
from app.readiness.inputs import Inputs
from app.readiness.reference_graph import references
from app.readiness.result import Evaluation, RuleResult
from app.readiness.rule import Rule
from app.readiness.scan import Scan, Scanner
from app.readiness.snapshot import Change, Snapshot
from app.readiness.standing import judge_applicability, judge_conditions, worst_of
from app.readiness.status import Status
from app.readiness.view import Crashed, PathIndex, SnapshotView

__all__ = ["Inputs", "Questions", "ScanCache", "evaluate"]


def evaluate(
    snapshot: Snapshot, catalogue: Catalogue, rules: Collection[str], inputs: Inputs, cache: ScanCache | None = None
) -> Evaluation:
    """The named rules on one snapshot; a rule that crashes is `error`, the others are judged all the same.

    Raises KeyError for a rule the catalogue does not have.
    """
    questions = Questions(catalogue, rules, inputs, cache)
    evaluation = questions.evaluate(snapshot, inputs.change, inputs.base)
    questions.keep()
    return evaluation


class Questions:
    """The named rules with all they refer to, asked of snapshots that resemble each other.

    Raises KeyError for a rule the catalogue does not have.
    """

    def __init__(
        self, catalogue: Catalogue, rules: Collection[str], inputs: Inputs, cache: ScanCache | None = None
    ) -> None:
        self._catalogue = catalogue
        self._rules = sorted(set(rules))
        self._inputs = inputs
        self._reached, self._conditions = _reach(self._rules, catalogue, inputs)
        names = sorted({rule.detector for rule in self._reached.values() if rule.detector} & set(inputs.detectors))
        detectors = [detector for name in names if scans_blobs(detector := inputs.detectors[name])]
        self._scanner = Scanner(_blob_conditions(self._conditions), detectors, cache)

    def evaluate(
        self,
        snapshot: Snapshot,
        change: Change | None = None,
        base: Snapshot | None = None,
        tip: Snapshot | None = None,
    ) -> Evaluation:
        """The rules on one snapshot; a rule that crashes is `error`, the others are judged all the same.

        base: the snapshot the change is from; tip: the newest of the branch it goes to.
        """
        seen = self._scanner.scan(snapshot, change)
        trees = Trees(snapshot, base, change, tip, self._inputs.deploy)
        judging = _Judging(self._catalogue, self._reached, self._inputs, seen, trees)
        view = _whole_view(snapshot, self._conditions, self._reached, judging)
        results = {name: judging.judge(name, view) for name in self._rules}
        return Evaluation(
            results, len(snapshot.entries), seen.bytes, seen.blobs_scanned, seen.blobs_cached, tuple(seen.warnings)
        )

    def keep(self) -> None:
        """Keeps what the files of the last snapshot yielded, for the next evaluation of a tree like it."""
        self._scanner.keep()


def _reach(names: Iterable[str], catalogue: Catalogue, inputs: Inputs) -> tuple[dict[str, Rule], list[Condition]]:
    """The named rules and those they refer to, with the policy's parameters, and every condition among them."""
    reached: dict[str, Rule] = {}
    conditions: list[Condition] = []
    waiting, known = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        known.add(name)
        if name in catalogue.facts:
            found: tuple[Condition, ...] = (catalogue.facts[name].holds,)
        else:
            reached[name] = catalogue.rules[name].with_parameters(inputs.parameters.get(name, {}))
            found = reached[name].conditions
        conditions += [part for condition in found for part in walk(condition)]
        waiting += sorted(references(found))
    return reached, conditions


def _blob_conditions(conditions: Iterable[Condition]) -> list[BlobCondition]:
    return [cast(BlobCondition, condition) for condition in conditions if hasattr(condition, "scan")]


def _whole_view(
    snapshot: Snapshot, conditions: Iterable[Condition], reached: Mapping[str, Rule], judging: "_Judging"
) -> SnapshotView:
    paths = [path for path, entry in snapshot.entries.items() if entry.kind.is_readable]
    globs = {glob for condition in conditions if isinstance(condition, PathCondition) for glob in condition.globs}
    is_divided = any(rule.per_component for rule in reached.values())
    components = find_components(paths) if is_divided else (ROOT,)
    return SnapshotView(PathIndex(paths, sorted(globs)), judging.seen, judging.inputs, judging.refer, components)


@dataclass(slots=True)
class _Judging:
    """Judges rules and facts once for each view."""

    catalogue: Catalogue
    rules: Mapping[str, Rule]
    inputs: Inputs
    seen: Scan
    trees: Trees
    _judged: dict[str, RuleResult] = field(default_factory=dict)

    def judge(self, name: str, view: SnapshotView) -> RuleResult:
        """One rule on the whole snapshot."""
        if name not in self._judged:
            self._judged[name] = self._judge(self.rules[name], view)
        return self._judged[name]

    def refer(self, name: str, view: SnapshotView) -> RuleResult | Answer:
        """What a reference asks for: a fact within the view, or a rule, which is always judged on the whole."""
        if name in self.catalogue.facts:
            return self.catalogue.facts[name].judge(view)
        return self.judge(name, view.whole())

    def _judge(self, rule: Rule, view: SnapshotView) -> RuleResult:
        if rule.detector:
            return with_aspects(rule, self._guard(rule, lambda: self._detect(rule, view)), view)
        if not rule.per_component or len(view.components) == 1:
            return self._judge_part(rule, view)
        parts = [view.narrowed(folder) for folder in view.components[:COMPONENTS]]
        results = [(part.component, self._judge_part(rule, part)) for part in parts]
        if left := view.components[COMPONENTS:]:
            words = f"Looked at {COMPONENTS} components, and at none of the {len(left)} others."
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
        excused = judge_applicability(rule, view)
        if excused is not None:
            return excused
        name = rule.detector or ""
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
        return detector.judge(rule, self.seen.sightings.get(detector.name, ()), self.seen.looked.get(detector.name, 0))


def _place_of(error: Exception) -> str:
    """The type of an exception and where it was raised; never its text, which may quote the repository."""
    frames = extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
