"""A named command of a repository."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Script:
    """tool: who runs it, such as `make`; run: its commands, one a line, "" when they are not known; line: 1-based."""

    tool: str
    name: str
    run: str
    line: int
