"""Branches of one file: for each line how many there are, and which of them were taken."""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MOST_BRANCHES = 4_096
"""On one line; above that they are counted as this many."""


@dataclass(slots=True)
class Branches:
    """Parallel lists, a line each: bit n of a mask is branch n in the report's order.

    A report that says only how many were taken sets the lowest bits, so that merging, which joins bits, takes the
    maximum: it can count too few and never too many.
    """

    lines: "array[int]" = field(default_factory=lambda: array("I"))
    masks: list[int] = field(default_factory=list)
    totals: "array[int]" = field(default_factory=lambda: array("H"))

    @staticmethod
    def of(branches: Mapping[int, tuple[int, int]]) -> "Branches":
        """From (mask, total) by line."""
        made = Branches()
        for line, (mask, total) in sorted(branches.items()):
            if total:
                made.add(line, mask, total)
        return made

    def add(self, line: int, mask: int, total: int) -> None:
        if total > MOST_BRANCHES or mask >> total:
            total = min(total, MOST_BRANCHES)
            mask &= (1 << total) - 1
        self.lines.append(line)
        self.masks.append(mask)
        self.totals.append(total)

    def items(self) -> Iterator[tuple[int, int, int]]:
        """Line, mask and total."""
        return zip(self.lines, self.masks, self.totals, strict=True)

    def merged(self, other: "Branches") -> "Branches":
        joined = {line: (mask, total) for line, mask, total in self.items()}
        for line, mask, total in other.items():
            known, count = joined.get(line, (0, 0))
            joined[line] = (known | mask, max(count, total))
        return Branches.of(joined)

    def counts(self) -> tuple[int, int]:
        """How many were taken, and how many there are."""
        return sum(map(int.bit_count, self.masks)), sum(self.totals)

    def incomplete(self) -> list[int]:
        """Lines with a branch that was not taken."""
        return [line for line, mask, total in self.items() if mask.bit_count() < total]


def first_taken(taken: int, total: int) -> tuple[int, int]:
    """The mask and total of a line that tells only numbers."""
    total = min(max(total, 0), MOST_BRANCHES)
    return (1 << min(max(taken, 0), total)) - 1, total
