"""A document as plain values that knows on which line each of them was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Location = tuple[str | int, ...]
Mark = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marked:
    """value: dicts, lists and scalars; marks: 1-based (line, column) by location, gaps are filled by the parent."""

    value: Any
    marks: Mapping[Location, Mark] = field(default_factory=dict)

    def place(self, location: Location) -> Mark:
        """The line and column of a location or of its nearest parent; (1, 1) when nothing is known."""
        for end in range(len(location), -1, -1):
            mark = self.marks.get(location[:end])
            if mark is not None:
                return mark
        return (1, 1)
