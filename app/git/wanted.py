"""Which blobs a mirror still lacks for one evaluation."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from app.git.objects import tree_rows
from app.git.passing import read_passing
from app.git.process import Git


def wanted_blobs(
    git_dir: Path,
    commits: Iterable[str],
    is_read: Callable[[str], bool],
    *,
    between: tuple[str, str] | None = None,
    single_files: Iterable[tuple[str, str]] = (),
) -> list[str]:
    """Ids of the files of the commits (or trees) whose path is read, once each; also of ones that are here.

    between: a merge base and a head whose passing blobs are wanted as well; single_files: (commit, path) pairs.
    """
    git = Git(git_dir)
    singles = dict(single_files)
    found: dict[str, None] = {}
    for commit in dict.fromkeys(commits):
        found.update(dict.fromkeys(blob for path, blob in _files(git, commit) if is_read(path)))
    for commit, wanted in singles.items():
        found.update(dict.fromkeys(blob for path, blob in _files(git, commit) if path == wanted))
    if between is not None:
        found.update((item.blob, None) for item in read_passing(git, *between) if is_read(item.path))
    return list(found)


def _files(git: Git, commit: str) -> Iterator[tuple[str, str]]:
    return ((path, blob) for path, kind, blob, _ in tree_rows(git, commit) if kind.is_readable)
