"""One place where a generic form fits, and what lies around it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

_LINE_PIECE = 240


class Told(NamedTuple):
    """What a test made of a place: the kind of secret and where its value stands."""

    kind: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """start: where the telling word begins; span: where the value stands, offsets into content, which nothing shows."""

    kind: str
    content: bytes = field(repr=False)
    start: int
    span: tuple[int, int]
    file_class: str
    shows: bool

    @property
    def value(self) -> bytes:
        return self.content[self.span[0] : self.span[1]]

    @property
    def before(self) -> bytes:
        """The line up to the value, its last 240 bytes at most before the telling word."""
        least = max(0, self.start - _LINE_PIECE)
        return self.content[max(least, self.content.rfind(b"\n", least, self.start) + 1) : self.span[0]]

    @property
    def behind(self) -> bytes:
        """The line behind the value, its first 240 bytes at most."""
        return self.content[self.span[1] : self.span[1] + _LINE_PIECE].partition(b"\n")[0]

    def told(self, kind: str = "", span: tuple[int, int] = (0, 0)) -> Told:
        return Told(kind or self.kind, span if any(span) else self.span)


ValueTest = Callable[[Candidate], Told | None]
