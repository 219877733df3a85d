"""Where the bytes of a report come from."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from app.readiness.detectors.coverage.problems import malformed, over_limit

HEAD = 65_536
BLOCK = 1024 * 1024
LARGEST_REPORT = 200 * 1024 * 1024
LARGEST_RATIO = 100
"""How many times larger than packed a report may be; real ones are 4 to 21 times."""
_GZIP = 31
_SMALL = 10 * BLOCK


class Source(Protocol):
    """A report that is read once, in blocks or whole; `name` is shown to people."""

    @property
    def name(self) -> str: ...

    @property
    def head(self) -> bytes:
        """The first 64 KiB, for telling the format."""
        ...

    def blocks(self) -> Iterator[bytes]:
        """All of it from the start, in pieces of about a mebibyte."""
        ...

    def whole(self) -> bytes:
        """All of it, or something that msgspec and re read like bytes."""
        ...

    def forget(self, size: int) -> None:
        """So many bytes of the whole may leave memory; they are there again when somebody looks at them."""
        ...


@dataclass(frozen=True, slots=True)
class MemorySource:
    """A report that is in memory already."""

    name: str
    content: bytes

    @property
    def head(self) -> bytes:
        return self.content[:HEAD]

    def blocks(self) -> Iterator[bytes]:
        for start in range(0, len(self.content), BLOCK):
            yield self.content[start : start + BLOCK]

    def whole(self) -> bytes:
        return self.content

    def forget(self, size: int) -> None:
        """Nothing can: there is no other copy."""


@dataclass(frozen=True)
class StreamSource:
    """A report that is unpacked while it is read; `open` starts from the beginning each time."""

    name: str
    open: Callable[[], Iterator[bytes]]

    @cached_property
    def head(self) -> bytes:
        head = b""
        for block in self.open():
            head += block
            if len(head) >= HEAD:
                break
        return head[:HEAD]

    def blocks(self) -> Iterator[bytes]:
        return self.open()

    def whole(self) -> bytes:
        return b"".join(self.open())

    def forget(self, size: int) -> None:
        """Nothing can: there is no other copy."""


def plain(source: Source) -> Source:
    """The source unpacked where it is gzip, and as UTF-8 where it is a text in UTF-16."""
    if source.head.startswith(b"\x1f\x8b"):
        source = StreamSource(source.name, lambda packed=source: inflate(packed.blocks()))  # type: ignore[misc]
    head = source.head
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) and not _is_xml(head):
        try:
            return MemorySource(source.name, source.whole().decode("utf-16").encode())
        except UnicodeDecodeError:
            raise malformed("the report begins as UTF-16 and is not") from None
    return source


def _is_xml(head: bytes) -> bool:
    return head[: len(head) // 2 * 2].decode("utf-16", "replace").lstrip("\ufeff \t\r\n").startswith("<")


def inflate(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """What gzip packed, in blocks; raises `BadReport` above 200 MiB, above 100 times, and where it ends early."""
    unpacker = zlib.decompressobj(_GZIP)
    read = written = 0
    for block in blocks:
        read += len(block)
        packed = block
        while packed:
            try:
                piece = unpacker.decompress(packed, BLOCK)
            except zlib.error:
                raise malformed("the packed report (gzip) is damaged") from None
            written += len(piece)
            packed = unpacker.unconsumed_tail
            check_unpacked(written, read - len(packed))
            yield piece
            if unpacker.eof:
                return
    if not unpacker.eof:
        raise malformed("the packed report (gzip) ends early")


def check_unpacked(written: int, read: int) -> None:
    if written > LARGEST_REPORT:
        raise over_limit("the report is over 200 MiB unpacked")
    if written > _SMALL and written > read * LARGEST_RATIO:
        raise over_limit(f"the report is more than {LARGEST_RATIO} times as large unpacked, which no report is")
