"""A bare copy of one repository on the worker's disk: all commits and trees, and the blobs somebody asked for."""

import re
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from app.git.errors import GitError, GitTransportError
from app.git.lock import locked
from app.git.objects import hash_blob, sizes_of, write_blob, write_tree
from app.git.process import Git
from app.git.remote import DamagedMirror, LeftLocked, fetch

BLOBS_A_FETCH = 10_000
PACKS_BEFORE_TIDYING = 40
_OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF = re.compile(r"refs/(?:[^\x00-\x20\x7f~^:?*\[\\]+)")


@dataclass(frozen=True, slots=True)
class TreeListing:
    """A tree had without git: its id, and every file below it as (path, mode such as `100644`, object id)."""

    tree: str
    files: Sequence[tuple[str, str, str]]


class Mirror:
    """The mirror of one repository below `root`; several processes may use it at once.

    Nothing in it names a remote, so no later command can fetch by itself: a blob that is not here is missing.
    """

    def __init__(self, root: Path, repository_id: int) -> None:
        self.path = root / f"{repository_id}.git"
        self._lock = root / f"{repository_id}.lock"
        self._git = Git(self.path)

    def fetch(self, url: str, refs: Collection[str], token: str | None = None) -> dict[str, str]:
        """Bring commits and trees of refs (`refs/heads/main`, `refs/pull/7/head`) or commit ids; gives their commits.

        A broken mirror is deleted and fetched afresh, once, and one that a killed git has locked is unlocked. Raises
        `GitTransportError` when the server fails or lacks one of them, `GitError` otherwise.
        """
        specs = {ref: f"+{ref}:{local_name(ref)}" for ref in refs}
        with self._held():
            self._prepare()
            try:
                return self._fetch(url, specs, token)
            except LeftLocked:
                self._unlock()
                return self._fetch(url, specs, token)
            except DamagedMirror:
                self._destroy()
                self._prepare()
                return self._fetch(url, specs, token)

    def _fetch(self, url: str, specs: Mapping[str, str], token: str | None) -> dict[str, str]:
        fetch(self._git, url, list(specs.values()), token)
        commits = self._resolve(list(specs))
        if None in commits:
            raise DamagedMirror("the mirror lacks what it has just fetched")
        return {ref: commit for ref, commit in zip(specs, commits, strict=True) if commit}

    def fetch_blobs(self, url: str, shas: Iterable[str], token: str | None = None) -> int:
        """Bring those of the blobs that are not here, in batches; gives how many there were."""
        with self._held():
            self._prepare()
            missing = self.missing_blobs(shas)
            for start in range(0, len(missing), BLOBS_A_FETCH):
                fetch(self._git, url, missing[start : start + BLOBS_A_FETCH], token, for_objects=True)
            if left := self.missing_blobs(missing):
                raise GitTransportError(f"the server did not send {len(left)} of {len(missing)} files", where=url)
        return len(missing)

    def missing_blobs(self, shas: Iterable[str]) -> list[str]:
        """Those object ids that are not here, each once, in the order given."""
        wanted = [sha for sha in dict.fromkeys(shas) if _OBJECT_ID.fullmatch(sha)]
        return [sha for sha, size in sizes_of(self._git, wanted).items() if size < 0]

    def resolve(self, ref: str) -> str | None:
        """The commit of a fetched ref or a commit id, None when it or its tree is not here."""
        try:
            return self._resolve([ref])[0]
        except GitError:
            return None

    def _resolve(self, refs: Sequence[str]) -> list[str | None]:
        names = [local_name(ref) if ref.startswith("refs/") else ref for ref in refs]
        if any("\n" in name for name in names):
            raise GitError("a name holds a line break")
        # Peeling to the tree reads both objects, so a commit that is only half here does not count.
        asked = "".join(f"{name}^{{commit}}\n{name}^{{tree}}\n" for name in names).encode()
        answer = self._git.run("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked)
        lines = [line.rpartition(b" ") for line in answer.splitlines()]
        if len(lines) != 2 * len(names):
            raise GitError("git answered in a form that is not understood")
        pairs = zip(lines[::2], lines[1::2], strict=True)
        return [
            commit.decode() if (kind, other) == (b"commit", b"tree") else None
            for (commit, _, kind), (_, _, other) in pairs
        ]

    def add_objects(self, blobs: Mapping[str, bytes], trees: Sequence[TreeListing] = ()) -> None:
        """Write objects had in another way, such as through the REST API; raises `GitError` for a wrong id.

        A tree may name blobs that are not here.
        """
        wrong = [sha for sha, content in blobs.items() if hash_blob(content) != sha]
        if wrong:
            raise GitError(f"the content of {wrong[0]} does not have that id")
        with self._held():
            self._prepare()
            for content in blobs.values():
                write_blob(self.path / "objects", content)
            for listing in trees:
                self._add_tree(listing)

    def _add_tree(self, listing: TreeListing) -> None:
        rows = [(mode.encode(), path.encode(), blob) for path, mode, blob in listing.files]
        with TemporaryDirectory() as scratch:
            made = write_tree(self._git, Path(scratch) / "index", rows)
        if made != listing.tree:
            raise GitError(f"the files given for the tree {listing.tree} make the tree {made}")

    def tidy(self) -> bool:
        """Join packs when there are more than 40 and drop what killed fetches left; true when packs were joined."""
        with self._held():
            packs = self.path / "objects" / "pack"
            for leftover in packs.glob("tmp_*"):
                leftover.unlink(missing_ok=True)
            if len(list(packs.glob("*.pack"))) <= PACKS_BEFORE_TIDYING:
                return False
            # Only a remote marked as promisor lets git keep what no ref reaches and accept what is missing.
            self._git.run("-c", "remote.origin.promisor=true", "repack", "-a", "-d", "-q", timeout=3600)
        return True

    def _held(self) -> AbstractContextManager[None]:
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        return locked(self._lock)

    def _prepare(self) -> None:
        if (self.path / "HEAD").is_file() and (self.path / "objects").is_dir():
            return
        self._destroy()
        draft = self.path.with_name(f".{self.path.name}.{token_hex(6)}")
        Git().run("init", "--quiet", "--bare", "--template=", "--initial-branch=none", "--", str(draft))
        draft.rename(self.path)

    def _unlock(self) -> None:
        # Whoever holds the mirror is its only writer; a git whose worker was killed may lose what it is at.
        for left in [*self.path.glob("*.lock"), *(self.path / "refs").rglob("*.lock")]:
            left.unlink(missing_ok=True)

    def _destroy(self) -> None:
        if self.path.exists():
            doomed = self.path.with_name(f".{self.path.name}.{token_hex(6)}.old")
            self.path.rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)


def local_name(ref: str) -> str:
    """Where a mirror keeps a ref of the server; `/` is written `%2F`, so `a` and `a/b` can follow each other."""
    if _OBJECT_ID.fullmatch(ref):
        return f"refs/readygate/commits/{ref}"
    if not _REF.fullmatch(ref) or ".." in ref or "@{" in ref:
        raise GitError(f"`{ref!a}` is neither a full ref name nor a commit id")
    return "refs/readygate/" + ref.removeprefix("refs/").replace("%", "%25").replace("/", "%2F")


def merge_base(git: Git, first: str, second: str) -> str | None:
    """The best common ancestor of two commits, None when they share no history (or a shallow clone hides it)."""
    try:
        return git.run("merge-base", "--end-of-options", first, second).decode().strip()
    except GitError:
        kinds = git.run("cat-file", "--batch-check=%(objecttype)", stdin=f"{first}\n{second}\n".encode()).split()
        if kinds != [b"commit", b"commit"]:
            raise GitError(f"{first} and {second} are not both commits of this repository") from None
        return None
