"""The base beside the head: whether coverage fell, and what stopped being run or counted in untouched code."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.readiness.detectors.coverage.figures import Count, count_lines, count_project
from app.readiness.detectors.coverage.model import FileCoverage
from app.readiness.detectors.coverage.patch import Lost, find_lost, without_deleted
from app.readiness.snapshot import Change


@dataclass(frozen=True, slots=True)
class Comparison:
    """before: the figure of the base; adjusted: without the lines that the change took away.

    lost: lines that ran before and do not now, in untouched code; shrunk: untouched files in which fewer lines count.
    """

    before: Count
    adjusted: Count
    after: Count
    lost: tuple[Lost, ...] = ()
    shrunk: tuple[str, ...] = ()

    def drops_over(self, points: float) -> bool:
        """Whether the figure fell by more than so many percentage points."""
        if not self.adjusted.total or not self.after.total:
            return False
        fall = self.adjusted.covered * self.after.total - self.after.covered * self.adjusted.total
        return 100 * fall > Decimal(str(points)) * self.adjusted.total * self.after.total


def compare_coverage(
    base: Mapping[str, FileCoverage], head: Mapping[str, FileCoverage], change: Change, *, partials_miss: bool = False
) -> Comparison:
    """base and head: merged reports of both sides, by path of their own side."""
    kept = without_deleted(base, change)
    shrunk = tuple(
        path
        for path, one in sorted(head.items())
        if path not in change.files and path in base and count_lines(one).total < count_lines(base[path]).total
    )
    return Comparison(
        before=count_project(base.values(), partials_miss=partials_miss),
        adjusted=count_project(kept.values(), partials_miss=partials_miss),
        after=count_project(head.values(), partials_miss=partials_miss),
        lost=find_lost(base, head, change),
        shrunk=shrunk,
    )
