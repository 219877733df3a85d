"""The files of one commit, and the part of them a change touches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha1
from typing import Protocol


class EntryKind(StrEnum):
    FILE = "file"
    EXECUTABLE = "executable"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"

    @property
    def is_readable(self) -> bool:
        return self in (EntryKind.FILE, EntryKind.EXECUTABLE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a snapshot: blob is git's object id in hex, size is in bytes (-1 when unknown)."""

    path: str
    blob: str
    size: int
    kind: EntryKind = EntryKind.FILE


class Snapshot(Protocol):
    """The files of one commit (git, a work tree or memory); paths use `/` and come from the repository root."""

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path in order, symlinks and submodules included."""
        ...

    def read(self, blob: str) -> bytes:
        """The bytes of a blob; raises `Unreadable` when they cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path a change touches.

    status: `added`, `modified`, `deleted` or `renamed`; `old_path` differs from `path` only when renamed.
    added: inclusive 1-based line ranges of the head file that the change wrote; deleted: of the base file.
    """

    path: str
    old_path: str
    status: str
    added: tuple[tuple[int, int], ...] = ()
    deleted: tuple[tuple[int, int], ...] = ()

    def touches(self, line: int) -> bool:
        return any(first <= line <= last for first, last in self.added)


@dataclass(frozen=True, slots=True)
class PassingBlob:
    """A blob that a commit of the change brought and that the head no longer holds."""

    commit: str
    path: str
    blob: str


@dataclass(frozen=True, slots=True)
class Passing:
    """All such blobs; is_whole: whether none was left out because there are too many commits or blobs."""

    blobs: tuple[PassingBlob, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between the merge base and the head, and what came and went in between."""

    files: Mapping[str, FileChange]
    passing: Passing = Passing()

    def touches(self, path: str, line: int) -> bool:
        change = self.files.get(path)
        return change is not None and change.touches(line)


def blob_id(content: bytes) -> str:
    """Git's SHA-1 object id of a blob."""
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class MemorySnapshot:
    """A snapshot from texts, for rule examples and tests."""

    files: Mapping[str, str | bytes]
    entries: dict[str, Entry] = field(init=False)
    _blobs: dict[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.entries, self._blobs = {}, {}
        for path, text in sorted(self.files.items()):
            content = text.encode() if isinstance(text, str) else text
            blob = blob_id(content)
            self._blobs[blob] = content
            self.entries[path] = Entry(path, blob, len(content))

    def read(self, blob: str) -> bytes:
        return self._blobs[blob]
