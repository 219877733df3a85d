"""The files of a work tree or plain folder as they stand."""

import stat
from collections.abc import Iterator
from os import stat_result
from pathlib import Path
from typing import NamedTuple

from app.git.errors import GitError
from app.git.folder import Folder, walk
from app.git.index import IndexEntry, read_index, read_untracked
from app.git.objects import hash_blob, kind_of, sizes_of
from app.git.paths import decode_path, unique_path
from app.git.process import MIB, Git
from app.git.reader import ObjectReader
from app.readiness.snapshot import Entry, EntryKind

READ_LIMIT = 20 * MIB


class _Found(NamedTuple):
    """A path of the work tree with what the file system and the index say of it."""

    name: bytes
    facts: stat_result
    indexed: IndexEntry | None


class WorktreeSnapshot:
    """Tracked files and untracked ones that are not ignored, with the content they have now.

    `git` is None for a folder that is no repository: then every file below it counts.
    A file over 20 MiB has an id of its own and cannot be read. Links are entries and are never followed.
    """

    def __init__(self, root: Path, git: Git | None = None, *, algorithm: str = "sha1") -> None:
        self._folder = Folder(root)
        self._git = git
        self._committed = ObjectReader(git) if git else None
        self._algorithm = algorithm
        self._names: dict[str, bytes] = {}
        self.raw_names: dict[str, bytes] = {}
        self.entries: dict[str, Entry] = {}
        # Whether every file is as the index has it, and no other one is there.
        self.is_as_indexed = True
        for found, blob, kind in self._identified(list(self._found(root))):
            path = unique_path(decode_path(found.name), self.entries)
            size = 0 if kind is EntryKind.SUBMODULE else found.facts.st_size
            self.entries[path] = Entry(path, blob, size, kind)
            self.raw_names[path] = found.name
            self._names.setdefault(blob, found.name)

    def _found(self, root: Path) -> Iterator[_Found]:
        index = read_index(self._git) if self._git else {}
        others = read_untracked(self._git) if self._git else walk(root)
        self.is_as_indexed = not others
        for name in sorted({*index, *others}):
            facts = self._folder.stat(name)
            if facts is not None:
                yield _Found(name, facts, index.get(name))
            else:
                self.is_as_indexed = False

    def _identified(self, files: list[_Found]) -> Iterator[tuple[_Found, str, EntryKind]]:
        clean = self._clean(files)
        for found in files:
            kind = _kind(found)
            if kind is None:
                self.is_as_indexed = False
                continue
            if found.indexed and (kind is EntryKind.SUBMODULE or found.name in clean):
                blob = found.indexed.blob
            else:
                blob = self._hash(found, kind)
            if not found.indexed or (blob, kind) != (found.indexed.blob, kind_of(found.indexed.mode)):
                self.is_as_indexed = False
            yield found, blob, kind

    def _clean(self, files: list[_Found]) -> set[bytes]:
        """Paths whose content is surely the indexed blob: unchanged since, and stored as they are on disk.

        Line-end conversion and filters change the size, so equal sizes mean equal bytes.
        """
        if self._git is None:
            return set()
        try:
            index_time = _index_path(self._git).stat().st_mtime_ns
        except OSError:
            return set()
        likely = [f for f in files if f.indexed and f.indexed.matches(f.facts, index_time)]
        sizes = sizes_of(self._git, (f.indexed.blob for f in likely if f.indexed and f.indexed.mode != b"160000"))
        return {f.name for f in likely if f.indexed and sizes.get(f.indexed.blob) == f.facts.st_size}

    def _hash(self, found: _Found, kind: EntryKind) -> str:
        if kind is EntryKind.SYMLINK:
            return hash_blob(self._folder.target(found.name), self._algorithm)
        if found.facts.st_size > READ_LIMIT:
            return self._stand_in(found)
        try:
            return hash_blob(self._folder.read(found.name, READ_LIMIT), self._algorithm)
        except GitError:
            return self._stand_in(found)

    def _stand_in(self, found: _Found) -> str:
        """An id for a file whose content is not read."""
        facts = b"unread\0%d\0%d\0%s" % (found.facts.st_size, found.facts.st_mtime_ns, found.name)
        return hash_blob(facts, self._algorithm)

    def read(self, blob: str) -> bytes:
        """The bytes of a file, or of a committed blob that no file holds any more.

        Raises `GitError` for a file that is too big or has changed since it was listed.
        """
        name = self._names.get(blob)
        if name is None and self._committed:
            return self._committed.read(blob)
        if name is None:
            raise GitError(f"no file of the work tree has the content {blob}")
        facts = self._folder.stat(name)
        is_link = facts is not None and stat.S_ISLNK(facts.st_mode)
        content = self._folder.target(name) if is_link else self._folder.read(name, READ_LIMIT)
        if hash_blob(content, self._algorithm) != blob:
            raise GitError("the file changed while it was being judged", where=decode_path(name), mend="Try again.")
        return content

    def close(self) -> None:
        self._folder.close()
        if self._committed:
            self._committed.close()


def _kind(found: _Found) -> EntryKind | None:
    """None for what git cannot hold: sockets, pipes, devices, folders that are no submodule."""
    mode = found.facts.st_mode
    if stat.S_ISLNK(mode):
        return EntryKind.SYMLINK
    if stat.S_ISREG(mode):
        return EntryKind.EXECUTABLE if mode & stat.S_IXUSR else EntryKind.FILE
    is_submodule = found.indexed is not None and found.indexed.mode == b"160000"
    return EntryKind.SUBMODULE if is_submodule and stat.S_ISDIR(mode) else None


def _index_path(git: Git) -> Path:
    assert git.git_dir is not None
    return git.git_dir / "index"
