"""The one table of a run: each row a measurement, and where there is a yardstick its ratio and target."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """cpu and wall in seconds; ratio is ours over the yardstick's, target the most it may be (the least, if at_least).

    at_least: true where more is better, as with requests a second.
    """

    part: str
    what: str
    cpu: float | None = None
    wall: float | None = None
    megabytes: float | None = None
    ratio: float | None = None
    target: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def is_met(self) -> bool:
        if self.ratio is None or self.target is None:
            return True
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target


HEADINGS = ("part", "what", "CPU ms", "wall ms", "MB", "ratio", "target", "met", "note")


def render(rows: Iterable[Row]) -> str:
    """A Markdown table with even columns."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    texts = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    return "\n".join([texts[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *texts[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    sign = "≥" if row.at_least else "≤"
    return (
        row.part,
        row.what,
        _number(row.cpu, 1000, 0),
        _number(row.wall, 1000, 0),
        _number(row.megabytes, 1, 0),
        _number(row.ratio, 1, 2),
        f"{sign} {row.target:.2f}" if row.target is not None else "",
        "" if row.target is None else ("yes" if row.is_met else "NO"),
        row.note,
    )


def _number(value: float | None, factor: float, digits: int) -> str:
    return "" if value is None else f"{value * factor:,.{digits}f}"
