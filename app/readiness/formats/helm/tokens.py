"""A template cut into its texts and actions, and an action into its words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from app.readiness.formats.malformed import Malformed
from app.readiness.patterns import compile_pattern

ACTIONS = 5_000
WORDS = 2_000
"""Words of one action."""
_COMMENT = r"\{\{(?:-[ \t\r\n])?[ \t\r\n]*/\*"
_COMMENT_END = r"\*/[ \t\r\n]*-?\}\}"
_ACTION = (
    r"\{\{(?:(-)[ \t\r\n])?"
    r"((?:\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|[^\"`'{}])*)"
    r"\}\}"
)
_WORD = (
    r"([ \t\r\n]+)"
    r"|(\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`|'(?:[^'\\\n]|\\.)*')"
    r"|(\$[A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)"
    r"|((?:\.[A-Za-z_][A-Za-z0-9_]*)+|\.)"
    r"|([A-Za-z_][A-Za-z0-9_]*)"
    r"|([-+]?[0-9][0-9A-Za-z_.]*)"
    r"|(:=|[=|(),])"
)
_KINDS = ("", "space", "text", "variable", "field", "name", "number", "sign")
_SPACE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, or the inside of an action (is_action), and the line it begins on."""

    content: bytes
    line: int
    is_action: bool


@dataclass(frozen=True, slots=True)
class Word:
    """kind: text, variable, field, name, number or sign; is_joined: nothing stands between it and the word before."""

    kind: str
    text: str
    is_joined: bool


def cut(content: bytes) -> Iterator[Piece]:
    """Texts and actions in order, with the blanks taken away that `{{-` and `-}}` take; raises `Malformed`."""
    position, line, count, eats = 0, 1, 0, False
    while (start := content.find(b"{{", position)) >= 0:
        end, body, before, after = _action(content, start, line)
        text = content[position:start]
        yield from _text(text, line, left=eats, right=before)
        line += text.count(b"\n")
        if body is not None:
            yield Piece(body, line, True)
        line += content.count(b"\n", start, end)
        position, eats, count = end, after, count + 1
        if count > ACTIONS:
            raise Malformed(f"more than {ACTIONS} template actions", line)
    yield from _text(content[position:], line, left=eats, right=False)


def _action(content: bytes, start: int, line: int) -> tuple[int, bytes | None, bool, bool]:
    """Where it ends, its inside (None for a comment), and whether it takes the blanks before and after."""
    if compile_pattern(_COMMENT).match(content, start):
        end = compile_pattern(_COMMENT_END).search(content, start)
        if end is None:
            raise Malformed("a template comment that does not end", line)
        return end.end(), None, content.startswith(b"{{-", start), content[end.end() - 3] == ord("-")
    found = compile_pattern(_ACTION).match(content, start)
    if found is None:
        raise Malformed("a template action that does not end", line)
    body = found.group(2)
    takes = body.endswith(b"-") and (len(body) == 1 or body[-2:-1] in (b" ", b"\t", b"\r", b"\n"))
    return found.end(), body[:-1] if takes else body, found.group(1) is not None, takes


def _text(text: bytes, line: int, *, left: bool, right: bool) -> Iterator[Piece]:
    if left:
        bare = text.lstrip(_SPACE)
        line += text.count(b"\n", 0, len(text) - len(bare))
        text = bare
    if right:
        text = text.rstrip(_SPACE)
    if text:
        yield Piece(text, line, False)


def words_of(action: Piece) -> list[Word]:
    """The words of an action; raises `Malformed` for anything that is none."""
    words: list[Word] = []
    end, joined = 0, False
    for found in compile_pattern(_WORD).finditer(action.content):
        kind = _KINDS[found.lastindex]
        if found.start() != end:
            break
        end = found.end()
        if kind != "space":
            words.append(Word(kind, found.group(0).decode(errors="replace"), joined))
        joined = kind != "space"
        if len(words) > WORDS:
            raise Malformed(f"more than {WORDS} words in a template action", action.line)
    if end != len(action.content):
        raise Malformed("a template action that is not understood", action.line)
    return words


def unquoted(text: str) -> str:
    """The value of a quoted text."""
    if text.startswith("`"):
        return text[1:-1]
    try:
        return str(json.loads(f'"{text[1:-1]}"' if text.startswith("'") else text))
    except ValueError:
        return text[1:-1]
