"""A template read into nodes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from app.readiness.formats.helm.nodes import (
    Branch,
    Call,
    Expression,
    Field,
    Inclusion,
    Literal,
    Member,
    Node,
    Output,
    Pipe,
    Template,
    Text,
    Variable,
)
from app.readiness.formats.helm.tokens import Piece, Word, cut, unquoted, words_of
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.template import HOLE

DEPTH = 40
_DIGITS = 20
_WORDS = {"true": True, "false": False, "nil": None}


@lru_cache(maxsize=32)
def read_template(content: bytes) -> Template:
    """Kept for a while, since a template is run twice and shared ones belong to many charts; raises `Malformed`."""
    reader = _Reader(cut(content))
    body, end = reader.nodes(0)
    if end:
        raise Malformed(f"a template with an '{end[0].text}' too many", reader.line)
    return Template(body, reader.defined)


@dataclass(slots=True)
class _Reader:
    pieces: Iterator[Piece]
    defined: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    line: int = 1

    def nodes(self, depth: int) -> tuple[tuple[Node, ...], Sequence[Word]]:
        """Everything up to an `else` or `end`, whose words are returned with it, or to the end of the file."""
        if depth > DEPTH:
            raise Malformed(f"template blocks nested deeper than {DEPTH} levels", self.line)
        found: list[Node] = []
        for piece in self.pieces:
            self.line = piece.line
            if not piece.is_action:
                found.append(Text(piece.content.decode(errors="replace"), piece.line))
                continue
            words = words_of(piece)
            first = words[0].text if words and words[0].kind == "name" else ""
            if first in ("end", "else"):
                return tuple(found), words
            node = self._action(first, words, piece.line, depth)
            if node is not None:
                found.append(node)
        if depth:
            raise Malformed("a template block without its 'end'", self.line)
        return tuple(found), ()

    def _action(self, first: str, words: Sequence[Word], line: int, depth: int) -> Node | None:
        if first in ("if", "with", "range"):
            return self._branch(first, words[1:], line, depth)
        if first in ("define", "block", "template"):
            title, rest = words[1:2], words[2:]
            if not title or title[0].kind != "text":
                raise Malformed(f"'{first}' without a name", line)
            name = unquoted(title[0].text)
            if first != "template":
                self.defined[name] = self._closed(depth)
            pipe = read_pipe(rest, line) if rest else Pipe((Literal(None),))
            return None if first == "define" else Inclusion(name, pipe, line)
        if first in ("break", "continue") and len(words) == 1:
            raise Malformed(f"'{first}' in a template", line)
        return Output(read_pipe(words, line), line) if words else None

    def _closed(self, depth: int) -> tuple[Node, ...]:
        body, end = self.nodes(depth + 1)
        if not end or end[0].text != "end":
            raise Malformed("a template block without its 'end'", self.line)
        return body

    def _branch(self, kind: str, words: Sequence[Word], line: int, depth: int, *, is_else_if: bool = False) -> Branch:
        pipe = read_pipe(words, line)
        body, end = self.nodes(depth + 1)
        other: tuple[Node, ...] = ()
        if end and end[0].text == "else":
            if len(end) > 1 and end[1].text in ("if", "with"):
                # The inner branch takes the `end` of the whole chain.
                inner = self._branch(end[1].text, end[2:], self.line, depth + 1, is_else_if=True)
                return Branch(kind, pipe, body, (inner,), is_else_if)
            other = self._closed(depth)
        return Branch(kind, pipe, body, other, is_else_if)


def read_pipe(words: Sequence[Word], line: int) -> Pipe:
    """A whole action: `$a, $b := first | second`."""
    names: list[str] = []
    start = 0
    for index, word in enumerate(words[:4]):
        if word.text in (":=", "=") and word.kind == "sign":
            names = [name.text[1:] for name in words[:index] if name.kind == "variable"]
            start = index + 1
            break
    expressions = _Expressions(words, line, start)
    commands = expressions.commands(0)
    if expressions.position != len(words):
        raise Malformed("a template action that is not understood", line)
    return Pipe(commands, tuple(names), is_new=not start or words[start - 1].text == ":=")


@dataclass(slots=True)
class _Expressions:
    words: Sequence[Word]
    line: int
    position: int

    def commands(self, depth: int) -> tuple[Expression, ...]:
        if depth > DEPTH:
            raise Malformed(f"template expressions nested deeper than {DEPTH} levels", self.line)
        found = [self._command(depth)]
        while self._next("|"):
            self.position += 1
            found.append(self._command(depth))
        return tuple(found)

    def _next(self, *signs: str) -> bool:
        if self.position >= len(self.words):
            return False
        word = self.words[self.position]
        return word.kind == "sign" and word.text in signs

    def _command(self, depth: int) -> Expression:
        terms: list[Expression] = []
        name = ""
        while self.position < len(self.words) and not self._next("|", ")"):
            word = self.words[self.position]
            if not terms and not name and word.kind == "name" and word.text not in _WORDS:
                name = word.text
                self.position += 1
            else:
                terms.append(self._term(depth))
        if name:
            return Call(name, tuple(terms))
        if not terms:
            raise Malformed("an empty template expression", self.line)
        # What a method such as `.Capabilities.APIVersions.Has` says of its arguments is not known here.
        return terms[0] if len(terms) == 1 else Literal(HOLE)

    def _term(self, depth: int) -> Expression:
        word = self.words[self.position]
        self.position += 1
        if word.kind == "text":
            return Literal(unquoted(word.text))
        if word.kind == "number":
            return Literal(_number(word.text))
        if word.kind == "field":
            return Field(tuple(word.text[1:].split(".")) if len(word.text) > 1 else ())
        if word.kind == "variable":
            name, *rest = word.text[1:].split(".")
            return Variable(name, tuple(rest))
        if word.kind == "name":
            return Literal(_WORDS[word.text]) if word.text in _WORDS else Call(word.text, ())
        if word.text == "(":
            return self._group(depth)
        raise Malformed("a template action that is not understood", self.line)

    def _group(self, depth: int) -> Expression:
        inner = Pipe(self.commands(depth + 1))
        if not self._next(")"):
            raise Malformed("a '(' without its ')' in a template", self.line)
        self.position += 1
        after = self.words[self.position] if self.position < len(self.words) else None
        if after is not None and after.kind == "field" and after.is_joined and len(after.text) > 1:
            self.position += 1
            return Member(inner, tuple(after.text[1:].split(".")))
        return inner


def _number(text: str) -> int | float | str:
    try:
        return int(text) if len(text) < _DIGITS else HOLE
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return HOLE
