"""Objects of a repository: presence, sizes, contents, and the snapshot of one commit."""

import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from hashlib import new as new_hash
from pathlib import Path
from secrets import token_hex

from app.git.errors import GitError
from app.git.paths import decode_path, unique_path
from app.git.process import Git
from app.git.reader import UNKNOWN_SIZE, ObjectReader
from app.readiness.snapshot import Entry, EntryKind

ENTRY_LIMIT = 500_000
_KINDS = {
    b"100644": EntryKind.FILE,
    b"100664": EntryKind.FILE,
    b"100755": EntryKind.EXECUTABLE,
    b"120000": EntryKind.SYMLINK,
    b"160000": EntryKind.SUBMODULE,
}


def sizes_of(git: Git, blobs: Iterable[str]) -> dict[str, int]:
    """Sizes in bytes by object id; -1 for objects that are not here (nothing is fetched for them)."""
    wanted = list(dict.fromkeys(blobs))
    if not wanted:
        return {}
    asked = "".join(f"{blob}\n" for blob in wanted).encode()
    answer = git.run("cat-file", "--batch-check=%(objectname) %(objectsize)", "--buffer", stdin=asked)
    sizes = dict.fromkeys(wanted, UNKNOWN_SIZE)
    for line in answer.decode().splitlines():
        blob, _, size = line.partition(" ")
        if size.isdigit():
            sizes[blob] = int(size)
    return sizes


class GitSnapshot(AbstractContextManager["GitSnapshot"]):
    """The files of one commit or tree of a repository, as `readiness.snapshot.Snapshot`; use it in a `with`.

    treeish is an object id, or `<id>:<folder>`. Sizes are -1 for blobs a partial mirror lacks.
    Raises `GitError` for what cannot be read or holds more than 500,000 files.
    """

    def __init__(self, git_dir: Path, treeish: str, *, git: Git | None = None) -> None:
        git = git or Git(git_dir)
        self._reader = ObjectReader(git)
        self.entries, _ = list_entries(git, treeish)

    def read(self, blob: str) -> bytes:
        return self._reader.read(blob)

    def close(self) -> None:
        self._reader.close()

    def __exit__(self, *_: object) -> None:
        self.close()


def list_entries(git: Git, treeish: str) -> tuple[dict[str, Entry], bool]:
    """Everything in a tree by path, in order, and whether every path is exactly the name git has."""
    rows = list(tree_rows(git, treeish))
    sizes = sizes_of(git, (blob for _, kind, blob, _ in rows if kind is not EntryKind.SUBMODULE))
    entries: dict[str, Entry] = {}
    is_plain = True
    for path, kind, blob, name in sorted(rows):
        unique = unique_path(path, entries)
        is_plain = is_plain and unique.encode() == name
        entries[unique] = Entry(unique, blob, sizes.get(blob, UNKNOWN_SIZE), kind)
    return entries, is_plain


def kind_of(mode: bytes) -> EntryKind:
    return _KINDS.get(mode, EntryKind.FILE)


def tree_rows(git: Git, treeish: str) -> Iterator[tuple[str, EntryKind, str, bytes]]:
    """Path, kind, object id and raw name of everything in a tree, in git's order; reads no blob."""
    for record in _tree_records(git, treeish):
        facts, _, name = record.partition(b"\t")
        mode, _, blob = facts.split(b" ")
        yield decode_path(name), kind_of(mode), blob.decode(), name


def _tree_records(git: Git, treeish: str) -> list[bytes]:
    """Counted while they arrive: small nested trees can describe more files than any memory holds."""
    pieces, count = [], 0
    for piece in git.stream("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", treeish):
        pieces.append(piece)
        count += piece.count(b"\0")
        if count > ENTRY_LIMIT:
            raise GitError(f"the commit holds more than {ENTRY_LIMIT:,} files")
    return b"".join(pieces).split(b"\0")[:-1]


def hash_blob(content: bytes, algorithm: str = "sha1") -> str:
    """Git's object id of a blob; algorithm is `sha1` or `sha256`."""
    digest = new_hash(algorithm, b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def write_blob(objects: Path, content: bytes, algorithm: str = "sha1") -> str:
    """A loose object in an objects folder; gives its id. Safe beside other writers."""
    whole = b"blob %d\0" % len(content) + content
    blob = hash_blob(content, algorithm)
    target = objects / blob[:2] / blob[2:]
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f"tmp_obj_{token_hex(8)}")
        try:
            draft.write_bytes(zlib.compress(whole, 1))
            draft.chmod(0o444)
            draft.replace(target)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
    return blob


def write_tree(git: Git, index: Path, rows: Collection[tuple[bytes, bytes, str]]) -> str:
    """The id of a tree made of (mode, raw path, object id); blobs may be absent; `index` is a scratch file."""
    scratch = git.with_environment(GIT_INDEX_FILE=str(index))
    lines = b"".join(b"%s %s\t%s\0" % (mode, blob.encode(), name) for mode, name, blob in rows)
    scratch.run("update-index", "-z", "--index-info", stdin=lines)
    return scratch.run("write-tree", "--missing-ok").decode().strip()
