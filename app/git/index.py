"""What a repository's index says of the work tree: which files count, and which are unchanged since."""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from app.git.errors import GitError
from app.git.process import Git

_ENTRY = re.compile(
    rb"(\d+) ([0-9a-f]+) \d\t([^\0]*)\0"
    rb"  ctime: (\d+):(\d+)\n  mtime: (\d+):(\d+)\n  dev: \d+\tino: (\d+)\n"
    rb"  uid: \d+\tgid: \d+\n  size: (\d+)\tflags: \w+\n"
)
_STEP = 10**9


class IndexEntry(NamedTuple):
    """One tracked path: mode, object id, and the stat data of when git last looked (times in nanoseconds)."""

    name: bytes
    mode: bytes
    blob: str
    ctime: int
    mtime: int
    inode: int
    size: int

    def matches(self, stat: os.stat_result, index_time: int) -> bool:
        """Whether the file is surely what git last saw; a file as young as the index itself is never sure."""
        return (
            self.size == stat.st_size
            and self.mtime == stat.st_mtime_ns
            and self.ctime == stat.st_ctime_ns
            and self.inode == stat.st_ino & 0xFFFFFFFF
            and self.mtime < index_time
        )


def read_index(git: Git) -> dict[bytes, IndexEntry]:
    """Tracked files below the work tree of `git`, by raw path; of a conflict the last side."""
    listing = git.run("ls-files", "-z", "-s", "--debug")
    return {entry.name: entry for entry in _entries(listing)}


def _entries(listing: bytes) -> Iterator[IndexEntry]:
    position = 0
    for found in _ENTRY.finditer(listing):
        if found.start() != position:
            break
        mode, blob, name, ctime, ctime_part, mtime, mtime_part, inode, size = found.groups()
        changed, modified = int(ctime) * _STEP + int(ctime_part), int(mtime) * _STEP + int(mtime_part)
        yield IndexEntry(name, mode, blob.decode(), changed, modified, int(inode), int(size))
        position = found.end()
    if position != len(listing):
        raise GitError("git lists its index in a form that is not understood")


def is_committed(git: Git, commit: str) -> bool:
    """Whether the index holds exactly what the commit holds, below the folder that git runs in."""
    return not git.run("diff-index", "--cached", "--name-only", "-z", "--end-of-options", commit, "--", ".")


def read_untracked(git: Git) -> list[bytes]:
    """Files git neither tracks nor ignores; a nested repository is not entered."""
    listing = git.run("ls-files", "-z", "--others", "--exclude-standard")
    return [name for name in listing.split(b"\0") if name and not name.endswith(b"/")]
