"""RE2 syntax read for the texts that a match must hold; `needles` chooses among them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.readiness.needle_ways import NOTHING, TOGETHER, Clause, Run, Way, spread

_DEPTH = 60
_CLASSES = frozenset("dDwWsSC")
_ZERO_WIDTH = frozenset("bBAz")
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/@:=<>!#%&~`'\", ;")


class Unreadable(Exception):
    """Syntax that is not followed here: nothing can be said of the pattern."""


def ways_of(pattern: str) -> list[list[Clause]]:
    """The alternatives of a pattern: a match holds all clauses of one of them. Raises `Unreadable`."""
    reader = _Reader(pattern)
    try:
        ways = spread(reader.ways(0))
    except IndexError:
        raise Unreadable from None
    if reader.position < len(pattern):
        raise Unreadable
    return ways


@dataclass(slots=True)
class _Reader:
    """Reads RE2 syntax from a position on."""

    text: str
    position: int = 0

    def ways(self, depth: int) -> list[Way]:
        """The alternatives up to the end or a closing bracket."""
        if depth > _DEPTH:
            raise Unreadable
        every = [self._sequence(depth)]
        while self._peek() == "|":
            self.position += 1
            every.append(self._sequence(depth))
        return every

    def _sequence(self, depth: int) -> Way:
        sequence = Run()
        text, length = self.text, len(self.text)
        while self.position < length:
            character = text[self.position]
            if character in "|)":
                break
            if character in _PLAIN:
                self._stretch(sequence)
                continue
            self.position += 1
            if character == "(":
                self._group(sequence, depth)
            elif character == "[":
                self._repeat(sequence, self._class())
            elif character == "\\":
                self._escape(sequence)
            elif character == ".":
                self._repeat(sequence, None)
            elif character in "^$":
                self._repetition()
            else:
                self._repeat(sequence, _letter(character))
        return sequence.end()

    def _stretch(self, sequence: Run) -> None:
        """Plain letters, of which the last may be repeated."""
        start, text, length = self.position, self.text, len(self.text)
        end = start + 1
        while end < length and text[end] in _PLAIN:
            end += 1
        if end < length and text[end] in "*+?{":
            end -= 1
        if end > start:
            sequence.add(frozenset([text[start:end].lower()]))
        self.position = end
        if end < length and text[end] in _PLAIN:
            self.position += 1
            self._repeat(sequence, _letter(text[end]))

    def _repeat(self, sequence: Run, texts: Clause | None, ways: Sequence[Way] = ()) -> None:
        """One of the texts, or something of which only its ways are known, as often as what follows says."""
        least, most = self._repetition()
        if texts is None:
            sequence.interrupt()
            if least and ways:
                sequence.branch(spread(ways))
        elif (least, most) == (1, 1):
            sequence.add(texts)
        elif (least, most) == (0, 1) and len(texts) < TOGETHER:
            sequence.add(texts | NOTHING)
        elif least:
            sequence.add(texts)
            sequence.interrupt()
            sequence.run = texts
        else:
            sequence.interrupt()

    def _group(self, sequence: Run, depth: int) -> None:
        if self._peek() == "?" and self._group_head() == ")":
            # a repetition here is one of what stands before
            if self._repetition() != (1, 1):
                raise Unreadable
            return
        ways = self.ways(depth + 1)
        self._expect(")")
        exact: set[str] = set()
        for way in ways:
            exact.update(way.exact or ())
        is_exact = len(exact) <= TOGETHER and all(way.exact is not None for way in ways)
        self._repeat(sequence, frozenset(exact) if is_exact else None, ways)

    def _group_head(self) -> str:
        """Past `?flags:`, `?P<name>` or `?flags)`; the character it ends with."""
        while (character := self.text[self.position]) not in ":>)":
            if character in "=!":
                raise Unreadable
            self.position += 1
        self.position += 1
        return character

    def _class(self) -> Clause | None:
        """The letters of a small class, or None."""
        is_negated = self._peek() == "^"
        self.position += is_negated
        start = self.position
        letters: set[str] = set()
        is_small = not is_negated
        while (character := self.text[self.position]) != "]" or self.position == start:
            if self.text.startswith("[:", self.position):
                self.position = self.text.find(":]", self.position) + 1
                if not self.position:
                    raise Unreadable
                is_small = False
            self.position += 1
            if character == "\\":
                character = self.text[self.position]
                is_small = is_small and not character.isalnum()
                self.position += 1
            is_range = self._peek() == "-" and self.text[self.position + 1] != "]"
            is_small = is_small and not is_range and character.isascii()
            letters.add(character.lower())
        self.position += 1
        return frozenset(letters) if is_small and len(letters) <= TOGETHER else None

    def _escape(self, sequence: Run) -> None:
        character = self.text[self.position]
        self.position += 1
        if character in _ZERO_WIDTH:
            self._repetition()
            return
        if character in _CLASSES or character in "pP":
            if character in "pP":
                self._braced()
            self._repeat(sequence, None)
        elif character == "x":
            self._repeat(sequence, _letter(self._hexadecimal()))
        elif character in _CONTROLS:
            self._repeat(sequence, _letter(_CONTROLS[character]))
        elif character.isalnum():
            raise Unreadable
        else:
            self._repeat(sequence, _letter(character))

    def _hexadecimal(self) -> str:
        if self._peek() == "{":
            digits = self._braced()
        else:
            digits = self.text[self.position : self.position + 2]
            self.position += 2
        try:
            return chr(int(digits, 16))
        except (ValueError, OverflowError):
            raise Unreadable from None

    def _braced(self) -> str:
        """What stands in braces, or one character without them."""
        if self._peek() != "{":
            self.position += 1
            return self.text[self.position - 1]
        end = self.text.find("}", self.position)
        if end < 0:
            raise Unreadable
        inside = self.text[self.position + 1 : end]
        self.position = end + 1
        return inside

    def _repetition(self) -> tuple[int, int]:
        """How often at least (0 or 1) and at most (0, 1 or 2 for more) what was read occurs."""
        least = most = 1
        character = self._peek()
        if character and character in "*+?":
            self.position += 1
            least, most = int(character == "+"), 1 if character == "?" else 2
        elif character == "{" and (bounds := self._bounds()) is not None:
            least, most = min(bounds[0], 1), min(bounds[1], 2)
        else:
            return 1, 1
        if self._peek() == "?":
            self.position += 1
        if self._peek() in ("*", "+", "?"):
            raise Unreadable
        return least, most

    def _bounds(self) -> tuple[int, int] | None:
        """The bounds of `{n}`, `{n,}` or `{n,m}`; None when the brace is a letter."""
        end = self.text.find("}", self.position)
        lower, comma, upper = self.text[self.position + 1 : max(end, 0)].partition(",")
        if not lower.isdigit() or (comma and upper and not upper.isdigit()):
            return None
        self.position = end + 1
        least = int(lower)
        return least, least if not comma else int(upper or 2)

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise Unreadable
        self.position += 1

    def _peek(self) -> str:
        return self.text[self.position : self.position + 1]


def _letter(letter: str) -> Clause | None:
    return frozenset([letter.lower()]) if letter.isascii() else None
