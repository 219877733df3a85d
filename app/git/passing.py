"""Blobs that a commit of the change brought and that the head no longer holds."""

from collections.abc import Collection, Iterator

from app.git.errors import GitError
from app.git.objects import tree_rows
from app.git.paths import decode_path
from app.git.process import Git
from app.readiness.snapshot import PassingBlob

COMMIT_LIMIT = 10_000
PASSING_LIMIT = 50_000
_DIFF = ("diff-tree", "--stdin", "-r", "-z", "-c", "--root", "--raw", "--no-abbrev", "--no-renames")
_LINKS = (b"120000", b"160000")


def read_passing(
    git: Git, base: str, head: str, *, folder: str = "", held: Collection[str] | None = None
) -> tuple[PassingBlob, ...]:
    """The oldest commit, path and id of each such blob, at most 50,000 of them from the newest 10,000 commits.

    `held` are the blobs the judged files hold, those of `head` when None. Nothing when a side has no history.
    """
    commits = _commits(git, base, head)
    if not commits:
        return ()
    kept = _held(git, base).union(_held(git, head) if held is None else held)
    found: dict[str, PassingBlob] = {}
    prefix = f"{folder}/" if folder else ""
    for commit, path, blob in _brought(git, commits):
        if blob in kept or blob in found or not path.startswith(prefix):
            continue
        found[blob] = PassingBlob(commit, path.removeprefix(prefix), blob)
        if len(found) >= PASSING_LIMIT:
            break
    return tuple(found.values())


def _commits(git: Git, base: str, head: str) -> list[str]:
    """The commits after base up to head, oldest first."""
    asked = f"{head}\n^{base}\n".encode()
    kinds = git.run("cat-file", "--batch-check=%(objecttype)", stdin=f"{base}\n{head}\n".encode()).split()
    if kinds != [b"commit", b"commit"]:
        return []
    limit = f"--max-count={COMMIT_LIMIT}"
    return git.run("rev-list", "--topo-order", "--reverse", limit, "--stdin", stdin=asked).decode().split()


def _held(git: Git, commit: str) -> set[str]:
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
