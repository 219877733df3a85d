"""The two sides of a change on this machine, opened."""

from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from app.git.local import LocalRepository
from app.readiness.snapshot import Change, Snapshot


@dataclass(frozen=True, slots=True)
class Staged:
    """What is staged for the next commit; index: the file that says so, None for the usual one."""

    index: Path | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared; policy_files is the side whose own policy judges, policy_commit its commit or ""."""

    head: Snapshot
    base: Snapshot | None
    change: Change | None
    head_sha: str | None
    base_sha: str | None
    policy_files: Snapshot
    policy_commit: str


def open_sides(repository: LocalRepository, base: str | None, head: str | None, opened: ExitStack) -> Sides:
    base_tip = repository.resolve(base) if base else None
    head_sha = repository.resolve(head or "HEAD") if head or base or repository.is_bare else repository.head()
    before = after_base = None
    base_sha = repository.merge_base(base_tip, head_sha) if base_tip and head_sha else None
    if base_sha:
        before = opened.enter_context(repository.commit_files(base_sha))
    if head_sha and (head or repository.is_bare):
        after: Snapshot = opened.enter_context(repository.commit_files(head_sha))
        after_base = repository.change(base_sha, head_sha) if base_sha else None
        named: str | None = head_sha
    else:
        files = opened.enter_context(closing(repository.files()))
        after = files
        if base_sha and head_sha:
            after_base = repository.uncommitted_change(base_sha, head_sha, files)
        named = head_sha if head_sha and repository.is_clean(files, head_sha) else None
    if base_tip:
        tip = opened.enter_context(repository.commit_files(base_tip))
        return Sides(after, before, after_base, named, base_sha, tip, base_tip)
    return Sides(after, None, None, named, None, after, named or "")


def open_staged(repository: LocalRepository, staged: Staged, opened: ExitStack) -> Sides:
    """Before the first commit there is nothing to compare with."""
    repository, tree = opened.enter_context(repository.staged(staged.index))
    base = repository.head()
    after = opened.enter_context(repository.commit_files(tree))
    if base is None:
        return Sides(after, None, None, None, None, after, "")
    before = opened.enter_context(repository.commit_files(base))
    return Sides(after, before, repository.change(base, tree), None, base, before, base)
