"""What a report says: for every file one state a line, its branches, and for Go its statements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.readiness.detectors.coverage.branches import Branches, first_taken
from app.readiness.detectors.coverage.problems import malformed, over_limit

NONE, MISS, PARTIAL, HIT = range(4)
LARGEST_LINE = 5_000_000
MOST_LINES = 50_000_000
MOST_FILES = 200_000
LONGEST_PATH = 4_096


@dataclass(slots=True)
class FileCoverage:
    """One file as one report sees it.

    path: as the report writes it; states: a byte a line, index 0 unused; statements: of Go, twice their number plus
    one where they ran, by their place.
    """

    path: str
    states: bytearray = field(default_factory=bytearray)
    branches: Branches = field(default_factory=Branches)
    statements: dict[str, int] = field(default_factory=dict)
    pending: dict[int, tuple[int, int]] = field(default_factory=dict)

    def mark(self, line: int, state: int) -> None:
        """The highest state wins; line 0 is no line. Raises `BadReport` for one that no file has."""
        if line >= len(self.states):
            self.grow(line)
        elif line < 0:
            raise malformed(f"a line number is negative: {line}", place=shown(self.path))
        if line and self.states[line] < state:
            self.states[line] = state

    def mark_range(self, first: int, last: int, state: int) -> None:
        if last > LARGEST_LINE:
            self.grow(last)
        for line in range(first, max(first, last) + 1):
            self.mark(line, state)

    def branch(self, line: int, taken: int, total: int) -> None:
        """Numbers only."""
        self.branch_mask(line, *first_taken(taken, total))

    def branch_ways(self, line: int, ways: Iterable[bool]) -> None:
        """Each way out of the line in the report's order, and whether it was taken."""
        taken = list(ways)
        self.branch_mask(line, sum(1 << place for place, way in enumerate(taken) if way), len(taken))

    def branch_mask(self, line: int, mask: int, total: int) -> None:
        known, count = self.pending.get(line, (0, 0))
        self.pending[line] = (known | mask, max(count, total))

    def grow(self, line: int) -> None:
        if line > LARGEST_LINE:
            raise malformed(f"line {line} is beyond the end of any source file", place=shown(self.path))
        self.states.extend(bytes(line + 1 - len(self.states)))

    def finish(self) -> None:
        """Puts the branches that were told one by one where they belong, and turns hits into partial ones."""
        if self.pending:
            told = Branches.of(self.pending)
            self.branches = self.branches.merged(told) if self.branches.lines else told
            self.pending = {}
        if self.states:
            self.states[0] = NONE
            self.states = self.states.rstrip(b"\0")

    def final_states(self) -> bytearray:
        """The states with `PARTIAL` for lines that ran and left a branch untaken."""
        final = bytearray(self.states)
        for line in self.branches.incomplete():
            if line < len(final) and final[line] == HIT:
                final[line] = PARTIAL
        return final

    def absorb(self, other: "FileCoverage") -> None:
        """Another shard of the same file: the maximum of each line, every branch that either took."""
        self.states = highest(self.states, other.states) if self.states else bytearray(other.states)
        if other.branches.lines:
            self.branches = self.branches.merged(other.branches) if self.branches.lines else other.branches
        for place, known in other.statements.items():
            self.statements[place] = max(self.statements.get(place, 0), known)


def highest(one: bytearray, other: bytearray) -> bytearray:
    """Element by element; what one of them does not have counts as none."""
    short, long = sorted((one, other), key=len)
    merged = bytearray(map(max, short, long))
    merged += long[len(short) :]
    return merged


@dataclass(slots=True)
class Report:
    """One report. files: by what tells them apart in it, usually their path; tool_totals: what the tool itself says.

    tool_totals holds covered, total and unit, or is None where the report states nothing.
    """

    format: str
    files: dict[str, FileCoverage] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    tool_totals: dict[str, Any] | None = None
    warnings: list[str] = field(default_factory=list)

    def file(self, path: str, key: str | None = None) -> FileCoverage:
        """The file of that name, made at its first mention. Raises `BadReport` for names and numbers over a limit."""
        key = path if key is None else key
        found = self.files.get(key)
        if found is None:
            check_name(path)
            if len(self.files) >= MOST_FILES:
                raise over_limit(f"the report names more than {MOST_FILES:,} files")
            found = self.files[key] = FileCoverage(path)
        return found

    def state_totals(self, covered: int | None, total: int | None, unit: str = "lines") -> None:
        if covered is not None and total is not None:
            self.tool_totals = {"covered": covered, "total": total, "unit": unit}

    def finish(self) -> "Report":
        """Raises `BadReport` where all lines together are over the limit."""
        for one in self.files.values():
            one.finish()
        if sum(len(one.states) for one in self.files.values()) > MOST_LINES:
            raise over_limit(f"the report speaks of files with more than {MOST_LINES:,} lines together")
        return self

    def __iter__(self) -> Iterator[FileCoverage]:
        return iter(self.files.values())


def check_name(path: str) -> None:
    if not path:
        raise malformed("a file has no name")
    if "\0" in path:
        raise malformed("the name of a file holds a NUL byte", place=shown(path))
    if len(path) > LONGEST_PATH:
        raise malformed(f"the name of a file has more than {LONGEST_PATH:,} characters", place=shown(path))


def shown(path: str) -> str:
    """A name out of a report, short and printable."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in path[:120])
    return f"`{printable}`"
