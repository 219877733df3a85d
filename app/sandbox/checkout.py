"""A local repository as it stands, brought into the sandbox without touching it."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from app.errors import InvalidInput, Unreadable
from app.sandbox.bare import Bare, resolve_in
from app.sandbox.git_command import run_git

HEAD_BRANCH = "readygate-try"
_USUAL_BRANCHES = ("main", "master", "trunk", "develop")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Checkout:
    """What is judged: two commits of a local repository, and its work tree when the head was not named."""

    folder: Path
    name: str
    default_branch: str
    base: str
    head: str
    head_branch: str
    has_work_tree: bool

    def copy_into(self, bare: Bare) -> str:
        """Copy both commits and the tags; returns the head, which is a new commit when the work tree is dirty."""
        refs = (f"+{self.base}:refs/heads/{self.default_branch}", f"+{self.head}:refs/readygate/head")
        bare.fetch(self.folder, *refs, "+refs/tags/*:refs/tags/*")
        bare.delete_ref("refs/readygate/head")
        return _commit_work_tree(bare, self.folder, self.head) if self.has_work_tree else self.head


def read_checkout(path: Path, base: str | None = None, head: str | None = None) -> Checkout:
    """Find the repository around a path and the commits to judge; InvalidInput says what is missing."""
    folder, is_bare = _root(path)
    current = resolve_in(folder, "HEAD")
    if current is None and head is None:
        raise InvalidInput(f"{folder} has no commit yet", mend="commit something first: git add --all && git commit")
    default_branch = _default_branch(folder)
    base_sha = _resolve(folder, base) if base else _tip(folder, default_branch) or current
    head_sha = _resolve(folder, head) if head else current
    assert base_sha is not None
    assert head_sha is not None
    branch = head if head and _is_branch(folder, head) else _current_branch(folder) if not head else None
    named = branch if branch and branch != default_branch else HEAD_BRANCH
    name = _NOT_IN_NAMES.sub("-", folder.name.removesuffix(".git")).strip("-.") or "repository"
    return Checkout(folder, name, default_branch, base_sha, head_sha, named, not is_bare and head is None)


def _root(path: Path) -> tuple[Path, bool]:
    """The top folder of the repository around a path, and whether it is bare."""
    if not path.is_dir():
        raise InvalidInput(f"{path} is not a folder", mend="name a folder inside a git repository")
    try:
        if run_git("-C", str(path), "rev-parse", "--is-bare-repository").strip() == b"true":
            return Path(_ask(path, "rev-parse", "--absolute-git-dir")), True
        return Path(_ask(path, "rev-parse", "--show-toplevel")), False
    except Unreadable as error:
        if "dubious ownership" in str(error):
            mend = "it belongs to another user; run the command as that user"
        else:
            mend = "make it one: git init && git add --all && git commit --message First"
        raise InvalidInput(f"{path.resolve()} is not a git repository this user may read", mend=mend) from error


def _ask(folder: Path, *arguments: str) -> str:
    return os.fsdecode(run_git("-C", str(folder), *arguments)).rstrip("\n")


def _ask_gently(folder: Path, *arguments: str) -> str:
    try:
        return _ask(folder, *arguments)
    except Unreadable:
        return ""


def _resolve(folder: Path, name: str) -> str:
    found = resolve_in(folder, name)
    if found is None:
        raise InvalidInput(
            f"{name} is not a commit, branch or tag of {folder}", mend="git log --all shows what there is"
        )
    return found


def _is_branch(folder: Path, name: str) -> bool:
    return resolve_in(folder, f"refs/heads/{name}") is not None


def _current_branch(folder: Path) -> str:
    return _ask_gently(folder, "symbolic-ref", "--quiet", "--short", "HEAD")


def _tip(folder: Path, branch: str) -> str | None:
    return resolve_in(folder, f"refs/heads/{branch}") or resolve_in(folder, f"refs/remotes/origin/{branch}")


def _default_branch(folder: Path) -> str:
    """What the remote calls its default branch, else a usual name that exists, else the current branch."""
    remote = _ask_gently(folder, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD").removeprefix(
        "origin/"
    )
    usual = (name for name in _USUAL_BRANCHES if _tip(folder, name))
    return remote or next(usual, "") or _current_branch(folder) or _USUAL_BRANCHES[0]


def _commit_work_tree(bare: Bare, folder: Path, head: str) -> str:
    """The work tree as a commit of the sandbox on top of head; head itself when nothing differs."""
    extra = {"GIT_WORK_TREE": str(folder), "GIT_INDEX_FILE": str(bare.folder / "work-tree-index")}
    _copy_excludes(bare, folder)
    bare.git("read-tree", head, extra=extra)
    excludes = _personal_excludes()
    flags = ("-c", f"core.excludesFile={excludes}") if excludes else ()
    bare.git("-C", str(folder), *flags, "add", "--all", "--ignore-errors", "--", ".", extra=extra)
    tree = bare.git("write-tree", extra=extra).decode().strip()
    if tree == bare.tree_of(head):
        return head
    return bare.git("commit-tree", tree, "-p", head, "-m", "The work tree as it stands").decode().strip()


def _copy_excludes(bare: Bare, folder: Path) -> None:
    """What the repository ignores privately must not end up in the copy."""
    private = folder / _ask(folder, "rev-parse", "--git-path", "info/exclude")
    if private.is_file():
        (bare.folder / "info").mkdir(exist_ok=True)
        shutil.copyfile(private, bare.folder / "info" / "exclude")


def _personal_excludes() -> str:
    """The user's own ignore file, from the user's own settings or git's default place."""
    asked = subprocess.run(
        ["git", "config", "--global", "--type=path", "core.excludesFile"], capture_output=True, check=False
    )
    named = os.fsdecode(asked.stdout).rstrip("\n")
    home = os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser()
    usual = Path(home) / "git" / "ignore"
    return named or (str(usual) if usual.is_file() else "")
