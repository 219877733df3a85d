"""XML fed to expat in blocks, with guards: no entities, limited depth, limited tokens, no recovery."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from xml.parsers import expat

from app.readiness.detectors.coverage.problems import BadReport, malformed, over_limit
from app.readiness.detectors.coverage.source import Source

DEEPEST = 64
# Expat before 2.6 looks at an unfinished token again with every block.
LARGEST_TOKEN = 4 * 1024 * 1024
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


@dataclass(frozen=True, slots=True)
class Handlers:
    """What takes the elements of one document: start gets attribute names and values in turn.

    depth: how many elements are open; the handlers count, because that is cheaper than another call for each.
    """

    start: Callable[[str, list[str]], None]
    end: Callable[[str], None]
    depth: Callable[[], int]


class Feed:
    """One document being read."""

    def __init__(self, head: bytes) -> None:
        self._parser = expat.ParserCreate(_encoding(head))
        self._parser.buffer_text = True
        self._parser.ordered_attributes = True
        self._parser.EntityDeclHandler = _refuse_entity
        self._parser.ExternalEntityRefHandler = _refuse_entity
        self._parser.UnparsedEntityDeclHandler = _refuse_entity
        self._pieces: list[str] = []

    def run(self, source: Source, handlers: Handlers) -> None:
        """Raises `BadReport` with the line for anything but a whole, well-formed document."""
        parser = self._parser
        parser.StartElementHandler = handlers.start
        parser.EndElementHandler = handlers.end
        fed = 0
        try:
            for block in source.blocks():
                parser.Parse(block, False)
                fed += len(block)
                if fed - parser.CurrentByteIndex > LARGEST_TOKEN:
                    raise over_limit("the XML report holds an element or an attribute of over 4 MiB")
                if handlers.depth() > DEEPEST:
                    raise _too_deep()
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            words = expat.ErrorString(error.code)
            raise malformed(f"the XML report is not well-formed: {words}", line=error.lineno) from None
        except (ValueError, IndexError, LookupError, UnicodeError) as error:
            raise self.wrong(f"a value is not what its place asks for ({type(error).__name__})") from None
        finally:
            parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None

    def wrong(self, what: str) -> BadReport:
        """A mistake at the element that is being read."""
        return malformed(what, line=self._parser.CurrentLineNumber)

    def listen(self) -> None:
        self._pieces = []
        self._parser.CharacterDataHandler = self._pieces.append

    def hush(self) -> str:
        """The text since `listen`."""
        self._parser.CharacterDataHandler = None
        return "".join(self._pieces).strip()


def _encoding(head: bytes) -> str | None:
    """.NET writes `encoding="utf-16"` above text that is UTF-8; the bytes say which it is."""
    declared = head[:200].lower()
    return "utf-8" if b"utf-16" in declared and not head.startswith(_UTF16) else None


def _refuse_entity(*_: object) -> bool:
    raise malformed("the XML report declares an entity", mend="No coverage tool does that; remove the declaration.")


def _too_deep() -> BadReport:
    return over_limit(f"the XML report nests elements more than {DEEPEST} deep", "No coverage tool writes that.")


def pairs(attributes: list[str]) -> Mapping[str, str]:
    return dict(zip(attributes[0::2], attributes[1::2], strict=True))


def whole(text: str | None) -> int | None:
    """A whole number, None for none or for words."""
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None


class Glance:
    """The first elements and comments of a document: enough to tell its format."""

    MOST = 60

    def __init__(self) -> None:
        self.depth = 0
        self.elements: list[tuple[int, str, Mapping[str, str]]] = []
        self.comments: list[str] = []

    def start(self, name: str, attributes: list[str]) -> None:
        if len(self.elements) < self.MOST:
            self.elements.append((self.depth, name, pairs(attributes)))
        self.depth += 1

    def end(self, name: str) -> None:
        self.depth -= 1

    def has(self, name: str) -> bool:
        return any(found == name for _, found, _ in self.elements)

    def children(self) -> set[str]:
        return {name for depth, name, _ in self.elements if depth == 1}


def glance(head: bytes) -> Glance:
    """What the head of a document shows; an error in it is left to the reader of the format."""
    seen = Glance()
    parser = expat.ParserCreate(_encoding(head))
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = seen.start, seen.end
    parser.CommentHandler = seen.comments.append
    parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refuse_entity
    try:
        parser.Parse(head, False)
    except expat.ExpatError:
        return seen
    finally:
        parser.StartElementHandler = parser.EndElementHandler = parser.CommentHandler = None
    return seen


class Elements(Protocol):
    """Takes the elements of a format whose reports are small enough for a mapping each."""

    def start(self, name: str, values: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...


def run_plain(feed: Feed, source: Source, elements: Elements) -> None:
    """Raises `BadReport` as `Feed.run` does."""
    depth = 0

    def start(name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        elements.start(name, pairs(attributes))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        elements.end(name)

    feed.run(source, Handlers(start, end, lambda: depth))
