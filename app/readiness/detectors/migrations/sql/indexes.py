"""Statements about indexes."""

from app.readiness.detectors.migrations.model import Index, Kind
from app.readiness.detectors.migrations.sql.cursor import Cursor
from app.readiness.detectors.migrations.sql.out import Out


def create_index(cursor: Cursor, out: Out) -> None:
    """After CREATE, at UNIQUE, FULLTEXT, SPATIAL or INDEX."""
    is_unique = bool(cursor.take_any("UNIQUE"))
    method = cursor.take_any("FULLTEXT", "SPATIAL", "VECTOR").lower()
    cursor.take("INDEX")
    concurrent = cursor.take("CONCURRENTLY")
    if_not_exists = cursor.if_not_exists()
    name = "" if cursor.key == "ON" else (cursor.dotted() or [""])[-1]
    if cursor.take("USING"):
        cursor.skip()
    cursor.take("ON")
    only = cursor.key == "ONLY"
    table = cursor.table()
    if cursor.take("USING"):
        method = cursor.name()
    columns = cursor.names()
    if not table:
        out.unread("a CREATE INDEX that cannot be read")
        return
    index = Index(columns, is_unique, method, is_partial=cursor.finds("WHERE"), only=only)
    out.add(
        Kind.CREATE_INDEX,
        table=table,
        name=name,
        index=index,
        concurrent=concurrent,
        if_not_exists=if_not_exists,
        options=_algorithm(cursor),
    )


def drop_index(cursor: Cursor, out: Out) -> None:
    """After DROP INDEX."""
    concurrent = cursor.take("CONCURRENTLY")
    if_exists = cursor.if_exists()
    names = cursor.tables()
    table = cursor.table() if cursor.take("ON") else ""
    options = _algorithm(cursor)
    for name in names:
        out.add(Kind.DROP_INDEX, table=table, name=name, concurrent=concurrent, if_exists=if_exists, options=options)
    if not names:
        out.unread("a DROP INDEX without a name")


def _algorithm(cursor: Cursor) -> tuple[str, ...]:
    """MySQL's ALGORITHM = … and LOCK = … behind the statement."""
    found = []
    while not cursor.is_done:
        word = cursor.take_any("ALGORITHM", "LOCK")
        if word:
            cursor.take("=")
            found.append(f"{word}={cursor.key}".lower())
        cursor.skip_group()
    return tuple(found)


def alter_index(cursor: Cursor, out: Out) -> None:
    cursor.if_exists()
    name = cursor.table()
    if cursor.take("RENAME", "TO"):
        out.add(Kind.RENAME_INDEX, name=name, new_name=cursor.name())
    else:
        out.add(Kind.ALTER_INDEX, name=name, options=(cursor.key.lower(),))


def reindex(cursor: Cursor, out: Out) -> None:
    """REINDEX [(options)] INDEX|TABLE|SCHEMA|DATABASE|SYSTEM [CONCURRENTLY] name; SQLite names no kind."""
    settings = {token.key for token in cursor.brackets()}
    word = cursor.take_any("INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM").lower()
    concurrent = cursor.take("CONCURRENTLY") or "CONCURRENTLY" in settings
    name = cursor.table()
    table = name if word == "table" else ""
    out.add(Kind.REINDEX, table=table, name=name, concurrent=concurrent, object=word)
