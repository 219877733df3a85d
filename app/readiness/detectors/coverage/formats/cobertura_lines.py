"""Plain lines of Cobertura read in bulk: expat sees one element in the place of a thousand.

A section is taken out only where every byte of it is known: without digits and white space it is nothing but the
few forms in which tools write a line. Everything else goes through expat as it stands.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from app.readiness.detectors.coverage.branches import first_taken
from app.readiness.detectors.coverage.model import HIT, MISS, FileCoverage
from app.readiness.detectors.coverage.problems import malformed
from app.readiness.detectors.coverage.source import Source

MARK = "readygate-lines"
_MARK = MARK.encode()
_OPEN, _CLOSE = b"<lines>", b"</lines>"
LARGEST_SECTION = 4 * 1024 * 1024
_IGNORED = b"0123456789 \t\r\n"
_PLAIN = b'<linenumber=""hits=""/>'
_BRANCHED = b'branch="true"condition-coverage="%(/)"'
_FORMS = (
    b'<linenumber=""hits=""branch="false"/>',
    b'<linenumber=""hits=""branch="False"/>',
    b'<linenumber=""hits=""' + _BRANCHED + b"/>",
    b'<linenumber=""hits=""' + _BRANCHED.replace(b"true", b"True") + b"/>",
)
_MISSING = re.compile(rb'<linenumber=""hits=""branch="true"condition-coverage="%\(/\)"missing-branches="[a-z,-]*"/>')
_NUMBER = re.compile(rb'<line number="(\d+)" hits="')
_MISSED = re.compile(rb'<line number="(\d+)" hits="0+"')
_BRANCH = re.compile(rb'<line number="(\d+)" hits="\d+" branch="[tT]rue" condition-coverage="\d+% \((\d+)/(\d+)\)"')
_numbers = msgspec.json.Decoder(list[int])


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that come once each, those among them that were missed, and branches as line, taken and total."""

    lines: list[int]
    misses: list[int]
    branches: list[tuple[bytes, bytes, bytes]]

    def read_into(self, one: FileCoverage) -> None:
        largest = max(self.lines, default=0)
        if largest >= len(one.states):
            one.grow(largest)
        states = one.states
        ran: Iterable[int] = self.lines
        if any(states):
            ran = set(self.lines).difference(self.misses)
            missed = [line for line in self.misses if not states[line]]
        else:
            missed = self.misses
        for line in ran:
            states[line] = HIT
        for line in missed:
            states[line] = MISS
        told = {int(number): _condition(taken, total) for number, taken, total in self.branches}
        if one.pending:
            for number, (mask, count) in told.items():
                one.branch_mask(number, mask, count)
        else:
            one.pending = told


class Condensed:
    """A source whose sections of plain lines are replaced by an element with their number, and kept here."""

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.head = source.head
        self.whole = source.whole
        self.forget = source.forget
        self._source = source
        self._sections: list[Section | None] = []

    def section(self, number: str) -> Section:
        """What the element of that number stands for; once, in order of the document."""
        taken, self._sections[int(number)] = self._sections[int(number)], None
        if taken is None:
            raise malformed("a section of lines comes twice")
        return taken

    def blocks(self) -> Iterator[bytes]:
        rest = b""
        for block in self._source.blocks():
            text = rest + block
            if _MARK in text:
                raise malformed("the Cobertura report holds an element that no tool writes")
            text, rest = self._condense(text)
            yield text
        yield rest

    def _condense(self, text: bytes) -> tuple[bytes, bytes]:
        """The text up to its last whole section, condensed, and what has to wait for the next block."""
        pieces: list[bytes] = []
        position = 0
        while (start := text.find(_OPEN, position)) >= 0:
            start += len(_OPEN)
            end = text.find(_CLOSE, start)
            if end < 0:
                break
            pieces += (text[position:start], self._replaced(text[start:end]))
            position = end
        # A section that is open waits for its end, and a tag that is cut in two for its other half.
        cut = start if start >= 0 else max(text.rfind(b"<"), position)
        if len(text) - cut > LARGEST_SECTION:
            cut = len(text)
        pieces.append(text[position:cut])
        return b"".join(pieces), text[cut:]

    def _replaced(self, text: bytes) -> bytes:
        section = read_section(text)
        if section is None:
            return text
        self._sections.append(section)
        element = b'<%s n="%d"/>' % (_MARK, len(self._sections) - 1)
        # So that a mistake further down is still named with its line.
        return element + b"\n" * text.count(b"\n")


@lru_cache(maxsize=4096)
def _condition(taken: bytes, total: bytes) -> tuple[int, int]:
    return first_taken(int(taken), int(total))


def read_section(text: bytes) -> Section | None:
    """None where anything in it is not of the known forms, or a line comes twice."""
    if not _is_plain(text):
        return None
    every, missed = _NUMBER.findall(text), _MISSED.findall(text)
    branches = _BRANCH.findall(text) if b"condition-coverage" in text else []
    if len(every) != text.count(b"<line") or len(branches) != text.count(b"condition-coverage"):
        return None
    try:
        lines, misses = (_numbers.decode(b"[" + b",".join(found) + b"]") for found in (every, missed))
    except msgspec.MsgspecError:
        return None
    return Section(lines, misses, branches) if len(set(lines)) == len(lines) else None


def _is_plain(text: bytes) -> bool:
    skeleton = text.translate(None, _IGNORED).replace(_PLAIN, b"")
    for form in _FORMS if skeleton else ():
        skeleton = skeleton.replace(form, b"")
    return not skeleton or not _MISSING.sub(b"", skeleton)
