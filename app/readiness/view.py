"""What conditions are answered from: the scan of a snapshot, whole or narrowed to one component."""

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date

from app.readiness.components import ROOT, Owners
from app.readiness.conditions.answer import NO, Answer, Truth
from app.readiness.conditions.condition import BlobCondition
from app.readiness.conditions.kustomize import KUSTOMIZATIONS, Reach, reach_of
from app.readiness.conditions.sight import PLACES, Sight, Sights
from app.readiness.globs import glob_set
from app.readiness.grounds import Drawn, Ledger, at_glob
from app.readiness.inputs import Inputs
from app.readiness.paths import Scope, role_of
from app.readiness.policy import Attestation
from app.readiness.result import RuleResult
from app.readiness.scan import Scan
from app.readiness.scan_plan import name_of
from app.readiness.status import Confidence, Status


class Crashed(Exception):
    """A condition cannot be answered because looking into a file failed."""


class PathIndex:
    """Which paths lie at which globs, found in one pass over all of them."""

    def __init__(self, paths: Sequence[str], globs: tuple[str, ...]) -> None:
        self.paths, self.globs = paths, globs
        self._found: dict[str, list[str]] = {glob: [] for glob in globs}
        matcher = glob_set(globs)
        for path in paths:
            for index in matcher.hits(path):
                self._found[matcher.globs[index]].append(path)

    def at(self, globs: Sequence[str]) -> Sequence[str]:
        """In path order; raises KeyError for a glob it was not built with."""
        if len(globs) == 1:
            return self._found[globs[0]]
        return sorted({path for glob in globs for path in self._found[glob]})


@dataclass(slots=True)
class _Across:
    """What spans files, worked out once for a snapshot."""

    reach: Reach | None = None
    owners: Owners | None = None


@dataclass(slots=True)
class SnapshotView:
    """Answers for one component: its own files and those that lie in no component; the ledger notes what was asked."""

    paths: PathIndex
    scan: Scan
    inputs: Inputs
    ledger: Ledger
    judge_reference: "Callable[[str, SnapshotView], RuleResult | Answer]"
    components: tuple[str, ...] = (ROOT,)
    component: str = ROOT
    parent: "SnapshotView | None" = None
    _referred: dict[str, Drawn[RuleResult | Answer]] = field(default_factory=dict)
    _across: _Across = field(default_factory=_Across)

    @property
    def today(self) -> date:
        return self.inputs.today

    @property
    def attestations(self) -> Sequence[Attestation]:
        return self.inputs.attestations

    @property
    def tool_reports(self) -> Mapping[str, bytes]:
        return self.inputs.tool_reports

    def narrowed(self, component: str) -> "SnapshotView":
        """The view of one component."""
        view = copy(self.whole())
        view.component, view.parent, view._referred = component, self.whole(), {}
        return view

    def knowing(self, result: RuleResult) -> "SnapshotView":
        """The same view, in which a reference to the rule gets this result."""
        view = copy(self)
        view._referred = {**self._referred, result.rule: Drawn(result)}
        return view

    def whole(self) -> "SnapshotView":
        return self.parent or self

    def _holds(self, path: str) -> bool:
        return self.parent is None or self.owners.of_path(path) in (ROOT, self.component)

    @property
    def owners(self) -> Owners:
        if self._across.owners is None:
            self._across.owners = Owners(self.components)
        return self._across.owners

    def paths_matching(self, globs: tuple[str, ...], scope: Scope) -> Sequence[str]:
        self.ledger.note(map(at_glob, globs))
        return [path for path in self.paths.at(globs) if scope.includes(role_of(path)) and self._holds(path)]

    def sights(self, condition: BlobCondition) -> Sequence[tuple[str, Sight]]:
        name = name_of(condition)
        self.ledger.note((name,))
        if name in self.scan.crashes:
            raise Crashed(self.scan.crashes[name])
        found = [(path, sight) for path, sight in self.scan.sights.get(name, ()) if self._holds(path)]
        if self.parent is None or not getattr(condition, "names_objects", False):
            return found
        return [(path, own) for path, sight in found if (own := self._own(path, sight)) is not None]

    def _own(self, path: str, sight: Sight) -> Sight | None:
        """Of a shared file what belongs to this component or to none."""
        owners = self.owners
        if owners.of_path(path) != ROOT:
            return sight
        hits, misses = (
            tuple(place for place in places if owners.of_words(place[1]) in (ROOT, self.component))
            for places in (sight.hits, sight.misses)
        )
        return replace(sight, hits=hits, misses=misses) if hits or misses or sight.doubt else None

    def reachable(self, sights: Sights) -> Sights:
        self.ledger.note((name_of(KUSTOMIZATIONS),))
        if self._across.reach is None:
            self._across.reach = reach_of(self.whole().sights(KUSTOMIZATIONS))
        return self._across.reach.narrow(sights)

    def refer(self, name: str, statuses: Collection[Status]) -> Answer:
        if name not in self._referred:
            self._referred[name] = self.ledger.draw(lambda: self.judge_reference(name, self))
        found = self._referred[name]
        self.ledger.note(found.grounds)
        return found.answer if isinstance(found.answer, Answer) else _answer_of(found.answer, statuses)


def _answer_of(result: RuleResult, statuses: Collection[Status]) -> Answer:
    if result.status in statuses:
        return Answer(Truth.TRUE, result.evidence[:PLACES], is_firm=result.confidence is Confidence.HIGH)
    if result.status is Status.ERROR:
        raise Crashed(f"the rule {result.rule} could not be judged")
    if result.status is Status.UNKNOWN:
        return Answer(Truth.UNKNOWN, doubts=(f"the rule {result.rule} is unknown",))
    return NO
