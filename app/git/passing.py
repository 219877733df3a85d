"""Blobs that a commit of the change brought and that the head no longer holds."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from app.git.errors import GitError
from app.git.objects import tree_rows
from app.git.paths import decode_path
from app.git.process import Git
from app.git.reader import ObjectReader
from app.git.trees import Irregular, differences
from app.readiness.snapshot import Passing, PassingBlob

COMMIT_LIMIT = 10_000
PASSING_LIMIT = 50_000
# A longer line of commits is quicker walked by git itself.
LINE_LIMIT = 100
_DIFF = ("diff-tree", "--stdin", "-r", "-z", "-c", "--root", "--raw", "--no-abbrev", "--no-renames")
_LINKS = (b"120000", b"160000")


def read_passing(
    git: Git,
    base: str,
    head: str,
    *,
    folder: str = "",
    held: Callable[[], set[str]] | None = None,
    reader: ObjectReader,
) -> Passing:
    """The oldest commit, path and id of each such blob, at most 50,000 of them from the newest 10,000 commits.

    A blob that lay at several paths is named at each: what a place makes of it may differ.

    `held` gives the blobs of both judged sides, of the trees of base and head when None. Nothing when a side has no
    history.
    """
    if set(reader.kinds([base, head]).values()) != {"commit"}:
        return Passing()
    line = line_between(reader, base, head)
    # A single commit on top of the base brings nothing but what the head holds.
    if line is not None and len(line) <= 1 and held is None:
        return Passing()
    commits: list[str] = []
    try:
        brought: Iterable[tuple[str, str, str]] | None = list(_brought_by(reader, line)) if line is not None else None
    except Irregular:
        brought = None
    if brought is None:
        commits = _commits(git, base, head)
        brought = _brought(git, commits[-COMMIT_LIMIT:])
    kept = held() if held is not None else blobs_of(git, base) | blobs_of(git, head)
    found: dict[tuple[str, str], PassingBlob] = {}
    prefix = f"{folder}/" if folder else ""
    for commit, path, blob in brought:
        if blob not in kept and path.startswith(prefix):
            found.setdefault((path, blob), PassingBlob(commit, path.removeprefix(prefix), blob))
        if len(found) > PASSING_LIMIT:
            break
    is_whole = len(commits) <= COMMIT_LIMIT and len(found) <= PASSING_LIMIT
    return Passing(tuple(islice(found.values(), PASSING_LIMIT)), is_whole)


def line_between(reader: ObjectReader, base: str, head: str) -> list[tuple[str, str]] | None:
    """Parent and commit of each step from base to head, oldest first; None for merges, long and cut-off histories."""
    steps: list[tuple[str, str]] = []
    commit = head
    while commit != base:
        try:
            parents = reader.parents_of(commit)
        except GitError:
            return None
        if len(parents) != 1 or len(steps) == LINE_LIMIT:
            return None
        steps.append((parents[0], commit))
        commit = parents[0]
    return steps[::-1]


def _brought_by(reader: ObjectReader, line: list[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    for parent, commit in line:
        for difference in differences(reader, reader.tree_of(parent), reader.tree_of(commit)):
            if difference.new is not None and difference.new[0] not in _LINKS:
                yield commit, decode_path(difference.name), difference.new[1]


def _commits(git: Git, base: str, head: str) -> list[str]:
    """The commits after base up to head, oldest first; one more than are looked at where there are more."""
    asked = f"{head}\n^{base}\n".encode()
    limit = f"--max-count={COMMIT_LIMIT + 1}"
    return git.run("rev-list", "--topo-order", "--reverse", limit, "--stdin", stdin=asked).decode().split()


def blobs_of(git: Git, commit: str) -> set[str]:
    """Every blob in the tree of a commit."""
    return {blob for _, _, blob, _ in tree_rows(git, commit)}


def _brought(git: Git, commits: list[str]) -> Iterator[tuple[str, str, str]]:
    """Commit, path and blob of everything the commits wrote; of a merge only what differs from every parent."""
    listing = git.run(*_DIFF, stdin="".join(f"{commit}\n" for commit in commits).encode())
    fields = iter(listing.split(b"\0")[:-1])
    commit = ""
    for field in fields:
        parents = len(field) - len(field.lstrip(b":"))
        if not parents:
            commit = field.decode().strip()
            continue
        facts = field[parents:].split(b" ")
        name = next(fields, None)
        if name is None or len(facts) != 2 * parents + 3:
            raise GitError("git listed a commit in a form that is not understood")
        mode, blob = facts[parents], facts[2 * parents + 1].decode()
        if blob.strip("0") and mode not in _LINKS:
            yield commit, decode_path(name), blob
