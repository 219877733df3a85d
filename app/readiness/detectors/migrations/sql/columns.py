"""The definition of a column, as CREATE TABLE and ADD COLUMN have it."""

from dataclasses import replace

from app.readiness.detectors.migrations.model import Column, DefaultKind, References
from app.readiness.detectors.migrations.sql.cursor import Cursor, words_of
from app.readiness.detectors.migrations.sql.defaults import is_null, kind_of_default
from app.readiness.detectors.migrations.sql.types import read_type

_SERIAL = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})
_OPTIONS = frozenset(
    [
        "NOT",
        "NULL",
        "DEFAULT",
        "CONSTRAINT",
        "PRIMARY",
        "UNIQUE",
        "CHECK",
        "REFERENCES",
        "GENERATED",
        "COLLATE",
        "AUTO_INCREMENT",
        "AUTOINCREMENT",
        "COMMENT",
        "FIRST",
        "AFTER",
        "ON",
        "CHARACTER",
        "CHARSET",
        "KEY",
        "INVISIBLE",
        "VISIBLE",
        "STORAGE",
        "COMPRESSION",
        "DEFERRABLE",
        "INITIALLY",
        "AS",
        "VIRTUAL",
        "STORED",
        "PERSISTENT",
        "COLUMN_FORMAT",
        "ENGINE_ATTRIBUTE",
        "SECONDARY_ENGINE_ATTRIBUTE",
        "SRID",
        "ENFORCED",
        "OPTIONS",
        "USING",
        "WITH",
        "NO",
        "MATCH",
        "ASCII",
        "UNICODE",
        "BINARY",
    ]
)
_ALSO_OPTIONS = _OPTIONS - {"NULL", "CHARACTER", "BINARY"}
_ACTIONS = ("CASCADE", "RESTRICT")
_TAKEN_ALONE = frozenset(
    [
        "KEY",
        "INVISIBLE",
        "VISIBLE",
        "DEFERRABLE",
        "ENFORCED",
        "VIRTUAL",
        "STORED",
        "PERSISTENT",
        "ASCII",
        "UNICODE",
        "BINARY",
        "FIRST",
        "NO",
        "NULL",
    ]
)


def read_column(cursor: Cursor) -> Column:
    """`name type options…`, up to a comma or the end; the type may be missing in SQLite."""
    name = cursor.name()
    is_untyped = cursor.key in _OPTIONS and cursor.key not in ("CHARACTER", "BINARY")
    written = "" if is_untyped or cursor.key in (",", ")") else read_type(cursor)
    return _read_options(cursor, Column(name, written, identity=written.partition("(")[0] in _SERIAL))


def _read_options(cursor: Cursor, column: Column) -> Column:
    while not cursor.is_done and cursor.key not in (",", ")", ";"):
        start = cursor.at
        column = _read_option(cursor, column)
        if cursor.at == start:
            cursor.skip_group()
    return column


def _read_option(cursor: Cursor, column: Column) -> Column:
    if cursor.take("NOT", "NULL"):
        column = replace(column, nullable=False)
    elif cursor.take("NULL"):
        column = replace(column, nullable=True) if column.nullable is None else column
    elif cursor.take("DEFAULT"):
        column = _with_default(cursor, column)
    elif cursor.take("PRIMARY", "KEY"):
        column = replace(column, is_primary=True)
        cursor.take_any("ASC", "DESC")
    elif cursor.take("UNIQUE"):
        column = replace(column, is_unique=True)
        cursor.take("KEY")
    elif cursor.take("REFERENCES"):
        column = replace(column, references=read_references(cursor))
    elif cursor.take("GENERATED"):
        column = _with_generated(cursor, column)
    elif cursor.take("AS"):
        column = _with_expression(cursor, column)
    else:
        column = _read_rare_option(cursor, column)
    return column


def _read_rare_option(cursor: Cursor, column: Column) -> Column:
    if cursor.take_any("CHECK"):
        cursor.brackets()
        return replace(column, has_check=True)
    if cursor.take_any("AUTO_INCREMENT", "AUTOINCREMENT"):
        return replace(column, identity=True)
    if cursor.take("FIRST"):
        return replace(column, first_or_after=True)
    if cursor.take("AFTER"):
        cursor.name()
        return replace(column, first_or_after=True)
    if cursor.take("COLLATE"):
        return replace(column, collation=".".join(cursor.dotted()) or "?")
    if (
        cursor.take("CONSTRAINT")
        or cursor.take_any("COMMENT", "SRID", "STORAGE", "COMPRESSION", "COLUMN_FORMAT")
        or cursor.take("CHARACTER", "SET")
        or cursor.take("CHARSET")
    ):
        cursor.skip()
    elif cursor.take("ON", "UPDATE") or cursor.take("ON", "CONFLICT"):
        cursor.skip()
        cursor.brackets()
    return column


def _with_default(cursor: Cursor, column: Column) -> Column:
    start = cursor.at
    cursor.skip_group()
    cursor.until(_ends_default)
    tokens = cursor.tokens[start : cursor.at]
    if is_null(tokens):
        return replace(column, default=DefaultKind.NONE, default_text="null")
    return replace(column, default=kind_of_default(tokens), default_text=words_of(tokens))


def _ends_default(key: str) -> bool:
    return key in (",", ")", ";") or key in _ALSO_OPTIONS or key == "NULL"


def _with_generated(cursor: Cursor, column: Column) -> Column:
    if not cursor.take("ALWAYS"):
        cursor.take("BY", "DEFAULT")
        cursor.take("ON", "NULL")
    cursor.take("AS")
    if cursor.take("IDENTITY"):
        cursor.brackets()
        return replace(column, identity=True)
    return _with_expression(cursor, column)


def _with_expression(cursor: Cursor, column: Column) -> Column:
    """`(expression) STORED`; MySQL, SQLite and PostgreSQL 18 make it virtual when nothing is said."""
    cursor.brackets()
    kept = cursor.take_any("STORED", "PERSISTENT", "VIRTUAL")
    return replace(column, generated="stored" if kept in ("STORED", "PERSISTENT") else "virtual")


def read_references(cursor: Cursor) -> References:
    """What follows REFERENCES, its actions included."""
    table = cursor.table()
    columns = cursor.names() if cursor.key == "(" else ()
    on_delete = ""
    while True:
        if cursor.take("ON"):
            event = cursor.take_any("DELETE", "UPDATE")
            action = cursor.take_any(*_ACTIONS)
            if not action:
                action = f"{cursor.take_any('SET', 'NO')} {cursor.take_any('NULL', 'DEFAULT', 'ACTION')}"
                cursor.brackets()
            on_delete = action.lower() if event == "DELETE" else on_delete
        elif cursor.take("MATCH"):
            cursor.skip()
        elif not (cursor.take("NOT", "DEFERRABLE") or cursor.take("DEFERRABLE") or _takes_initially(cursor)):
            return References(table, columns, on_delete)


def _takes_initially(cursor: Cursor) -> bool:
    return cursor.take("INITIALLY", "DEFERRED") or cursor.take("INITIALLY", "IMMEDIATE")
