"""Bringing the commits and blobs of a subject onto the disk: through git, or through the API where git fails."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from app.errors import Unreadable
from app.git.errors import GitTransportError
from app.git.mirror import Mirror, TreeListing
from app.git.open_mirror import OpenMirror
from app.github.addresses import RepositoryRef
from app.jobs.own_policy import POLICY_PATH
from app.jobs.subject import Subject
from app.jobs.world import World
from app.readiness.policy import Layer
from app.readiness.snapshot import Snapshot

# Through the API every blob is a request: this many is what one review may spend of the hourly 5,000.
MAX_API_BLOBS = 400
log = structlog.get_logger("fetch")


@dataclass(frozen=True, slots=True)
class Commits:
    """What to judge, all of it on the disk.

    head and merge_base are commit ids (merge_base empty in an audit); head_tree and base_tree are what git reads,
    the commits themselves or, where only the API could be used, their trees; policy is the base tip's rules.yml,
    policy_note says why what stands in its place is none.
    """

    git_dir: Path
    head: str
    merge_base: str
    head_tree: str
    base_tree: str
    policy: Layer | None
    policy_note: str = ""


def open_mirror(world: World, repository_id: int) -> Mirror:
    return Mirror(world.mirrors, repository_id)


def git_address(world: World, repository: RepositoryRef) -> str:
    return f"{world.settings.git_url}/{repository.owner}/{repository.name}.git"


async def fetch_commits(world: World, subject: Subject) -> Commits:
    try:
        return await _through_git(world, subject)
    except GitTransportError as error:
        log.warning("git over HTTP failed, the API is asked instead", reason=error.what[:200])
        return await _through_api(world, subject)


async def _through_git(world: World, subject: Subject) -> Commits:
    mirror = open_mirror(world, subject.repository.id)
    tips = await _fetch(world, subject.repository, mirror, _refs(subject))
    head = tips[subject.head_sha or subject.head_ref]
    tip = tips[f"refs/heads/{subject.base_ref}"] if subject.base_ref else head
    against = (subject.base_sha or tip) if subject.base_ref else None
    survey = await world.evaluations.ask("survey", git_dir=str(mirror.path), head=head, against=against, policy=tip)
    base = str(survey["base"])
    await _fetch_blobs(world, subject.repository, mirror, survey["blobs"])
    policy, note = await asyncio.to_thread(_read_policy, mirror.path, tip, tip, subject)
    return Commits(mirror.path, head, base, head, base, policy, note)


def _refs(subject: Subject) -> list[str]:
    refs = [subject.head_sha or subject.head_ref]
    if subject.base_ref:
        refs.append(f"refs/heads/{subject.base_ref}")
    if subject.base_sha:
        refs.append(subject.base_sha)
    return refs


async def _fetch(world: World, repository: RepositoryRef, mirror: Mirror, refs: list[str]) -> dict[str, str]:
    token = await world.github.read_token(repository)
    try:
        return await asyncio.to_thread(mirror.fetch, git_address(world, repository), refs, token)
    except GitTransportError:
        # A token that was revoked early fails here as any other fault does: a new one is tried once.
        world.github.drop_read_token(repository, token)
        token = await world.github.read_token(repository)
        return await asyncio.to_thread(mirror.fetch, git_address(world, repository), refs, token)


async def _fetch_blobs(world: World, repository: RepositoryRef, mirror: Mirror, wanted: Iterable[str]) -> None:
    shas = list(wanted)
    if shas:
        token = await world.github.read_token(repository)
        await asyncio.to_thread(mirror.fetch_blobs, git_address(world, repository), shas, token)


def _read_policy(git_dir: Path, treeish: str, commit: str, subject: Subject) -> tuple[Layer | None, str]:
    """The policy, or None and what stands in its place when that is no plain file."""
    path = f"{subject.repository.owner}/{subject.repository.name}:{POLICY_PATH}"
    with OpenMirror(git_dir) as mirror:
        text = mirror.read_text(treeish, POLICY_PATH)
        if text is None and mirror.has_other(treeish, POLICY_PATH):
            return None, f"{path}@{commit[:7]} is not a plain file"
    return None if text is None else Layer("repository", path, text, commit), ""


def read_text(git_dir: Path, treeish: str, path: str) -> str | None:
    """The text of a plain file that is on the disk, None when the tree has no such file; raises `Unreadable`."""
    with OpenMirror(git_dir) as mirror:
        return mirror.read_text(treeish, path)


def text_in(snapshot: Snapshot, path: str) -> str | None:
    """The text of a plain file of an open snapshot, None when it has no such file; raises `Unreadable`."""
    entry = snapshot.entries.get(path)
    if entry is None or not entry.kind.is_readable:
        return None
    return snapshot.read(entry.blob).decode("utf-8", "replace")


async def _through_api(world: World, subject: Subject) -> Commits:
    """Trees and blobs through the API, written into the same mirror, so that everything after is the same."""
    mirror, github, repository = open_mirror(world, subject.repository.id), world.github, subject.repository
    head = subject.head_sha or await github.branch_head(repository, subject.name)
    tip = await github.branch_head(repository, subject.base_ref) if subject.base_ref else head
    base = await github.compare(repository, subject.base_sha or tip, head) if subject.base_ref else ""
    trees = {commit: await _add_tree(world, repository, mirror, commit) for commit in {head, tip, base} - {""}}
    survey = await world.evaluations.ask(
        "survey", git_dir=str(mirror.path), head=trees[head], base=trees.get(base), policy=trees[tip]
    )
    await _add_blobs(world, repository, mirror, survey["blobs"])
    policy, note = await asyncio.to_thread(_read_policy, mirror.path, trees[tip], tip, subject)
    return Commits(mirror.path, head, base, trees[head], trees.get(base, ""), policy, note)


async def _add_tree(world: World, repository: RepositoryRef, mirror: Mirror, commit: str) -> str:
    tree_id, _ = await world.github.commit(repository, commit)
    tree = await world.github.tree(repository, tree_id, recursive=True)
    if tree.truncated:
        raise Unreadable(
            "git over HTTP failed, and the tree is too large for GitHub's API",
            mend="`readygate doctor` says why git cannot fetch.",
        )
    files = [(entry.path, entry.mode, entry.sha) for entry in tree.entries if entry.type != "tree"]
    await asyncio.to_thread(mirror.add_objects, {}, [TreeListing(tree_id, [(p, m, s) for p, m, s in files])])
    return tree_id


async def _add_blobs(world: World, repository: RepositoryRef, mirror: Mirror, missing: Sequence[str]) -> None:
    if len(missing) > MAX_API_BLOBS:
        raise Unreadable(
            f"git over HTTP failed, and {len(missing)} files are too many to read through GitHub's API",
            mend="`readygate doctor` says why git cannot fetch.",
        )
    for sha in missing:
        content = await world.github.blob(repository, sha)
        await asyncio.to_thread(mirror.add_objects, {sha: content})


# One entry for each organisation.
_fetched: dict[tuple[Path, str], tuple[float, tuple[str, str] | None]] = {}
_PLAIN = ("100644", "100755")


async def fetch_file(
    world: World, repository: RepositoryRef, branch: str, path: str, fresh_seconds: float
) -> tuple[str, str] | None:
    """(commit, text) of a top-level file at a branch's tip, read at most once in fresh_seconds; None when not there.

    Raises Unreadable for what is no plain file.
    """
    mirror = open_mirror(world, repository.id)
    known = _fetched.get((mirror.path, branch))
    if known is None or time.monotonic() - known[0] > fresh_seconds:
        try:
            found = await _file_through_git(world, repository, branch, path)
        except GitTransportError:
            found = await _file_through_api(world, repository, branch, path)
        known = _fetched[mirror.path, branch] = (time.monotonic(), found)
    return known[1]


async def _file_through_git(world: World, repository: RepositoryRef, branch: str, path: str) -> tuple[str, str] | None:
    mirror = open_mirror(world, repository.id)
    commit = (await _fetch(world, repository, mirror, [f"refs/heads/{branch}"]))[f"refs/heads/{branch}"]
    blob = await asyncio.to_thread(_find, mirror.path, commit, path)
    if blob is None:
        return None
    await _fetch_blobs(world, repository, mirror, await asyncio.to_thread(mirror.missing_blobs, [blob]))
    text = await asyncio.to_thread(read_text, mirror.path, commit, path)
    return None if text is None else (commit, text)


async def _file_through_api(world: World, repository: RepositoryRef, branch: str, path: str) -> tuple[str, str] | None:
    commit = await world.github.branch_head(repository, branch)
    tree_id, _ = await world.github.commit(repository, commit)
    tree = await world.github.tree(repository, tree_id, recursive=False)
    entry = next((entry for entry in tree.entries if entry.path == path), None)
    if entry is None:
        return None
    if entry.mode not in _PLAIN:
        raise Unreadable(f"{path}@{commit[:7]} is not a plain file")
    return commit, (await world.github.blob(repository, entry.sha)).decode("utf-8", "replace")


def _find(git_dir: Path, commit: str, path: str) -> str | None:
    with OpenMirror(git_dir) as mirror:
        if mirror.has_other(commit, path):
            raise Unreadable(f"{path}@{commit[:7]} is not a plain file")
        return mirror.find(commit, path)
