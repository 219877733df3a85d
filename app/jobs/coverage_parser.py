"""The process that reads coverage reports: one file on standard input, what it says on standard output, and an end."""

import gc
import mmap
import os
import resource
import stat
import sys
from collections.abc import Iterator
from typing import Any

from app.readiness.detectors.coverage.model import Report
from app.readiness.detectors.coverage.problems import BadReport, over_limit
from app.readiness.detectors.coverage.recognise import find_reader, read_report
from app.readiness.detectors.coverage.source import BLOCK, HEAD, LARGEST_REPORT, MemorySource, Source, plain
from app.readiness.detectors.coverage.wire import pack
from app.readiness.lazy import lazily

archive: Any = lazily("app.jobs.coverage_archive")

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 60
_INPUT = 0


class FileSource:
    """A regular file, which is mapped where it is wanted whole."""

    def __init__(self, name: str, descriptor: int) -> None:
        self.name = name
        self._descriptor = descriptor
        self._mapped: mmap.mmap | None = None
        self.head = os.pread(descriptor, HEAD, 0)

    def blocks(self) -> Iterator[bytes]:
        offset = 0
        while block := os.pread(self._descriptor, BLOCK, offset):
            offset += len(block)
            yield block

    def whole(self) -> bytes:
        if not os.fstat(self._descriptor).st_size:
            return b""
        if self._mapped is None:
            # All at once: a fault for every few pages takes a tenth of the time that reading does.
            populate = getattr(mmap, "MAP_POPULATE", 0)
            self._mapped = mmap.mmap(self._descriptor, 0, flags=mmap.MAP_PRIVATE | populate, prot=mmap.PROT_READ)
        # msgspec and re read it like bytes.
        return self._mapped  # type: ignore[return-value]

    def forget(self, size: int) -> None:
        size = size // mmap.PAGESIZE * mmap.PAGESIZE
        if self._mapped is not None and size and hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED, 0, size)


def read_input(name: str) -> tuple[dict[str, Report], dict[str, BadReport]]:
    """Reports and problems by name: one of the name given, or one for each report in an archive."""
    try:
        source = _open(name)
        if source.head.startswith(b"PK\x03\x04"):
            return _read_archive(name, os.fstat(_INPUT).st_size)
        return {name: read_report(source)}, {}
    except BadReport as error:
        return {}, {name: error}
    except MemoryError:
        return {}, {name: over_limit("reading the report takes more than 512 MiB of memory")}


def _open(name: str) -> Source:
    status = os.fstat(_INPUT)
    if stat.S_ISREG(status.st_mode):
        if status.st_size > LARGEST_REPORT:
            raise over_limit("the report is over 200 MiB")
        return FileSource(name, _INPUT)
    content = sys.stdin.buffer.read(LARGEST_REPORT + 1)
    if len(content) > LARGEST_REPORT:
        raise over_limit("the report is over 200 MiB")
    return MemorySource(name, content)


def _read_archive(name: str, size: int) -> tuple[dict[str, Report], dict[str, BadReport]]:
    """Files of an archive that are no reports are passed over; one that is a bad report is a problem."""
    reports: dict[str, Report] = {}
    problems: dict[str, BadReport] = {}
    with os.fdopen(os.dup(_INPUT), "rb") as file:
        for member in archive.members(file, size):
            source = plain(member)
            try:
                reader = find_reader(source)
            except BadReport:
                continue
            try:
                reports[f"{name}/{member.name}"] = reader(source)
            except BadReport as error:
                problems[f"{name}/{member.name}"] = error
    if not reports and not problems:
        problems[name] = BadReport("the archive holds no coverage report", mend="Look which files CI uploads.")
    return reports, problems


def main() -> None:
    """argv: the name of the report, as it is to be shown."""
    # Reports make many small things and no cycles, and then the process ends.
    gc.disable()
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS has none
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.buffer.write(pack(*read_input(sys.argv[1])))
    sys.stdout.buffer.flush()
    # Taking a large report apart again takes time that nobody has a use for.
    os._exit(0)


if __name__ == "__main__":
    main()
