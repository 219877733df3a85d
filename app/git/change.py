"""The difference between two commits: paths, renames, line ranges, and blobs that came and went in between."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from itertools import chain
from pathlib import Path

from app.git.errors import GitError
from app.git.passing import read_passing
from app.git.patch import RawRecord, Section, read_raw, read_sections, record_of
from app.git.paths import decode_path, unique_path
from app.git.process import MIB, Git
from app.git.reader import ObjectReader
from app.git.trees import Irregular, differences
from app.readiness.snapshot import Change, FileChange

BINARY_LIMIT = 20 * MIB
_PATHS_A_RUN = 96 * 1024
_STATUS = {"A": "added", "D": "deleted", "M": "modified", "T": "modified", "R": "renamed"}
_DIFF = ("diff-tree", "-r", "-z", "--full-index", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-relative")


def read_change(
    git_dir: Path,
    base: str,
    head: str,
    *,
    folder: str = "",
    git: Git | None = None,
    reader: ObjectReader | None = None,
    held: Callable[[], set[str]] | None = None,
) -> Change:
    """The change from `base` (the merge base) to `head`, both commit or tree ids; `folder` narrows it to a sub-tree.

    reader: an open one of this repository; held: the blobs that both sides hold, where the caller knows them.
    Blobs that a partial mirror lacks are left out of rename detection and have no line ranges.
    A changed binary file counts as written whole. Raises `GitError` above 100,000 changed paths.
    """
    git = git or Git(git_dir)
    with closing(ObjectReader(git)) if reader is None else nullcontext(reader) as opened:
        trees = [opened.tree_of(side) if not folder else tree_of(git, side, folder) for side in (base, head)]
        files = compare_trees(git, trees[0], trees[1], opened)
        return Change(files, read_passing(git, base, head, folder=folder, held=held, reader=opened))


def compare_trees(git: Git, base: str, head: str, reader: ObjectReader) -> dict[str, FileChange]:
    """What differs between two trees, by path of the head (of the base for what was deleted)."""
    sides = (base, head)
    files: dict[str, FileChange] = {}
    seen: set[bytes] = set()
    for record, parts in _patches(git, sides, _records(git, reader, sides), reader):
        # A path limit also matches what lies below a file that became a folder.
        if record.name not in seen:
            seen.add(record.name)
            path = unique_path(decode_path(record.name), files)
            files[path] = _file_change(path, record, parts, reader)
    return dict(sorted(files.items()))


def tree_of(git: Git, commit: str, folder: str) -> str:
    """The id of the tree, the empty one where the folder does not exist on this side."""
    name = f"{commit}:{folder}" if folder else f"{commit}^{{tree}}"
    try:
        return git.run("rev-parse", "--verify", "--quiet", "--end-of-options", name).decode().strip()
    except GitError:
        if not folder:
            raise GitError(f"the commit {commit} is not in this repository") from None
    return git.run("hash-object", "-t", "tree", "--stdin").decode().strip()


def _records(git: Git, reader: ObjectReader, sides: tuple[str, str]) -> list[RawRecord]:
    """What differs by the trees alone: no blob is read."""
    try:
        return [record_of(difference) for difference in differences(reader, *sides)]
    except Irregular:
        records, _ = read_raw(git.stream(*_DIFF, "--raw", "--no-renames", *sides))
        return records


def _patches(
    git: Git, sides: tuple[str, str], records: list[RawRecord], reader: ObjectReader
) -> Iterator[tuple[RawRecord, list[Section]]]:
    if not records:
        return
    absent = {blob for blob, size in reader.sizes(_blobs(records)).items() if size < 0}
    present = [record for record in records if absent.isdisjoint(_blobs([record]))]
    if len(present) == len(records):
        yield from _diff(git, sides, ())
        return
    yield from ((record, []) for record in records if not absent.isdisjoint(_blobs([record])))
    for names in _portions(record.name for record in present):
        yield from _diff(git, sides, names)


def _blobs(records: Iterable[RawRecord]) -> Iterator[str]:
    for record in records:
        if not record.is_submodule:
            yield from (blob for blob in (record.old_blob, record.new_blob) if blob.strip("0"))


def _portions(names: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Groups of names short enough for one argument list; a rename across two groups is a deletion and an addition."""
    group: list[bytes] = []
    size = 0
    for name in names:
        if group and size + len(name) > _PATHS_A_RUN:
            yield group
            group, size = [], 0
        group.append(name)
        size += len(name) + 1
    if group:
        yield group


def _diff(git: Git, sides: tuple[str, str], names: Iterable[bytes]) -> Iterator[tuple[RawRecord, list[Section]]]:
    options = ("--raw", "-p", "-U0", "-M", "-l1000", "--submodule=short", "--inter-hunk-context=0", "--no-color")
    pieces = git.stream(*_DIFF, *options, *sides, "--", *map(os.fsdecode, names), limit=1024 * MIB)
    records, rest = read_raw(pieces)
    sections = read_sections(rest, pieces)
    if len(sections) != sum(record.sections for record in records):
        raise GitError("git printed a change in a form that is not understood")
    remaining = iter(sections)
    for record in records:
        yield record, [next(remaining) for _ in range(record.sections)]


def _file_change(path: str, record: RawRecord, parts: list[Section], reader: ObjectReader) -> FileChange:
    status = _STATUS.get(record.status, "modified")
    added = list(chain.from_iterable(part.added for part in parts))
    deleted = list(chain.from_iterable(part.deleted for part in parts))
    if any(part.binary for part in parts):
        added = _whole(record.new_blob, reader)
        deleted = _whole(record.old_blob, reader)
    old_path = decode_path(record.old_name) if status == "renamed" else path
    return FileChange(path, old_path, status, tuple(added), tuple(deleted))


def _whole(blob: str, reader: ObjectReader) -> list[tuple[int, int]]:
    """All lines of a binary file, counted by newline bytes, which is at least as many as any encoding of it has."""
    if not blob.strip("0"):
        return []
    try:
        content = reader.read(blob)
    except GitError:
        return []
    return [(1, content.count(b"\n") + 1)] if len(content) <= BINARY_LIMIT else []
