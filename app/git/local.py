"""A repository or folder on this machine, opened for the command."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import InvalidInput
from app.git.change import read_change
from app.git.errors import GitError
from app.git.index import is_committed
from app.git.mirror import merge_base
from app.git.objects import GitSnapshot
from app.git.process import Git
from app.git.staged import staged_tree
from app.git.uncommitted import worktree_change
from app.git.worktree import WorktreeSnapshot
from app.readiness.snapshot import Change

_ADDRESS = re.compile(r"(?:(?:https?|ssh)://[^/\s]+/|[\w.-]+@[\w.-]+:)([\w.-]+)/([\w.-]+)/?")


@dataclass(frozen=True, slots=True)
class LocalRepository:
    """Where the judged folder lies: `folder` is its path from the top of the repository, "" for the top itself.

    git is None when the folder belongs to no repository; a bare repository has no work tree.
    """

    root: Path
    git: Git | None
    folder: str = ""
    is_bare: bool = False
    algorithm: str = "sha1"

    def resolve(self, ref: str) -> str:
        """The commit a name stands for, also as `origin/<name>`; raises `InvalidInput` when there is none."""
        for name in (ref, f"refs/remotes/origin/{ref}"):
            found = _commit(self._needs_git(ref), name)
            if found:
                return found
        raise InvalidInput(
            f"`{ref}` is no commit of {self.root}", mend="Fetch it first (in GitHub Actions: fetch-depth: 0)."
        )

    def head(self) -> str | None:
        """The commit that is checked out; None in an empty repository or outside any."""
        return _commit(self.git, "HEAD") if self.git else None

    def merge_base(self, base: str, head: str) -> str:
        """The best common ancestor; raises `GitError` when there is none, as in a shallow clone."""
        found = merge_base(self._needs_git(base), base, head)
        if found is None:
            raise GitError(
                "the base and the head have no common commit here",
                where=str(self.root),
                mend="A shallow clone hides it: run `git fetch --unshallow` (in GitHub Actions: fetch-depth: 0).",
            )
        return found

    def _needs_git(self, ref: str) -> Git:
        if self.git is None:
            raise InvalidInput(f"`{ref}` cannot be looked up: {self.root} is not in a git repository")
        return self.git

    def name(self) -> str | None:
        """`owner/name` from the address of the remote `origin`, None when that says nothing of the kind."""
        if self.git is None:
            return None
        try:
            address = self.git.run("config", "--get", "remote.origin.url").decode(errors="replace").strip()
        except GitError:
            return None
        found = _ADDRESS.fullmatch(address)
        return f"{found[1]}/{found[2].removesuffix('.git')}" if found else None

    def is_clean(self, files: WorktreeSnapshot, commit: str) -> bool:
        """Whether the files as they stand are exactly those of a commit."""
        return self.git is not None and files.is_as_indexed and is_committed(self.git, commit)

    def tree_name(self, commit: str) -> str:
        return f"{commit}:{self.folder}" if self.folder else commit

    @contextmanager
    def commit_files(self, commit: str) -> Iterator[GitSnapshot]:
        """The files of a commit; none when the folder does not exist in it."""
        git = self._needs_git(commit)
        assert git.git_dir is not None
        name = self.tree_name(commit)
        if self.folder and not _exists(git, name):
            name = git.run("hash-object", "-t", "tree", "--stdin").decode().strip()
        with GitSnapshot(git.git_dir, name, git=git) as snapshot:
            yield snapshot

    def files(self) -> WorktreeSnapshot:
        """The files as they stand; in a folder that its repository ignores every file counts."""
        snapshot = WorktreeSnapshot(self.root, self.git, algorithm=self.algorithm)
        if not snapshot.entries and self.folder:
            snapshot.close()
            return WorktreeSnapshot(self.root)
        return snapshot

    def change(self, base: str, head: str) -> Change:
        """Between two commits."""
        git = self._needs_git(base)
        assert git.git_dir is not None
        return read_change(git.git_dir, base, head, folder=self.folder, git=git)

    @contextmanager
    def staged(self, index: Path | None = None) -> Iterator[tuple["LocalRepository", str]]:
        """The repository with the tree of what is staged, and the tree's name; raises `InvalidInput`."""
        if self.is_bare:
            raise InvalidInput(f"nothing can be staged in {self.root}: it is a bare repository")
        with staged_tree(self._needs_git("--staged"), index) as (git, tree):
            yield replace(self, git=git), tree

    def uncommitted_change(self, base: str, head: str, files: WorktreeSnapshot) -> Change:
        """From a commit to the files as they stand."""
        return worktree_change(self._needs_git(base), files, base, head, folder=self.folder, algorithm=self.algorithm)


def open_local(path: Path) -> LocalRepository:
    """Open the folder at `path`; raises `InvalidInput` when there is none."""
    root = path.resolve()
    if not root.is_dir():
        raise InvalidInput(f"there is no folder {path}")
    if _is_bare(root):
        return LocalRepository(root, Git(root, directory=root), is_bare=True, algorithm=_algorithm(Git(root)))
    top = top_of(root)
    if top is None:
        return LocalRepository(root, None)
    said = Git(directory=top).run("rev-parse", "--show-object-format", "--absolute-git-dir").decode()
    algorithm, _, found = said.partition("\n")
    git = Git(Path(found.rstrip("\n")), work_tree=top, directory=root)
    folder = root.relative_to(top).as_posix() if root != top else ""
    return LocalRepository(root, git, folder, algorithm=algorithm)


def top_of(path: Path) -> Path | None:
    """The nearest folder at or above `path` that holds `.git`."""
    root = path.resolve()
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)


def _is_bare(root: Path) -> bool:
    return all((root / name).exists() for name in ("HEAD", "objects", "refs")) and not (root / ".git").exists()


def _algorithm(git: Git) -> str:
    return git.run("rev-parse", "--show-object-format").decode().strip()


def _commit(git: Git | None, name: str) -> str | None:
    if git is None or "\n" in name or "\0" in name:
        return None
    try:
        found = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except GitError:
        return None
    return found.decode().strip()


def _exists(git: Git, treeish: str) -> bool:
    return git.run("cat-file", "--batch-check=%(objecttype)", stdin=f"{treeish}\n".encode()).startswith(b"tree")
