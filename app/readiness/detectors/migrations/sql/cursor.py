"""A place in the tokens of one statement, and the few questions a reader of grammar asks there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.readiness.detectors.migrations.sql.names import plain_name, table_name
from app.readiness.detectors.migrations.sql.tokens import NAME, TEXT, Token

_OPENING = {"(": ")", "[": "]"}
_SIGNS = frozenset("()[],.;=<>+-*/%:?$")


@dataclass(slots=True)
class Cursor:
    """Reads tokens[at:]; a taken token is behind. Past the end every question is answered with no."""

    tokens: Sequence[Token]
    at: int = 0

    @property
    def key(self) -> str:
        return self.tokens[self.at].key if self.at < len(self.tokens) else ""

    @property
    def is_done(self) -> bool:
        return self.at >= len(self.tokens)

    def ahead(self, distance: int = 1) -> str:
        place = self.at + distance
        return self.tokens[place].key if place < len(self.tokens) else ""

    def sees(self, *keys: str) -> bool:
        """Whether exactly these come next."""
        return all(self.ahead(distance) == key for distance, key in enumerate(keys))

    def take(self, *keys: str) -> bool:
        """Takes them if exactly these come next."""
        if not self.sees(*keys):
            return False
        self.at += len(keys)
        return True

    def take_any(self, *keys: str) -> str:
        """The one that came next and was taken, or ""."""
        key = self.key
        if key and key in keys:
            self.at += 1
            return key
        return ""

    def skip(self) -> Token | None:
        if self.is_done:
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def name(self) -> str:
        """The next identifier in plain form; "" (and nothing taken) when a sign comes next."""
        if self.is_done or self.key in _SIGNS:
            return ""
        token = self.tokens[self.at]
        self.at += 1
        return plain_name(token.text)

    def table(self) -> str:
        """A name with its schema, `ONLY` before and `*` after it left out; "" when there is none."""
        self.take("ONLY")
        parts = self.dotted()
        self.take("*")
        return table_name(*parts)

    def dotted(self) -> list[str]:
        parts = [self.name()]
        while parts[-1] and self.take("."):
            parts.append(self.name())
        return [part for part in parts if part]

    def names(self) -> tuple[str, ...]:
        """The plain names in brackets, orders and lengths left out; "" for an expression."""
        return tuple(_plain(part) for part in split(self.brackets()))

    def tables(self) -> list[str]:
        """Names with commas between."""
        found = [self.table()]
        while self.take(","):
            found.append(self.table())
        return [name for name in found if name]

    def brackets(self) -> Sequence[Token]:
        """The tokens within the brackets that come next, which are taken; none when no bracket opens here."""
        if self.key != "(":
            return ()
        start = self.at + 1
        self.skip_group()
        closed = self.tokens[self.at - 1].key == ")"
        return self.tokens[start : self.at - 1 if closed else self.at]

    def skip_group(self) -> None:
        """One token, or all of a pair of brackets."""
        close = _OPENING.get(self.key)
        opened, depth = self.key, 0
        while not self.is_done:
            if close and self.key == opened:
                depth += 1
            elif close and self.key == close:
                depth -= 1
            self.at += 1
            if depth == 0:
                return

    def until(self, stops: Callable[[str], bool]) -> Sequence[Token]:
        """Everything up to a key that stops it outside brackets."""
        start = self.at
        while not self.is_done and not stops(self.key):
            self.skip_group()
        return self.tokens[start : self.at]

    def finds(self, *keys: str) -> bool:
        """Whether these stand anywhere from here on, outside brackets, one after the other; nothing is taken."""
        probe = Cursor(self.tokens, self.at)
        while not probe.is_done:
            if probe.sees(*keys):
                return True
            probe.skip_group()
        return False

    def if_exists(self) -> bool:
        return self.take("IF", "EXISTS")

    def if_not_exists(self) -> bool:
        return self.take("IF", "NOT", "EXISTS")


def split(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The parts between commas outside brackets."""
    parts: list[Sequence[Token]] = []
    cursor, start = Cursor(tokens), 0
    while not cursor.is_done:
        if cursor.key == ",":
            parts.append(tokens[start : cursor.at])
            start = cursor.at + 1
        cursor.skip_group()
    if start < len(tokens):
        parts.append(tokens[start:])
    return parts


def words_of(tokens: Sequence[Token]) -> str:
    """Tokens as text in lower case: a blank between words, none around signs; texts keep their quotes."""
    out: list[str] = []
    before = ""
    for token in tokens:
        word = f"'{token.text}'" if token.key == TEXT else token.text if token.key == NAME else token.text.lower()
        if out and not (before in "([.:" or before == "::" or token.key in ("(", ")", "[", "]", ",", ".", "::")):
            out.append(" ")
        out.append(word)
        before = token.key
    return "".join(out)


def _plain(part: Sequence[Token]) -> str:
    """`a`, `a DESC`, `a(10)`, `a text_ops` are `a`; anything that is computed is ""."""
    if not part or part[0].key in _SIGNS or part[0].key == TEXT:
        return ""
    if len(part) > 1 and part[1].key == "(":
        is_length = [token.key for token in part[2:4]] == ["number", ")"]
        return plain_name(part[0].text) if is_length else ""
    return "" if any(token.key in ("::", "+", "-", "->", "->>", "||") for token in part) else plain_name(part[0].text)
