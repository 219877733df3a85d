"""A mirror that stays open between evaluations: a commit is listed by how it differs from the last one."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from app.git.change import read_change
from app.git.errors import GitError
from app.git.mirror import merge_base
from app.git.objects import ENTRY_LIMIT, kind_of, list_entries
from app.git.passing import line_between, read_passing
from app.git.paths import decode_path
from app.git.process import Git
from app.git.reader import UNKNOWN_SIZE, ObjectReader
from app.git.trees import Difference, differences, find_leaf
from app.readiness.snapshot import Change, Entry, EntryKind

# A commit that differs in more paths is quicker listed afresh.
_NEAR = 2_000
_OPEN_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of one tree by path, in order; is_plain: every path is exactly the name git has."""

    tree: str
    entries: dict[str, Entry]
    is_plain: bool


@dataclass(frozen=True, slots=True)
class MirrorSnapshot:
    """One commit or tree of an open mirror, as `readiness.snapshot.Snapshot`."""

    entries: dict[str, Entry]
    reader: ObjectReader

    def read(self, blob: str) -> bytes:
        """The bytes of a blob; raises `GitError`."""
        return self.reader.read(blob)


class OpenMirror(AbstractContextManager["OpenMirror"]):
    """One git folder read through processes that stay open until `close`; not safe for several threads at once."""

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir
        self._git = Git(git_dir)
        self._reader = ObjectReader(self._git)
        self._known: Listing | None = None

    def snapshot(self, treeish: str, *, is_start: bool = False) -> MirrorSnapshot:
        """The files of a commit or tree; is_start: what comes later is likely to resemble it.

        Sizes are -1 for blobs that are not here. Raises `GitError` for what cannot be read, or over 500,000 files.
        """
        listing = self._list(treeish, self._known)
        if is_start:
            self._known = listing
        return MirrorSnapshot(listing.entries, self._reader)

    def change(self, base: MirrorSnapshot, head: MirrorSnapshot, base_name: str, head_name: str) -> Change:
        """From one to the other, and what passed in between; see `read_change` for the errors."""
        held = partial(_held, base.entries, head.entries)
        return read_change(self._git_dir, base_name, head_name, git=self._git, reader=self._reader, held=held)

    def missing(
        self, head: str, base: str | None, is_read: Callable[[str], bool], single_files: Iterable[tuple[str, str]] = ()
    ) -> list[str]:
        """Blobs that are not here and that an evaluation of `head` against `base` reads, each once.

        Besides the files whose path is read: what passed in between, and single files as (commit, path).
        """
        start = self._list(base, self._known) if base else self._known
        listings = [self._list(head, start), *((start,) if base and start else ())]
        sides = [listing.entries for listing in listings]
        absent = {
            entry.blob: None
            for entries in sides
            for entry in entries.values()
            if entry.size == UNKNOWN_SIZE and entry.kind.is_readable and is_read(entry.path)
        }
        others = [blob for commit, path in single_files if (blob := self.find(commit, path)) is not None]
        if base:
            passing = read_passing(self._git, base, head, held=partial(_held, *sides), reader=self._reader)
            others += [item.blob for item in passing.blobs if is_read(item.path)]
        absent.update((blob, None) for blob, size in self._reader.sizes(others).items() if size == UNKNOWN_SIZE)
        return list(absent)

    def merge_base(self, first: str, second: str) -> str | None:
        """The best common ancestor, None when they share no history; most heads lie on a straight line from it."""
        if line_between(self._reader, first, second) is not None:
            return first
        return merge_base(self._git, first, second)

    def read_text(self, commit: str, path: str) -> str | None:
        """The text of a plain file, None when the commit has no such file; raises `GitError`."""
        blob = self.find(commit, path)
        return None if blob is None else self._reader.read(blob).decode("utf-8", "replace")

    def find(self, commit: str, path: str) -> str | None:
        """The blob of a plain file, None when the commit has no such file."""
        leaf = find_leaf(self._reader, self._reader.tree_of(commit), path)
        return leaf[1] if leaf is not None and kind_of(leaf[0]).is_readable else None

    def has_other(self, commit: str, path: str) -> bool:
        """Whether something else than a plain file is there: a link, a folder, a submodule."""
        leaf = find_leaf(self._reader, self._reader.tree_of(commit), path)
        return leaf is not None and not kind_of(leaf[0]).is_readable

    def _list(self, treeish: str, known: Listing | None) -> Listing:
        tree = self._reader.tree_of(treeish)
        if known is not None and known.tree == tree:
            return known
        near = self._near(known, tree) if known is not None and known.is_plain else None
        return near or Listing(tree, *list_entries(self._git, tree))

    def _near(self, known: Listing, tree: str) -> Listing | None:
        """A tree told by its differences to a known one; None when they are too many or not plain."""
        try:
            found = differences(self._reader, known.tree, tree, _NEAR)
        except GitError:
            return None
        if len(known.entries) + len(found) > ENTRY_LIMIT:
            return None
        entries = dict(known.entries)
        sizes = self._reader.sizes(_blobs(found))
        for difference in found:
            path = decode_path(difference.name)
            if path.encode() != difference.name:
                return None
            entries.pop(path, None)
            if difference.new is not None:
                mode, sha = difference.new
                entries[path] = Entry(path, sha, sizes.get(sha, UNKNOWN_SIZE), kind_of(mode))
        # A blob that was not here when its old path was listed may have come with a new one.
        came = {path: sizes[one.blob] for path, one in entries.items() if one.size < 0 <= sizes.get(one.blob, -1)}
        entries.update((path, replace(entries[path], size=size)) for path, size in came.items())
        return Listing(tree, dict(sorted(entries.items())), is_plain=True)

    def close(self) -> None:
        self._reader.close()

    def __exit__(self, *_: object) -> None:
        self.close()


def _held(*sides: dict[str, Entry]) -> set[str]:
    """The blobs of all sides."""
    return {entry.blob for entries in sides for entry in entries.values()}


def _blobs(found: Iterable[Difference]) -> list[str]:
    """Those of the new side; the commits of submodules are no blobs of ours."""
    return [new[1] for difference in found if (new := difference.new) and kind_of(new[0]) is not EntryKind.SUBMODULE]


class OpenMirrors:
    """The mirrors used last, at most eight; one that was made anew meanwhile is opened anew."""

    def __init__(self) -> None:
        self._open: OrderedDict[Path, tuple[tuple[int, ...], OpenMirror]] = OrderedDict()

    def get(self, git_dir: Path) -> OpenMirror:
        """The mirror at a path; raises `GitError` when there is none."""
        identity = _identity(git_dir)
        known, mirror = self._open.pop(git_dir, (None, None))
        if mirror is None or known != identity:
            if mirror is not None:
                mirror.close()
            mirror = OpenMirror(git_dir)
        self._open[git_dir] = identity, mirror
        while len(self._open) > _OPEN_AT_ONCE:
            _, (_, oldest) = self._open.popitem(last=False)
            oldest.close()
        return mirror


def _identity(git_dir: Path) -> tuple[int, ...]:
    """What changes when a mirror is thrown away and made again at the same place."""
    try:
        folder, head = git_dir.stat(), (git_dir / "HEAD").stat()
    except OSError:
        raise GitError("there is no git repository here", where=str(git_dir)) from None
    return folder.st_dev, folder.st_ino, head.st_ino, head.st_mtime_ns
