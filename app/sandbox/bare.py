"""One bare git repository on disk and the questions the sandbox asks of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.errors import Unreadable
from app.sandbox.git_command import run_git

_SHA = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One line of `git ls-tree`; size is None for trees and submodules."""

    mode: str
    kind: str
    sha: str
    size: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Commit:
    """The fields of a commit that the API shows."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: str
    email: str
    date: str
    message: str


class Bare:
    """A bare repository; every method raises Unreadable when git refuses."""

    def __init__(self, folder: Path, default_branch: str) -> None:
        self.folder = folder
        run_git("init", "--quiet", "--bare", "--template=", f"--initial-branch={default_branch}", str(folder))
        for key, value in (
            ("uploadpack.allowFilter", "true"),
            ("uploadpack.allowAnySHA1InWant", "true"),
            ("http.receivepack", "false"),
            ("gc.auto", "0"),
            ("maintenance.auto", "false"),
        ):
            self.git("config", key, value)

    def git(self, *arguments: str, extra: Mapping[str, str] | None = None, stdin: bytes | None = None) -> bytes:
        return run_git(f"--git-dir={self.folder}", *arguments, extra=extra, stdin=stdin)

    def fetch(self, source: Path, *refspecs: str) -> None:
        """Copy objects (and the named refs) from a repository on this machine; the source is only read."""
        # Whoever names a source has been let in by git itself, whose second check wants the .git folder listed as well.
        upload = "git -c uploadpack.allowAnySHA1InWant=true -c safe.directory='*' upload-pack"
        flags = (
            "--quiet",
            "--no-tags",
            "--update-shallow",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--force",
        )
        self.git("fetch", *flags, f"--upload-pack={upload}", "--", str(source.resolve()), *refspecs)

    def resolve(self, name: str) -> str | None:
        """The commit a branch, tag, ref or SHA names, or None."""
        names = (name,) if _SHA.fullmatch(name) else (f"refs/heads/{name}", f"refs/tags/{name}", name)
        for candidate in names:
            if (found := self._object(f"{candidate}^{{commit}}")) is not None:
                return found
        return None

    def tree_of(self, name: str) -> str | None:
        """The tree behind a tree SHA, commit SHA, branch or tag, or None."""
        commit = self.resolve(name)
        return self._object(f"{commit or name}^{{tree}}")

    def _object(self, name: str) -> str | None:
        if name.startswith("-"):
            return None
        try:
            return self.git("rev-parse", "--verify", "--quiet", "--end-of-options", name).decode().strip() or None
        except Unreadable:
            return None

    def set_ref(self, ref: str, sha: str) -> None:
        self.git("update-ref", ref, sha)

    def delete_ref(self, ref: str) -> None:
        self.git("update-ref", "-d", ref)

    def refs(self, prefix: str) -> dict[str, str]:
        """Refs below a prefix such as refs/heads/, by full name."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)", prefix).decode().splitlines()
        return {name: sha for name, _, sha in (line.partition(" ") for line in lines)}

    def tree(self, sha: str, *, recursive: bool = False, path: str = "") -> list[TreeEntry]:
        """Entries of a tree; with a path, the entries at that path (a trailing slash lists the folder)."""
        flags = ["-r", "-t"] if recursive else []
        where = [path] if path else []
        extra = {"GIT_LITERAL_PATHSPECS": "1"}
        raw = self.git("ls-tree", "-z", "-l", *flags, sha, "--", *where, extra=extra)
        return [_entry(line) for line in raw.decode("utf-8", "surrogateescape").split("\0") if line]

    def blob(self, sha: str) -> bytes | None:
        """The bytes of a blob, or None when there is no such blob."""
        try:
            return self.git("cat-file", "blob", sha)
        except Unreadable:
            return None

    def file(self, commit: str, path: str) -> bytes | None:
        """The bytes of a file at a commit, or None."""
        found = self._object(f"{commit}:{path}")
        return None if found is None else self.blob(found)

    def commit(self, sha: str) -> Commit:
        form = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%B"
        raw = self.git("show", "--no-patch", "--no-notes", f"--format={form}", sha).decode(errors="replace")
        full, tree, parents, author, email, date, message = raw.split("\0", 6)
        return Commit(full, tree, tuple(parents.split()), author, email, date, message.rstrip("\n"))

    def merge_base(self, one: str, other: str) -> str | None:
        try:
            return self.git("merge-base", one, other).decode().strip()
        except Unreadable:
            return None

    def commits_between(self, base: str, head: str) -> list[str]:
        """Commits of head that base does not have, oldest first."""
        return self.git("rev-list", "--reverse", f"{base}..{head}").decode().split()

    def changes(self, base: str, head: str) -> list[tuple[str, str, str]]:
        """(status letter, path, previous path) for each changed file, renames followed."""
        raw = self.git("diff-tree", "-r", "-z", "-M", "--name-status", base, head)
        fields = raw.decode("utf-8", "surrogateescape").split("\0")[:-1]
        changed = []
        while fields:
            status, before = fields.pop(0), fields.pop(0)
            after = fields.pop(0) if status[0] in "RC" else before
            changed.append((status[0], after, before))
        return changed

    def patch(self, base: str, head: str, path: str) -> str:
        """The unified hunks of one file, empty for a binary file."""
        flags = ("--no-ext-diff", "--no-textconv", "--no-color", "-M")
        extra = {"GIT_LITERAL_PATHSPECS": "1"}
        raw = self.git("diff", *flags, base, head, "--", path, extra=extra).decode(errors="replace")
        start = raw.find("\n@@ ")
        return raw[start + 1 :].rstrip("\n") if start >= 0 else ""

    def write_commit(self, files: Mapping[str, str | bytes | None], parent: str | None, message: str) -> str:
        """A commit with some files written or (None) deleted on top of a parent; returns its SHA."""
        index = {"GIT_INDEX_FILE": str(self.folder / "write-index")}
        self.git("read-tree", *([parent] if parent else ["--empty"]), extra=index)
        lines = []
        for path, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            blob = "0" * 40 if raw is None else self.git("hash-object", "-w", "--stdin", stdin=raw).decode().strip()
            lines.append(f"{0 if raw is None else 100644} {blob}\t{path}\0")
        self.git("update-index", "-z", "--index-info", extra=index, stdin="".join(lines).encode())
        tree = self.git("write-tree", extra=index).decode().strip()
        parents = ["-p", parent] if parent else []
        return self.git("commit-tree", tree, *parents, "-m", message).decode().strip()

    def merge(self, base: str, head: str, message: str) -> str:
        """A merge commit of two commits without a work tree; Unreadable when they conflict."""
        tree = self.git("merge-tree", "--write-tree", base, head).decode().split()[0]
        return self.git("commit-tree", tree, "-p", base, "-p", head, "-m", message).decode().strip()


def resolve_in(folder: Path, name: str) -> str | None:
    """The commit a name stands for in a repository on this machine, or None."""
    try:
        flags = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return run_git("-C", str(folder), *flags).decode().strip()
    except Unreadable:
        return None


def _entry(line: str) -> TreeEntry:
    facts, _, path = line.partition("\t")
    mode, kind, sha, size = facts.split()
    return TreeEntry(mode, kind, sha, int(size) if size.isdigit() else None, path)
