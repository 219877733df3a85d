"""Coverage reports brought to a folder of this machine, and to a change in it."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import Unreadable
from app.git.local import open_local
from app.jobs.coverage_reports import read_reports
from app.jobs.sides import Sides, open_sides
from app.readiness.detectors.coverage.comparison import compare_coverage
from app.readiness.detectors.coverage.detector import CoverageDetector
from app.readiness.detectors.coverage.honesty import find_concerns
from app.readiness.detectors.coverage.judge import incomplete_because, verdict_figures
from app.readiness.detectors.coverage.mapping import Root
from app.readiness.detectors.coverage.measurement import Measurement, measure, place_of
from app.readiness.detectors.coverage.names import parts_of
from app.readiness.detectors.coverage.problems import BadReport
from app.readiness.detectors.coverage.settings import RULE, read_settings
from app.readiness.policy import Policy
from app.readiness.snapshot import Change, Snapshot
from app.readiness.status import Conclusion
from app.readiness.verdict import Verdict

_GO_MODULES = 200
_GO_MOD_SIZE = 100_000


def measure_reports(
    paths: Sequence[Path], root: Path | None, base: str | None = None, *, keeps_lost: bool = False
) -> Measurement:
    """root: the folder to look the files up in, None for nowhere; base: the change since then is measured too.

    keeps_lost: as in `measure`.

    What is wrong with a report is in the measurement. Raises `InvalidInput` for a wrong folder or name, `Unreadable`
    for a repository that cannot be read.
    """
    reports, problems = read_reports(paths)
    if root is None:
        return measure(reports, problems)
    with ExitStack() as opened:
        repository = open_local(root)
        sides = open_sides(repository, base, None, opened)
        place = place_of(sides.head, (here(repository.root), *go_roots(sides.head)))
        return measure(reports, problems, place=place, change=sides.change, keeps_lost=keeps_lost)


@dataclass(frozen=True, slots=True)
class Reports:
    """Files that somebody named: of the head, and of the base that a drop is told from."""

    head: tuple[Path, ...] = ()
    base: tuple[Path, ...] = ()


def coverage_detector(named: Reports, sides: Sides, root: Path, policy: Policy) -> CoverageDetector:
    """What judges the rule from these reports; raises `InvalidInput` for values of the policy that mean nothing."""
    settings = read_settings(policy.settings[RULE].parameters)

    def measured(paths: Sequence[Path], files: Snapshot, change: Change | None) -> Measurement:
        place = place_of(files, (*settings.fixes, here(root), *go_roots(files)))
        reports, problems = read_reports(paths)
        return measure(
            reports,
            problems,
            place=place,
            change=change,
            partials_miss=settings.partials_miss,
            paths=settings.paths,
        )

    found = measured(named.head, sides.head, sides.change)
    if sides.change is None:
        return CoverageDetector(found, settings)
    comparison = None
    if named.base and sides.base:
        before = measured(named.base, sides.base, None)
        strange = {name: BadReport("under half of its lines are in files of the base") for name in before.lost}
        found = replace(found, problems={**found.problems, **before.problems, **strange})
        comparison = compare_coverage(before.files, found.files, sides.change, partials_miss=settings.partials_miss)
    return CoverageDetector(found, settings, comparison, find_concerns(sides.head, sides.change))


def with_coverage(verdict: Verdict, detector: CoverageDetector) -> Verdict:
    """The figures in the verdict, which is incomplete where a report that somebody named cannot be used."""
    told = replace(verdict, coverage=verdict_figures(detector.asked))
    broken = incomplete_because(detector.measurement)
    if not broken:
        return told
    return replace(told, conclusion=Conclusion.FAILURE, complete=False, warnings=(*told.warnings, broken))


def here(root: Path) -> Root:
    """Tests that ran in this very folder name it in full."""
    return Root(parts_of(str(root)), ())


def go_roots(snapshot: Snapshot) -> list[Root]:
    """What the names in a coverprofile begin with, from every go.mod."""
    found = []
    modules = [path for path in snapshot.entries if path == "go.mod" or path.endswith("/go.mod")]
    for path in modules[:_GO_MODULES]:
        entry = snapshot.entries[path]
        if not entry.kind.is_readable or not 0 <= entry.size <= _GO_MOD_SIZE:
            continue
        try:
            name = _module(snapshot.read(entry.blob))
        except Unreadable:
            continue
        if name:
            found.append(Root(parts_of(name), parts_of(path)[:-1]))
    # The longest first: a module may lie within another one's name.
    return sorted(found, key=lambda root: -len(root.prefix))


def _module(content: bytes) -> str:
    for line in content.decode("utf-8", "replace").splitlines():
        words = line.split()
        if words[:1] == ["module"] and len(words) > 1:
            return words[1].strip('"`')
    return ""
