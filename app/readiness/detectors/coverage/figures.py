"""Figures: counted in whole numbers, decided in whole numbers, shown rounded down."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.readiness.detectors.coverage.model import HIT, MISS, PARTIAL, FileCoverage

_PLACES = 100


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many."""

    covered: int = 0
    total: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.covered + other.covered, self.total + other.total)

    @property
    def percent(self) -> float | None:
        """Rounded down to two decimals, so that 80 is never shown for less; None of nothing."""
        return self.covered * 100 * _PLACES // self.total / _PLACES if self.total else None

    def meets(self, minimum: float) -> bool:
        """Whether the percentage is at least so many; of nothing there is nothing to ask."""
        wanted = Decimal(str(minimum))
        return not self.total or 100 * self.covered >= wanted * self.total

    @property
    def missed(self) -> int:
        return self.total - self.covered

    def __str__(self) -> str:
        return f"{self.percent:.2f} %" if self.percent is not None else "nothing to cover"


def count_lines(one: FileCoverage, *, partials_miss: bool = False) -> Count:
    """Distinct lines; a line that ran in part counts as covered unless it is to count as missed."""
    states = one.final_states() if partials_miss else one.states
    hit, partial, miss = states.count(HIT), states.count(PARTIAL), states.count(MISS)
    return Count(hit if partials_miss else hit + partial, hit + partial + miss)


def count_statements(one: FileCoverage) -> Count:
    """Of Go; nothing for other languages."""
    counts = one.statements.values()
    return Count(sum(number >> 1 for number in counts if number & 1), sum(number >> 1 for number in counts))


def count_branches(files: Iterable[FileCoverage]) -> Count:
    return total(Count(*one.branches.counts()) for one in files)


def count_project(files: Iterable[FileCoverage], *, partials_miss: bool = False) -> Count:
    """The figure of a project: lines, and statements in Go files, as `go tool cover` counts."""
    return total(
        count_statements(one) if one.statements else count_lines(one, partials_miss=partials_miss) for one in files
    )


def total(counts: Iterable[Count]) -> Count:
    return sum(counts, Count())
