"""The body of an anonymous block: the statements in it that change the schema or rows."""

from collections.abc import Callable

from app.readiness.detectors.migrations.model import Kind
from app.readiness.detectors.migrations.sql.cursor import Cursor
from app.readiness.detectors.migrations.sql.out import Out
from app.readiness.detectors.migrations.sql.statements import split_statements
from app.readiness.detectors.migrations.sql.tokens import TEXT, Token, Tokens

_HEADS = frozenset({"BEGIN", "THEN", "ELSE", "LOOP", ";", ">>", ""})
_READ = frozenset(
    [
        "ALTER",
        "CREATE",
        "DROP",
        "TRUNCATE",
        "REINDEX",
        "REFRESH",
        "CLUSTER",
        "LOCK",
        "INSERT",
        "UPDATE",
        "DELETE",
        "WITH",
        "COMMENT",
        "GRANT",
        "REVOKE",
        "SET",
        "COPY",
        "MERGE",
    ]
)
_DEPTH = 4


def read_block(text: str, out: Out, read: Callable[[Cursor, Out], None], depth: int = 0) -> None:
    """Each statement of the block; what it puts together at run time is not analysed."""
    tokens = _tokens(text, out)
    start = len(out.ops)
    before, place = "", 0
    while place < len(tokens):
        key = tokens[place].key
        end = _end(tokens, place)
        if before in _HEADS and key in _READ:
            read(Cursor(tokens[place:end]), out)
            place = end
            before = ""
            continue
        if before in _HEADS and key in ("EXECUTE", "PERFORM"):
            _execute(tokens[place:end], out, read, depth)
            place = end
            before = ""
            continue
        before = key
        place += 1
    if len(out.ops) == start:
        out.add(Kind.CODE)


def _tokens(text: str, out: Out) -> list[Token]:
    source, place, found = Tokens(text, out.dialect, []), 0, []
    while (token := source.read(place)) is not None:
        found.append(token)
        place = token.end
    return found


def _end(tokens: list[Token], place: int) -> int:
    while place < len(tokens) and tokens[place].key != ";":
        place += 1
    return place


def _execute(tokens: list[Token], out: Out, read: Callable[[Cursor, Out], None], depth: int) -> None:
    """EXECUTE 'text' is read as what it says; format(…) and concatenation are known at run time only."""
    if tokens[0].key == "PERFORM":
        out.add(Kind.CODE)
        return
    is_plain = len(tokens) > 1 and tokens[1].key == TEXT and (not tokens[2:] or tokens[2].key in ("INTO", "USING"))
    if not is_plain or depth >= _DEPTH:
        out.unread("SQL put together at run time")
        return
    for statement in split_statements(tokens[1].text, out.dialect):
        read(Cursor(statement.tokens), out)
