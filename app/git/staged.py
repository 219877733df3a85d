"""What is staged for the next commit, as a tree that git can list and compare."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.errors import InvalidInput
from app.git.errors import GitError
from app.git.process import Git
from app.git.uncommitted import beside


@contextmanager
def staged_tree(git: Git, index: Path | None = None) -> Iterator[tuple[Git, str]]:
    """A git that knows the tree of an index, and the tree's id; the repository and its index stay as they are.

    index: the file git names to its hooks, which is another one for `git commit --all` or with paths.
    Raises `InvalidInput` while a merge has conflicts.
    """
    with TemporaryDirectory(prefix="readygate-") as scratch:
        objects, copy = Path(scratch) / "objects", Path(scratch) / "index"
        objects.mkdir()
        used = index or Path(
            git.run("rev-parse", "--path-format=absolute", "--git-path", "index").decode().rstrip("\n")
        )
        if used.exists():
            shutil.copyfile(used, copy)
        aside = beside(git, objects)
        try:
            tree = aside.with_environment(GIT_INDEX_FILE=str(copy)).run("write-tree").decode().strip()
        except GitError:
            raise InvalidInput(
                "what is staged is no commit yet", mend="Resolve the conflicts and add the files."
            ) from None
        yield aside, tree
