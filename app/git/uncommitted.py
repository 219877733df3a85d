"""What a work tree changes against a commit, committed or not."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from app.git.change import compare_trees, tree_of
from app.git.errors import GitError
from app.git.objects import sizes_of, write_blob, write_tree
from app.git.passing import blobs_of, read_passing
from app.git.process import Git
from app.git.reader import ObjectReader
from app.git.worktree import WorktreeSnapshot
from app.readiness.snapshot import Change, EntryKind

_MODES = {
    EntryKind.FILE: b"100644",
    EntryKind.EXECUTABLE: b"100755",
    EntryKind.SYMLINK: b"120000",
    EntryKind.SUBMODULE: b"160000",
}


def worktree_change(
    git: Git, snapshot: WorktreeSnapshot, base: str, head: str, *, folder: str = "", algorithm: str = "sha1"
) -> Change:
    """The change from `base` to the files as they stand; `head` is the commit that is checked out.

    Writes nothing into the repository: new contents go to a scratch object folder for the time of the comparison.
    """
    with TemporaryDirectory(prefix="readygate-") as scratch:
        objects = Path(scratch) / "objects"
        objects.mkdir()
        aside = beside(git, objects)
        _write_new(git, snapshot, objects, algorithm)
        rows = [(_MODES[e.kind], snapshot.raw_names[e.path], e.blob) for e in snapshot.entries.values()]
        tree = write_tree(aside, Path(scratch) / "index", rows)
        with closing(ObjectReader(aside)) as reader:
            files = compare_trees(aside, tree_of(git, base, folder), tree, reader)

    def held() -> set[str]:
        return {entry.blob for entry in snapshot.entries.values()} | blobs_of(git, base)

    with closing(ObjectReader(git)) as reader:
        return Change(files, read_passing(git, base, head, folder=folder, held=held, reader=reader))


def beside(git: Git, objects: Path) -> Git:
    """The same repository, with new objects written elsewhere."""
    own = git.run("rev-parse", "--git-path", "objects").decode().rstrip("\n")
    assert git.git_dir is not None
    existing = (git.directory or git.git_dir) / own
    return git.with_environment(GIT_OBJECT_DIRECTORY=str(objects), GIT_ALTERNATE_OBJECT_DIRECTORIES=str(existing))


def _write_new(git: Git, snapshot: WorktreeSnapshot, objects: Path, algorithm: str) -> None:
    files = (entry.blob for entry in snapshot.entries.values() if entry.kind is not EntryKind.SUBMODULE)
    for blob in (blob for blob, size in sizes_of(git, files).items() if size < 0):
        try:
            content = snapshot.read(blob)
        except GitError:
            continue
        write_blob(objects, content, algorithm)
