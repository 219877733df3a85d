"""Rules judged on a snapshot: one pass over its blobs, then boolean algebra over what was seen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from app.readiness.blob_facts import ScanCache
from app.readiness.catalogue import Catalogue
from app.readiness.components import ROOT, find_components
from app.readiness.conditions.condition import BlobCondition, Condition, walk
from app.readiness.conditions.path import PathCondition
from app.readiness.detectors.detector import Trees, scans_blobs
from app.readiness.grounds import COMPONENTS, Drawn, Ledger, differing_paths, differing_sights
from app.readiness.inputs import Inputs
from app.readiness.judging import Judging
from app.readiness.reference_graph import references
from app.readiness.result import Evaluation, RuleResult
from app.readiness.rule import Rule
from app.readiness.scan import Scan, Scanner
from app.readiness.snapshot import Change, Entry, Snapshot
from app.readiness.status import Status
from app.readiness.view import PathIndex, SnapshotView

__all__ = ["Inputs", "Questions", "ScanCache", "evaluate"]


def evaluate(
    snapshot: Snapshot, catalogue: Catalogue, rules: Collection[str], inputs: Inputs, cache: ScanCache | None = None
) -> Evaluation:
    """The named rules on one snapshot; a rule that crashes is `error`, the others are judged all the same.

    Raises KeyError for a rule the catalogue does not have.
    """
    questions = Questions(catalogue, rules, inputs, cache)
    return questions.evaluate(snapshot, inputs.change, inputs.base, is_start=True)


class Questions:
    """The named rules with all they refer to, asked of snapshots that resemble each other.

    What was drawn from nothing that differs from the snapshot they start from is taken over from it.
    Raises KeyError for a rule the catalogue does not have.
    """

    def __init__(
        self, catalogue: Catalogue, rules: Collection[str], inputs: Inputs, cache: ScanCache | None = None
    ) -> None:
        self._catalogue = catalogue
        self._rules = sorted(set(rules))
        self._inputs = inputs
        self._reached, conditions = _reach(self._rules, catalogue, inputs)
        self._is_divided = any(rule.per_component for rule in self._reached.values())
        self._globs = tuple(
            sorted({glob for one in conditions if isinstance(one, PathCondition) for glob in one.globs})
        )
        names = sorted({rule.detector for rule in self._reached.values() if rule.detector} & set(inputs.detectors))
        detectors = [detector for name in names if scans_blobs(detector := inputs.detectors[name])]
        self._scanner = Scanner(_blob_conditions(conditions), detectors, cache)
        self._start: _Judged | None = None

    def are(self, catalogue: Catalogue, rules: Collection[str], inputs: Inputs) -> bool:
        """Whether these would be the same questions."""
        known = self._catalogue.digest, self._rules, self._inputs
        return known == (catalogue.digest, sorted(set(rules)), inputs)

    @property
    def files(self) -> int:
        """How many files the snapshot has that is kept in memory to start from."""
        return len(self._start.entries) if self._start is not None else 0

    def evaluate(
        self,
        snapshot: Snapshot,
        change: Change | None = None,
        base: Snapshot | None = None,
        tip: Snapshot | None = None,
        *,
        is_start: bool = False,
        is_base: bool = False,
    ) -> Evaluation:
        """The rules on one snapshot; a rule that crashes is `error`, the others are judged all the same.

        base: the snapshot the change is from; tip: the newest of the branch it goes to.
        is_start: what comes later is likely to resemble it. A change is one of the snapshot that was that start, and
        what its commits only carried on from there is none of theirs. is_base: a head will be compared with it.
        """
        start = self._start
        if start is not None and change is None and start.is_like(snapshot, is_base=is_base):
            return start.again()
        seen = self._scanner.scan(snapshot, change, is_start=is_start)
        if start is not None and change is not None and not is_start:
            seen.leave_out_passing(start.seen.identities())
        judged = self._judge(seen, Trees(snapshot, base, change, tip, self._inputs.deploy), is_base=is_base)
        if is_start:
            self._start = judged
        return judged.evaluation

    def _judge(self, seen: Scan, trees: Trees, *, is_base: bool) -> "_Judged":
        snapshot = trees.head
        paths = [path for path, entry in snapshot.entries.items() if entry.kind.is_readable]
        start, ledger = self._start, Ledger()
        if start is not None and start.index.paths == paths:
            index, components = start.index, start.components
        else:
            index = PathIndex(paths, self._globs)
            components = find_components(paths) if self._is_divided else (ROOT,)
        known = start.holding(seen, index, components) if start is not None else {}
        judging = Judging(self._catalogue, self._reached, self._inputs, seen, trees, known, ledger, is_base=is_base)
        view = SnapshotView(index, seen, self._inputs, ledger, judging.refer, components)
        results = {name: judging.judge(name, view) for name in self._rules}
        evaluation = Evaluation(
            results, len(snapshot.entries), seen.bytes, seen.blobs_scanned, seen.blobs_cached, tuple(seen.warnings)
        )
        return _Judged(snapshot.entries, seen, index, components, judging.judged, evaluation, is_base=is_base)


@dataclass(frozen=True, slots=True)
class _Judged:
    """One snapshot with everything that was seen of it and drawn from that; judged: referred rules too."""

    entries: Mapping[str, Entry]
    seen: Scan
    index: PathIndex
    components: tuple[str, ...]
    judged: Mapping[str, Drawn[RuleResult]]
    evaluation: Evaluation
    is_base: bool

    def is_like(self, snapshot: Snapshot, *, is_base: bool) -> bool:
        """Whether the same files were judged for the same end, and nothing failed that may succeed the next time."""
        has_failed = any(_has_failed(drawn.answer) for drawn in self.judged.values())
        is_same = self.entries == snapshot.entries and self.is_base is is_base
        return is_same and self.seen.is_certain and not has_failed

    def again(self) -> Evaluation:
        """The same once more, for which no file is looked into."""
        looked = sum(facts.is_read for facts in self.seen.files.values())
        return replace(self.evaluation, bytes=0, blobs_scanned=0, blobs_cached=looked)

    def holding(self, seen: Scan, index: PathIndex, components: tuple[str, ...]) -> dict[str, Drawn[RuleResult]]:
        """The rules that were drawn from nothing that differs in another snapshot."""
        differing = differing_sights(self.seen, seen)
        if index is not self.index:
            differing |= differing_paths(self.index.paths, index.paths, index.globs)
        if components != self.components:
            differing.add(COMPONENTS)
        return {
            name: drawn
            for name, drawn in self.judged.items()
            if drawn.grounds.isdisjoint(differing) and not _has_failed(drawn.answer)
        }


def _has_failed(result: RuleResult) -> bool:
    return result.status is Status.ERROR or any(aspect.status is Status.ERROR for aspect in result.aspects)


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
