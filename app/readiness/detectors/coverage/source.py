"""Where the bytes of a report come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

HEAD = 65_536
BLOCK = 1024 * 1024


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
