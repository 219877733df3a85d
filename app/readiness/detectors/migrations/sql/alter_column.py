"""What ALTER TABLE does to one column."""

from app.readiness.detectors.migrations.model import DefaultKind, Kind
from app.readiness.detectors.migrations.sql.columns import read_column
from app.readiness.detectors.migrations.sql.cursor import Cursor, words_of
from app.readiness.detectors.migrations.sql.defaults import is_null, kind_of_default
from app.readiness.detectors.migrations.sql.out import Out
from app.readiness.detectors.migrations.sql.types import read_type

_OPTIONS = frozenset({"STATISTICS", "STORAGE", "COMPRESSION", "VISIBLE", "INVISIBLE", "RESET", "COMMENT"})


def alter_column(action: Cursor, out: Out, table: str) -> None:
    """After ALTER COLUMN."""
    column = action.name()
    if not column:
        return
    if action.take("SET", "DATA", "TYPE") or action.take("TYPE"):
        _alter_type(action, out, table, column)
    elif action.take("SET", "NOT", "NULL"):
        out.add(Kind.SET_NOT_NULL, table=table, column=column)
    elif action.take("DROP", "NOT", "NULL"):
        out.add(Kind.DROP_NOT_NULL, table=table, column=column)
    elif action.take("SET", "DEFAULT"):
        _set_default(action, out, table, column)
    elif action.take("DROP", "DEFAULT"):
        out.add(Kind.DROP_DEFAULT, table=table, column=column)
    elif action.take("ADD", "GENERATED") or action.take("SET", "GENERATED"):
        out.add(Kind.ADD_IDENTITY, table=table, column=column)
    elif action.take("DROP", "IDENTITY") or action.take("DROP", "EXPRESSION"):
        out.add(Kind.DROP_IDENTITY, table=table, column=column)
    elif action.take_any("SET", "RESET", "RESTART") or action.key in _OPTIONS:
        out.add(Kind.COLUMN_OPTION, table=table, column=column, options=(words_of(action.tokens[action.at :])[:60],))


def _alter_type(action: Cursor, out: Out, table: str, column: str) -> None:
    written = read_type(action)
    collation = ".".join(action.dotted()) if action.take("COLLATE") else ""
    using = words_of(action.tokens[action.at :]) if action.take("USING") else ""
    options = (f"collate={collation}",) if collation else ()
    out.add(Kind.ALTER_TYPE, table=table, column=column, new_type=written, using=using, options=options)


def _set_default(action: Cursor, out: Out, table: str, column: str) -> None:
    tokens = action.tokens[action.at :]
    if is_null(tokens):
        out.add(Kind.DROP_DEFAULT, table=table, column=column)
        return
    kind = kind_of_default(tokens) if tokens else DefaultKind.CONST
    out.add(Kind.SET_DEFAULT, table=table, column=column, default=kind, value=words_of(tokens))


def modify_column(action: Cursor, out: Out, table: str) -> None:
    """After MySQL's MODIFY: the whole column said anew."""
    action.take("COLUMN")
    action.if_exists()
    column = read_column(action)
    if column.name:
        out.add(Kind.MODIFY_COLUMN, table=table, column=column.name, definition=column, new_type=column.type)


def change_column(action: Cursor, out: Out, table: str) -> None:
    """After MySQL's CHANGE: a new name, perhaps the old one, and the whole column said anew."""
    action.take("COLUMN")
    action.if_exists()
    old = action.name()
    column = read_column(action)
    if not (old and column.name):
        return
    if column.name != old:
        out.add(Kind.RENAME_COLUMN, table=table, column=old, new_name=column.name, new_type=column.type)
    out.add(Kind.MODIFY_COLUMN, table=table, column=column.name, definition=column, new_type=column.type)
