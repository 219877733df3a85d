"""SQL text into statements, as the database's own client would send them one by one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.readiness.detectors.migrations.model import Dialect
from app.readiness.detectors.migrations.sql.tokens import OPEN, Token, Tokens

LARGEST_STATEMENT = 20_000
"""Tokens read of one statement; the rest of a long INSERT says nothing more."""

_ROUTINES = frozenset({"TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE"})
_LOOSE_ENDS = frozenset({"IF", "LOOP", "WHILE", "REPEAT", "FOR"})
_DELIMITER = re.compile(r"[ \t]*+(\S++)[^\n]*+", re.IGNORECASE)
_DATA_END = re.compile(r"^\\\.[ \t]*\r?$", re.MULTILINE)
_LINE_END = re.compile(r"\n|\Z")


@dataclass(slots=True)
class Statement:
    """One statement: its tokens and its lines, 0-based and inclusive; is_open: a text or bracket in it never ends."""

    tokens: list[Token]
    first_line: int
    last_line: int
    is_open: bool = False
    comments: list[tuple[int, str]] = field(default_factory=list)


def split_statements(text: str, dialect: Dialect) -> Iterator[Statement]:
    """Every statement of the text in order; empty ones are left out."""
    splitter = _Splitter(Tokens(text, dialect, []), dialect)
    while (statement := splitter.next()) is not None:
        if statement.tokens:
            yield statement


@dataclass(slots=True)
class _Splitter:
    source: Tokens
    dialect: Dialect
    place: int = 0
    delimiter: str = ""

    def next(self) -> Statement | None:
        """None at the end of the text."""
        tokens: list[Token] = []
        depth = _Depth(self.dialect)
        is_open = False
        while True:
            token = self._token(tokens)
            if token is None:
                return self._statement(tokens, is_open) if tokens else None
            if token.key == ";" and not self.delimiter and not depth.holds(tokens):
                break
            if self.delimiter and self.source.text.startswith(self.delimiter, token.start):
                self.place = token.start + len(self.delimiter)
                break
            is_open = is_open or token.key == OPEN
            depth.see(token.key, tokens)
            if len(tokens) < LARGEST_STATEMENT:
                tokens.append(token)
        statement = self._statement(tokens, is_open)
        self._skip_data(tokens)
        return statement

    def _token(self, before: list[Token]) -> Token | None:
        """The next token; at the start of a statement, lines for the client are obeyed and left out."""
        while (token := self.source.read(self.place)) is not None:
            self.place = token.end
            if before or not self._obeys(token):
                return token
        return None

    def _obeys(self, token: Token) -> bool:
        if token.key == "\\" and self.dialect is Dialect.POSTGRES:
            self.place = self._line_end(token.end)
            return True
        if token.key == "DELIMITER" and self.dialect.is_mysql:
            found = _DELIMITER.match(self.source.text, token.end)
            wanted = found.group(1) if found else ";"
            self.delimiter = "" if wanted == ";" else wanted
            self.place = found.end() if found else token.end
            return True
        # The end of code in a comment that MySQL runs.
        if token.key == "*" and self.dialect.is_mysql and self.source.text.startswith("*/", token.start):
            self.place = token.start + 2
            return True
        return token.key == ";"

    def _line_end(self, place: int) -> int:
        found = _LINE_END.search(self.source.text, place)
        return found.end() if found else len(self.source.text)

    def _skip_data(self, tokens: list[Token]) -> None:
        """What follows COPY … FROM STDIN is data up to a line with a backslash and a dot."""
        keys = [token.key for token in tokens[:40]]
        if keys[:1] == ["COPY"] and "STDIN" in keys:
            found = _DATA_END.search(self.source.text, self.place)
            self.place = found.end() if found else self.place

    def _statement(self, tokens: list[Token], is_open: bool) -> Statement:
        while tokens and tokens[-1].key in ("*", "/") and self.dialect.is_mysql:
            tokens.pop()
        if not tokens:
            return Statement([], 0, 0)
        first, last = self.source.line_at(tokens[0].start), self.source.line_at(max(tokens[-1].end - 1, 0))
        comments = [(self.source.line_at(at), words) for at, words in self.source.comments]
        self.source.comments.clear()
        return Statement(tokens, first, last, is_open, comments)


@dataclass(slots=True)
class _Depth:
    """Whether a semicolon is inside the body of a routine, which SQLite, MySQL and PostgreSQL's BEGIN ATOMIC have."""

    dialect: Dialect
    _blocks: int = 0

    def see(self, key: str, before: list[Token]) -> None:
        last = before[-1].key if before else ""
        if key in ("BEGIN", "CASE") and (self._blocks or self._opens(key, before)):
            if last != "END":
                self._blocks += 1
        elif key == "ATOMIC" and last == "BEGIN" and not self._blocks:
            self._blocks = 1
        elif key == "END" and self._blocks:
            self._blocks -= 1
        elif last == "END" and key in _LOOSE_ENDS and self.dialect.is_mysql and before and self._is_routine(before):
            self._blocks += 1

    def holds(self, before: list[Token]) -> bool:
        return self._blocks > 0 and bool(before)

    def _opens(self, key: str, before: list[Token]) -> bool:
        return key == "BEGIN" and self.dialect is not Dialect.POSTGRES and self._is_routine(before)

    def _is_routine(self, before: list[Token]) -> bool:
        heads = [token.key for token in before[:16]]
        return heads[:1] in (["CREATE"], ["ALTER"]) and any(key in _ROUTINES for key in heads)
