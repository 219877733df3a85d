"""What a repository's index says of the work tree: which files count, and which are unchanged since."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.git.errors import GitError
from app.git.process import Git

_STAT = re.compile(
    rb"  ctime: (\d+):(\d+)\n  mtime: (\d+):(\d+)\n  dev: \d+\tino: (\d+)\n"
    rb"  uid: \d+\tgid: \d+\n  size: (\d+)\tflags: \w+\n"
)


@dataclass(frozen=True, slots=True)
class IndexEntry:
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
    while position < len(listing):
        end = listing.index(b"\0", position)
        facts, _, name = listing[position:end].partition(b"\t")
        stat = _STAT.match(listing, end + 1)
        if stat is None:
            raise GitError("git lists its index in a form that is not understood")
        mode, blob, _ = facts.split(b" ")
        numbers = [int(number) for number in stat.groups()]
        ctime, mtime = numbers[0] * 10**9 + numbers[1], numbers[2] * 10**9 + numbers[3]
        yield IndexEntry(name, mode, blob.decode(), ctime, mtime, numbers[4], numbers[5])
        position = stat.end()


def read_untracked(git: Git) -> list[bytes]:
    """Files git neither tracks nor ignores; a nested repository is not entered."""
    listing = git.run("ls-files", "-z", "--others", "--exclude-standard")
    return [name for name in listing.split(b"\0") if name and not name.endswith(b"/")]
