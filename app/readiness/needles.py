"""The words a pattern cannot match without, so that most patterns need not be tried on most texts."""

from dataclasses import dataclass, field

LEAST = 3
MOST = 400
"""A pattern with longer lists of words is tried on every text."""

_DEPTH = 60
_CLASSES = frozenset("dDwWsSC")
_ZERO_WIDTH = frozenset("bBAz")
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}

_ONCE = (1, True)

Needles = frozenset[str] | None
"""Lower-case ASCII texts of which one is in whatever matches, or None where nothing can be said."""


class _Unreadable(Exception):
    """Syntax that is not followed here: nothing can be said of the pattern."""


def needles_of(pattern: str) -> Needles:
    """What a match of an RE2 pattern must hold, without regard to case; None when the pattern must be tried."""
    reader = _Reader(pattern)
    try:
        found = reader.alternatives(0)
    except (_Unreadable, IndexError):
        return None
    if reader.position < len(pattern) or found is None or len(found) > MOST:
        return None
    return found if min(map(len, found)) >= LEAST else None


@dataclass(slots=True)
class _Sequence:
    """One alternative while it is read: the letters in a row, and the best needles so far."""

    best: Needles = None
    run: list[str] = field(default_factory=list)

    def letter(self, letter: str) -> None:
        if letter.isascii():
            self.run.append(letter.lower())
        else:
            self.interrupt()

    def interrupt(self) -> None:
        if self.run:
            self.take(frozenset(["".join(self.run)]))
            self.run.clear()

    def take(self, found: Needles) -> None:
        if found is not None and (self.best is None or _worth(found) > _worth(self.best)):
            self.best = found


def _worth(found: frozenset[str]) -> tuple[int, int]:
    """Longer words are rarer, and fewer are better than many."""
    return min(map(len, found)), -len(found)


@dataclass(slots=True)
class _Reader:
    """Reads RE2 syntax from a position on."""

    text: str
    position: int = 0

    def alternatives(self, depth: int) -> Needles:
        """Everything up to the end or a closing bracket; None as soon as one alternative needs nothing."""
        if depth > _DEPTH:
            raise _Unreadable
        every: list[Needles] = [self._sequence(depth)]
        while self._peek() == "|":
            self.position += 1
            every.append(self._sequence(depth))
        known = [found for found in every if found is not None]
        return frozenset().union(*known) if len(known) == len(every) else None

    def _sequence(self, depth: int) -> Needles:
        sequence = _Sequence()
        while (character := self._peek()) not in ("", "|", ")"):
            self.position += 1
            if character == "(":
                self._group(sequence, depth)
            elif character == "[":
                self._class()
                sequence.interrupt()
                self._repetition()
            elif character == "\\":
                self._escape(sequence)
            elif character == ".":
                sequence.interrupt()
                self._repetition()
            elif character in "^$":
                self._repetition()
            else:
                self._letter(sequence, character)
        sequence.interrupt()
        return sequence.best

    def _letter(self, sequence: _Sequence, letter: str) -> None:
        least, is_once = self._repetition()
        if not least:
            sequence.interrupt()
            return
        sequence.letter(letter)
        if not is_once:
            sequence.interrupt()

    def _group(self, sequence: _Sequence, depth: int) -> None:
        if self._peek() == "?" and self._group_head() == ")":
            # a repetition here is one of what stands before
            if self._repetition() != _ONCE:
                raise _Unreadable
            return
        inner = self.alternatives(depth + 1)
        self._expect(")")
        least, _ = self._repetition()
        sequence.interrupt()
        if least:
            sequence.take(inner)

    def _group_head(self) -> str:
        """Past `?flags:`, `?P<name>` or `?flags)`; the character it ends with."""
        while (character := self.text[self.position]) not in ":>)":
            if character in "=!":
                raise _Unreadable
            self.position += 1
        self.position += 1
        return character

    def _class(self) -> None:
        if self._peek() == "^":
            self.position += 1
        start = self.position
        while (character := self.text[self.position]) != "]" or self.position == start:
            if self.text.startswith("[:", self.position):
                self.position = self.text.find(":]", self.position) + 1
                if not self.position:
                    raise _Unreadable
            self.position += 2 if character == "\\" else 1
        self.position += 1

    def _escape(self, sequence: _Sequence) -> None:
        character = self.text[self.position]
        self.position += 1
        if character in _ZERO_WIDTH:
            self._repetition()
            return
        if character in _CLASSES or character in "pP":
            if character in "pP":
                self._braced()
            sequence.interrupt()
            self._repetition()
        elif character == "x":
            self._letter(sequence, self._hexadecimal())
        elif character in _CONTROLS:
            self._letter(sequence, _CONTROLS[character])
        elif character.isalnum():
            raise _Unreadable
        else:
            self._letter(sequence, character)

    def _hexadecimal(self) -> str:
        if self._peek() == "{":
            digits = self._braced()
        else:
            digits = self.text[self.position : self.position + 2]
            self.position += 2
        try:
            return chr(int(digits, 16))
        except (ValueError, OverflowError):
            raise _Unreadable from None

    def _braced(self) -> str:
        """What stands in braces, or one character without them."""
        if self._peek() != "{":
            self.position += 1
            return self.text[self.position - 1]
        end = self.text.find("}", self.position)
        if end < 0:
            raise _Unreadable
        inside = self.text[self.position + 1 : end]
        self.position = end + 1
        return inside

    def _repetition(self) -> tuple[int, bool]:
        """How often at least what was read must occur (0 or 1), and whether exactly once."""
        least, is_once = 1, True
        character = self._peek()
        if character and character in "*+?":
            self.position += 1
            least, is_once = int(character == "+"), False
        elif character == "{" and (bounds := self._bounds()) is not None:
            least, is_once = min(bounds, 1), False
        if not is_once and self._peek() == "?":
            self.position += 1
        if not is_once and self._peek() in ("*", "+", "?"):
            raise _Unreadable
        return least, is_once

    def _bounds(self) -> int | None:
        """The lower bound of `{n}`, `{n,}` or `{n,m}`; None when the brace is a letter."""
        end = self.text.find("}", self.position)
        lower, comma, upper = self.text[self.position + 1 : max(end, 0)].partition(",")
        if not lower.isdigit() or (comma and upper and not upper.isdigit()):
            return None
        self.position = end + 1
        return int(lower)

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise _Unreadable
        self.position += 1

    def _peek(self) -> str:
        return self.text[self.position : self.position + 1]
