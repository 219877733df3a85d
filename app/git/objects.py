"""Objects of a repository: presence, sizes, contents, and the snapshot of one commit."""

import os
import selectors
import subprocess
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from hashlib import new as new_hash
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Self

from app.git.errors import GitError
from app.git.paths import decode_path, unique_path
from app.git.process import MIB, Git, end
from app.readiness.snapshot import Entry, EntryKind

READ_LIMIT = 100 * MIB
SILENCE_SECONDS = 10.0
_CHUNK = 256 * 1024
_LINE_LIMIT = 200
ENTRY_LIMIT = 500_000
UNKNOWN_SIZE = -1
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


class BlobReader:
    """One `git cat-file --batch` that stays open; not safe for several threads at once."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None
        self._ahead = b""

    def read(self, blob: str) -> bytes:
        """The bytes of a blob; raises `GitError` when it is absent, no blob, or over 100 MiB."""
        if not blob.isalnum():
            raise GitError(f"`{blob!r}` is no object id")
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = self._git.start("cat-file", "--batch", stdin=subprocess.PIPE)
        try:
            return self._ask(self._process, blob)
        except (OSError, ValueError) as error:
            self.close()
            raise GitError(f"git could not read the object {blob}: {error}") from None

    def _ask(self, process: subprocess.Popen[bytes], blob: str) -> bytes:
        assert process.stdin is not None
        process.stdin.write(f"{blob}\n".encode())
        process.stdin.flush()
        words = self._line().split()
        if len(words) != 3:  # noqa: PLR2004  (id, type and size, or `<id> missing`)
            if not words:
                self.close()
            raise GitError(
                f"the object {blob} is not in this repository", mend="A partial clone may lack it: fetch it."
            )
        size = int(words[2])
        if size > READ_LIMIT:
            self.close()
            raise GitError(f"the object {blob} is over {READ_LIMIT // MIB} MiB")
        content = self._take(size + 1)
        if words[1] != b"blob":
            raise GitError(f"the object {blob} is a {words[1].decode()}, not a file")
        return content[:-1]

    def _line(self) -> bytes:
        """The next line, empty when git has ended."""
        while b"\n" not in self._ahead and len(self._ahead) < _LINE_LIMIT and (piece := self._piece()):
            self._ahead += piece
        line, _, self._ahead = self._ahead.partition(b"\n")
        return line

    def _take(self, size: int) -> bytes:
        parts = [self._ahead]
        left = size - len(self._ahead)
        while left > 0:
            piece = self._piece()
            if not piece:
                raise ValueError("git stopped in the middle")
            parts.append(piece)
            left -= len(piece)
        whole = b"".join(parts)
        self._ahead = whole[size:]
        return whole[:size]

    def _piece(self) -> bytes:
        """What git says next, with an end to the waiting: on a damaged object git can fall silent for ever."""
        assert self._process is not None
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(handle, selectors.EVENT_READ)
            if not selector.select(SILENCE_SECONDS):
                raise ValueError("git stopped answering")
        return os.read(handle, _CHUNK)

    def close(self) -> None:
        self._ahead = b""
        if self._process is not None:
            end(self._process)
            self._process = None


class GitSnapshot:
    """The files of one commit or tree of a repository, as `readiness.snapshot.Snapshot`; use it in a `with`.

    treeish is an object id, or `<id>:<folder>`. Sizes are -1 for blobs a partial mirror lacks.
    Raises `GitError` for what cannot be read or holds more than 500,000 files.
    """

    def __init__(
        self, git_dir: Path, treeish: str, *, git: Git | None = None, reader: BlobReader | None = None
    ) -> None:
        self._git = git or Git(git_dir)
        self._reader = reader or BlobReader(self._git)
        self.raw_names: dict[str, bytes] = {}
        self.entries = self._list(treeish)

    def _list(self, treeish: str) -> dict[str, Entry]:
        rows = list(tree_rows(self._git, treeish))
        sizes = sizes_of(self._git, (blob for _, kind, blob, _ in rows if kind is not EntryKind.SUBMODULE))
        entries: dict[str, Entry] = {}
        for path, kind, blob, name in sorted(rows):
            unique = unique_path(path, entries)
            self.raw_names[unique] = name
            entries[unique] = Entry(unique, blob, sizes.get(blob, UNKNOWN_SIZE), kind)
        return entries

    def read(self, blob: str) -> bytes:
        return self._reader.read(blob)

    def close(self) -> None:
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def tree_rows(git: Git, treeish: str) -> Iterator[tuple[str, EntryKind, str, bytes]]:
    """Path, kind, object id and raw name of everything in a tree, in git's order; reads no blob."""
    for record in _tree_records(git, treeish):
        facts, _, name = record.partition(b"\t")
        mode, _, blob = facts.split(b" ")
        yield decode_path(name), _KINDS.get(mode, EntryKind.FILE), blob.decode(), name


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
