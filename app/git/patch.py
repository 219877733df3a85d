"""Reading what `git diff-tree --raw -p -U0` says: which paths, and which lines, never the lines themselves."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from app.git.errors import GitError
from app.git.trees import FILE_LIMIT, Difference, Leaf

_HUNK = re.compile(rb"@@ -(\d{1,12})(?:,(\d{1,12}))? \+(\d{1,12})(?:,(\d{1,12}))? @@")
_SUBMODULE = b"160000"
_CARRIED = 4096
_ABSENT: Leaf = (b"000000", "0" * 40)


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One changed path as git lists it: modes and object ids of both sides, a status letter, raw names."""

    old_mode: bytes
    new_mode: bytes
    old_blob: str
    new_blob: str
    status: str
    old_name: bytes
    name: bytes

    @property
    def is_submodule(self) -> bool:
        return _SUBMODULE in (self.old_mode, self.new_mode)

    @property
    def sections(self) -> int:
        """How many patch sections git prints for it: two where a file became a link."""
        return 2 if self.status == "T" else 1


def record_of(difference: Difference) -> RawRecord:
    """The record git would list for a difference between trees, without looking for renames."""
    old, new = difference.old or _ABSENT, difference.new or _ABSENT
    if difference.old is None or difference.new is None:
        status = "D" if difference.new is None else "A"
    else:
        status = "M" if old[0][:2] == new[0][:2] else "T"
    return RawRecord(old[0], new[0], old[1], new[1], status, difference.name, difference.name)


def read_raw(pieces: Iterator[bytes]) -> tuple[list[RawRecord], bytes]:
    """The NUL-separated records at the start of the output, and the first bytes of what follows them.

    Raises `GitError` above 100,000 records.
    """
    source = _Fields(pieces)
    records: list[RawRecord] = []
    while (start := source.peek()) == b":":
        facts = source.field()[1:].split(b" ")
        if len(facts) != 5:  # noqa: PLR2004  (two modes, two ids, one status)
            raise GitError("git listed a change in a form that is not understood")
        if len(records) == FILE_LIMIT:
            raise GitError(f"the change touches more than {FILE_LIMIT:,} files")
        name = source.field()
        moved = facts[4][:1] in (b"R", b"C")
        records.append(
            RawRecord(
                facts[0],
                facts[1],
                facts[2].decode(),
                facts[3].decode(),
                facts[4][:1].decode(),
                name,
                source.field() if moved else name,
            )
        )
    if start == b"\0":
        source.field()
    return records, source.rest


class _Fields:
    """NUL-ended fields from a stream of pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.rest = b""

    def peek(self) -> bytes:
        while not self.rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self.rest = piece
        return self.rest[:1]

    def field(self) -> bytes:
        parts = [self.rest]
        while b"\0" not in parts[-1]:
            piece = next(self._pieces, None)
            if piece is None:
                raise GitError("git stopped in the middle of a list of changes")
            parts.append(piece)
        found, _, self.rest = b"".join(parts).partition(b"\0")
        return found


@dataclass(slots=True)
class Section:
    """The patch of one path: inclusive 1-based line ranges of each side."""

    added: list[tuple[int, int]] = field(default_factory=list)
    deleted: list[tuple[int, int]] = field(default_factory=list)
    binary: bool = False

    def take(self, old: tuple[int, int], new: tuple[int, int]) -> None:
        for (start, count), ranges in ((old, self.deleted), (new, self.added)):
            if count:
                ranges.append((start, start + count - 1))


def read_sections(first: bytes, pieces: Iterable[bytes]) -> list[Section]:
    """One section a `diff --git` header, in order; the changed lines themselves are skipped unread."""
    sections: list[Section] = []
    left = 0
    for line in lines_of(first, pieces):
        if left:
            left -= line[:1] in (b"+", b"-")
        elif line.startswith(b"diff --git "):
            sections.append(Section())
        elif sections and line.startswith(b"Binary files "):
            sections[-1].binary = True
        elif sections and (hunk := _HUNK.match(line)):
            old, new = (int(hunk[1]), int(hunk[2] or 1)), (int(hunk[3]), int(hunk[4] or 1))
            sections[-1].take(old, new)
            left = old[1] + new[1]
    return sections


def lines_of(first: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their ends; of a line that spans pieces only 4 KiB are carried over."""
    rest = b""
    for piece in chain((first,), pieces):
        *lines, rest = (rest + piece).split(b"\n")
        rest = rest[:_CARRIED]
        yield from lines
    if rest:
        yield rest
