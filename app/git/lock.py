"""A lock between processes that share a disk."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.git.errors import GitError

_PAUSE = 0.02


@contextmanager
def locked(path: Path, *, seconds: float = 1200) -> Iterator[None]:
    """Hold the file lock at `path` (created when absent); raises `GitError` when others hold it that long.

    The system releases it when the process dies, however it dies. The file's time is when it was last taken.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, path, time.monotonic() + seconds)
        os.utime(handle)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise GitError("another process holds the mirror for too long", where=path.name) from None
            time.sleep(_PAUSE)
        else:
            return
