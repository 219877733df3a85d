"""One blob as its readers see it: text without byte order mark and carriage returns, parsed at most once a format."""

import string
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar, cast

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Marked
from app.readiness.patterns import compile_pattern

Parsed = TypeVar("Parsed")


class Rendering(Protocol):
    """What a template is read with: the chart it belongs to."""

    @property
    def is_enabled(self) -> bool: ...

    def documents(self, content: bytes, name: str, *, is_any: bool) -> tuple[Marked, ...]: ...


_LFS = b"version https://git-lfs.github.com/spec/"
SYMBOLS = 250_000
"""More than a quarter of a million of them are data; a syntax tree of a million takes half a gigabyte."""

_WORDS = (string.ascii_letters + string.digits + string.whitespace + "_").encode() + bytes(range(0x80, 0x100))
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Source:
    """path: where the blob lies; content: UTF-8 (bad bytes are kept), `\\n` line ends; chart: of a Helm template."""

    __slots__ = ("_parsed", "_starts", "_tried", "chart", "content", "is_binary", "path")

    def __init__(self, path: str, content: bytes, chart: Rendering | None = None) -> None:
        self.path = path
        self.chart = chart
        self.content = _normalise(content)
        self.is_binary = b"\0" in self.content[:8192]
        self._parsed: dict[object, Any] = {}
        self._tried: frozenset[str] = frozenset()
        self._starts: Mapping[str, int] = {}

    @property
    def is_pointer(self) -> bool:
        """Whether it stands for a file kept elsewhere with Git LFS."""
        return self.content.startswith(_LFS)

    @property
    def text(self) -> str:
        return self.parse(_decode)

    @property
    def lines(self) -> list[str]:
        return self.parse(_split)

    def note_starts(self, tried: frozenset[str], starts: Mapping[str, int]) -> None:
        """Patterns that were looked for already, and where those that occur match first."""
        self._tried, self._starts = tried, starts

    def matches_of(self, pattern: str) -> Iterator[Any]:
        """What a pattern matches, in order."""
        start = self._starts.get(pattern)
        if start is None and pattern in self._tried:
            return iter(())
        found: Iterator[Any] = compile_pattern(pattern, captures=False).finditer(self.content, start or 0)
        return found

    def refuse_symbols(self) -> None:
        """Raises `Malformed` for a text of so many symbols that its syntax tree would not fit in memory."""
        if len(self.content.translate(None, _WORDS)) > SYMBOLS:
            raise Malformed(f"more than {SYMBOLS:,} symbols")

    def line_of(self, offset: int) -> int:
        """The 1-based line of a byte offset."""
        return self.content.count(b"\n", 0, offset) + 1

    def line_at(self, offset: int) -> bytes:
        """The line that holds a byte offset."""
        start = self.content.rfind(b"\n", 0, offset) + 1
        end = self.content.find(b"\n", offset)
        return self.content[start : end if end >= 0 else len(self.content)]

    def find_line(self, needle: str) -> int:
        """The first line that holds a text, 1 when none does."""
        offset = self.content.find(needle.encode(errors="replace"))
        return self.line_of(offset) if offset >= 0 else 1

    def parse(self, reader: "Callable[[Source], Parsed]") -> Parsed:
        """What a reader makes of this blob, read once; raises `Malformed` every time when it cannot."""
        if reader not in self._parsed:
            try:
                self._parsed[reader] = reader(self)
            except Malformed as error:
                self._parsed[reader] = error
            except (RecursionError, MemoryError) as error:
                self._parsed[reader] = Malformed(f"too deep or too large: {type(error).__name__}")
        found = self._parsed[reader]
        if isinstance(found, Malformed):
            raise found
        return cast(Parsed, found)


def _normalise(content: bytes) -> bytes:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            content = content[2:].decode(encoding, errors="replace").encode(errors="replace")
    content = content.removeprefix(b"\xef\xbb\xbf")
    return content.replace(b"\r\n", b"\n") if b"\r" in content else content


def _decode(source: Source) -> str:
    return source.content.decode(errors="replace")


def _split(source: Source) -> list[str]:
    return source.text.split("\n")
