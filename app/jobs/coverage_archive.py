"""Reports in a zip archive, such as an artifact of CI: streamed out of it, never written to disk."""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from app.readiness.detectors.coverage.problems import BadReport, malformed, over_limit
from app.readiness.detectors.coverage.source import BLOCK, LARGEST_RATIO, LARGEST_REPORT, StreamSource

MIB = 1024 * 1024
LARGEST_ARCHIVE = 100 * MIB
MOST_MEMBERS = 2_000
LARGEST_SUM = 500 * MIB
_SMALL = 10 * MIB
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def members(file: IO[bytes], size: int) -> Iterator[StreamSource]:
    """The files in an archive of `size` bytes; raises `BadReport` before the first one where it is not sound.

    All bytes that come out are counted, whatever the archive says of its sizes.
    """
    if size > LARGEST_ARCHIVE:
        raise over_limit("the archive is over 100 MiB")
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, UnicodeError, NotImplementedError) as error:
        raise malformed(f"the archive cannot be read ({type(error).__name__})") from None
    found = archive.infolist()
    if len(found) > MOST_MEMBERS:
        raise over_limit(f"the archive holds more than {MOST_MEMBERS:,} files")
    for member in found:
        _check(member)
    budget = _Budget()
    for member in found:
        if not member.is_dir():
            yield StreamSource(member.filename, lambda member=member: _stream(archive, member, budget))  # type: ignore[misc]


@dataclass(slots=True)
class _Budget:
    """What may still come out of the archive."""

    left: int = LARGEST_SUM

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise over_limit("the archive holds more than 500 MiB")


def _check(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    parts = name.split("/")
    if "\0" in name or "\\" in name or name.startswith("/") or ".." in parts or name[1:2] == ":":
        raise _refused("a name that leads out of it or holds a character no name has")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _refused("a symbolic link")
    if member.flag_bits & 1:
        raise _refused("an encrypted file")
    if member.compress_type not in _METHODS:
        raise _refused("a file packed in another way than deflate")


def _refused(what: str) -> BadReport:
    return BadReport(f"the archive holds {what}", mend="Upload the reports alone, as the action of CI packs them.")


def _stream(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget) -> Iterator[bytes]:
    written = 0
    try:
        with archive.open(member) as stream:
            while block := stream.read(BLOCK):
                written += len(block)
                budget.spend(len(block))
                if written > LARGEST_REPORT:
                    raise over_limit("a file in the archive is over 200 MiB unpacked")
                if written > _SMALL and written > member.compress_size * LARGEST_RATIO:
                    raise over_limit(f"a file in the archive is over {LARGEST_RATIO} times as large unpacked")
                yield block
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise malformed(f"a file in the archive is damaged ({type(error).__name__})") from None
