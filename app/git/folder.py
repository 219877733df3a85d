"""Reading files below one folder without ever leaving it."""

import errno
import os
import stat
from pathlib import Path

from app.git.errors import GitError

DEPTH_LIMIT = 64
FILE_LIMIT = 500_000
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_SKIPPED = frozenset({b".git", b".hg", b".svn"})


def walk(root: Path) -> list[bytes]:
    """Every file and link below a folder that is no repository, as raw relative paths; links are not followed.

    Raises `GitError` above 500,000 files or 64 folders deep.
    """
    found: list[bytes] = []
    waiting = [(os.fsencode(root), b"", 0)]
    while waiting:
        folder, prefix, depth = waiting.pop()
        if depth > DEPTH_LIMIT:
            raise GitError(f"folders are nested over {DEPTH_LIMIT} deep", where=os.fsdecode(prefix))
        for item in _listed(folder):
            if item.is_dir(follow_symlinks=False):
                if item.name not in _SKIPPED:
                    waiting.append((item.path, prefix + item.name + b"/", depth + 1))
            else:
                found.append(prefix + item.name)
        if len(found) > FILE_LIMIT:
            raise GitError(f"the folder holds more than {FILE_LIMIT:,} files", where=str(root))
    return found


def _listed(folder: bytes) -> list[os.DirEntry[bytes]]:
    try:
        with os.scandir(folder) as items:
            return list(items)
    except OSError as error:
        raise GitError(f"the folder cannot be read: {error.strerror}", where=os.fsdecode(folder)) from None


class Folder:
    """Stats and contents of files below a root; a path that goes through a link has neither."""

    def __init__(self, root: Path) -> None:
        self._root = os.fsencode(root)
        self._inside: dict[bytes, bool] = {b"": True}
        self._top: int | None = None
        self._way: list[tuple[bytes, int]] = []

    def stat(self, name: bytes) -> os.stat_result | None:
        """None when the path is gone, or reached only through a link."""
        if not self._is_inside(os.path.dirname(name)):  # noqa: PTH120  (raw bytes have no pathlib)
            return None
        try:
            return os.lstat(self._root + b"/" + name)
        except OSError:
            return None

    def _is_inside(self, folder: bytes) -> bool:
        known = self._inside.get(folder)
        if known is None:
            known = self._is_inside(os.path.dirname(folder)) and self._is_real(folder)  # noqa: PTH120
            self._inside[folder] = known
        return known

    def _is_real(self, folder: bytes) -> bool:
        if folder.rsplit(b"/", 1)[-1] in (b"..", b"."):
            return False
        try:
            return stat.S_ISDIR(os.lstat(self._root + b"/" + folder).st_mode)
        except OSError:
            return False

    def target(self, name: bytes) -> bytes:
        """Where a link points, as git stores it; nothing is followed."""
        return os.readlink(self._root + b"/" + name)  # noqa: PTH115

    def read(self, name: bytes, limit: int) -> bytes:
        """The bytes of a regular file of at most `limit` bytes; raises `GitError` otherwise."""
        try:
            handle = self._open(name)
        except OSError as error:
            raise GitError(f"the file cannot be read: {error.strerror}", where=_shown(name)) from None
        try:
            facts = os.fstat(handle)
            if not stat.S_ISREG(facts.st_mode) or facts.st_size > limit:
                raise GitError("the file is not a regular file of a size that is read", where=_shown(name))
            return _whole(handle, min(facts.st_size + 1, limit))
        except OSError as error:
            raise GitError(f"the file cannot be read: {error.strerror}", where=_shown(name)) from None
        finally:
            os.close(handle)

    def _open(self, name: bytes) -> int:
        """Step by step from the root, so that no part of the path can be a link, whoever changes it meanwhile.

        The folders of the last path stay open: paths come in order, and the next one lies mostly in the same folder.
        """
        *folders, last = name.split(b"/")
        same = 0
        while same < min(len(folders), len(self._way)) and self._way[same][0] == folders[same]:
            same += 1
        self._leave(same)
        for folder in folders[same:]:
            self._way.append((folder, os.open(folder, _FOLDER, dir_fd=self._here())))
            if len(self._way) > DEPTH_LIMIT:
                raise OSError(errno.ELOOP, "its folders are nested too deep")
        return os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self._here())

    def _here(self) -> int:
        if self._way:
            return self._way[-1][1]
        if self._top is None:
            self._top = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return self._top

    def _leave(self, depth: int) -> None:
        while len(self._way) > depth:
            os.close(self._way.pop()[1])

    def close(self) -> None:
        self._leave(0)
        if self._top is not None:
            os.close(self._top)
            self._top = None


def _whole(handle: int, size: int) -> bytes:
    """Up to `size` bytes from here on."""
    content = os.read(handle, size)
    while len(content) < size and (more := os.read(handle, size - len(content))):
        content += more
    return content


def _shown(name: bytes) -> str:
    return name.decode(errors="backslashreplace")
