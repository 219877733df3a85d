"""Statements about rows, rights and the session."""

from app.readiness.detectors.migrations.model import Kind
from app.readiness.detectors.migrations.sql.cursor import Cursor, words_of
from app.readiness.detectors.migrations.sql.out import Out


def insert(cursor: Cursor, out: Out) -> None:
    if cursor.take("OR"):
        cursor.skip()
    cursor.take_any("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY")
    cursor.take("IGNORE")
    cursor.take("INTO")
    table = cursor.table()
    has_select = cursor.finds("SELECT") or (cursor.finds("WITH") and not cursor.finds("VALUES"))
    out.add(Kind.INSERT, table=table, has_select=has_select)


def update(cursor: Cursor, out: Out) -> None:
    if cursor.take("OR"):
        cursor.skip()
    cursor.take_any("LOW_PRIORITY", "IGNORE")
    table = cursor.table()
    out.add(Kind.UPDATE, table=table, has_where=cursor.finds("WHERE"), options=_reach(cursor))


def delete(cursor: Cursor, out: Out) -> None:
    cursor.take_any("LOW_PRIORITY", "QUICK", "IGNORE")
    cursor.take("FROM")
    table = cursor.table()
    has_where = cursor.finds("WHERE") or cursor.finds("USING")
    out.add(Kind.DELETE, table=table, has_where=has_where, options=_reach(cursor))


def _reach(cursor: Cursor) -> tuple[str, ...]:
    """`open` where the condition only asks what is null or not, so that any number of rows may fit."""
    probe = Cursor(cursor.tokens, cursor.at)
    probe.until(lambda key: key == "WHERE")
    keys = [token.key for token in probe.tokens[probe.at + 1 :]]
    if not keys or "IS" not in keys or not _BOUNDS.isdisjoint(keys):
        return ()
    return ("open",)


_BOUNDS = frozenset({"=", "IN", "BETWEEN", "LIMIT", "<", ">", "<=", ">=", "LIKE", "EXISTS", "ANY", "SELECT"})


def select(cursor: Cursor, out: Out) -> None:
    """SELECT … INTO makes a table; other calls only read, as far as is known."""
    calls = tuple(
        token.text.lower()
        for token, after in zip(cursor.tokens, cursor.tokens[1:], strict=False)
        if after.key == "(" and token.key.isidentifier()
    )[:8]
    probe = Cursor(cursor.tokens, cursor.at)
    probe.until(lambda key: key == "FROM")
    table = probe.table() if probe.take("FROM") else ""
    into = Cursor(cursor.tokens, cursor.at)
    into.until(lambda key: key in ("INTO", "FROM"))
    if into.take("INTO"):
        into.take_any("TEMP", "TEMPORARY", "UNLOGGED")
        into.take("TABLE")
        out.add(Kind.CREATE_TABLE, table=into.table(), has_select=True)
    else:
        out.add(Kind.SELECT, table=table, options=calls)


def set_value(cursor: Cursor, out: Out) -> None:
    """SET [LOCAL|SESSION|GLOBAL] name = value."""
    scope = cursor.take_any("LOCAL", "SESSION", "GLOBAL", "PERSIST").lower()
    name = ".".join(cursor.dotted()) or words_of(cursor.tokens[cursor.at : cursor.at + 1])
    cursor.take_any("=", "TO", ":=")
    value = words_of(cursor.tokens[cursor.at : cursor.at + 200])
    out.add(Kind.SET, name=name, value=value[:2000], options=(scope,) if scope else ())


def pragma(cursor: Cursor, out: Out) -> None:
    name = (cursor.dotted() or [""])[-1]
    cursor.take_any("=", "(")
    out.add(Kind.SET, name=name, value=words_of(cursor.tokens[cursor.at : cursor.at + 1]))
