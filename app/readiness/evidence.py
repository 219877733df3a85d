"""Evidence: the line that says why a status is what it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """`path:line` and a few words; line is 1-based, 1 for a whole file; text holds at most 200 characters."""

    path: str
    line: int
    text: str
