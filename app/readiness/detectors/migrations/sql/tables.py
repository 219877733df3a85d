"""CREATE TABLE, and the statements about whole tables."""

from app.readiness.detectors.migrations.model import Column, Constraint, Index, Kind
from app.readiness.detectors.migrations.sql.columns import read_column
from app.readiness.detectors.migrations.sql.constraints import (
    parts_of,
    read_constraint,
    read_key,
    starts_constraint,
    starts_key,
)
from app.readiness.detectors.migrations.sql.cursor import Cursor, words_of
from app.readiness.detectors.migrations.sql.out import Out


def create_table(cursor: Cursor, out: Out, *, temporary: bool = False) -> None:
    """After CREATE TABLE: columns, keys and what it is a part of."""
    if_not_exists = cursor.if_not_exists()
    table = cursor.table()
    if not table:
        out.unread("a CREATE TABLE without a name")
        return
    parent = cursor.table() if cursor.take("PARTITION", "OF") else ""
    columns, constraints, keys = _read_parts(cursor, out)
    out.add(
        Kind.CREATE_TABLE,
        table=table,
        columns=tuple(columns),
        constraints=tuple(constraints),
        if_not_exists=if_not_exists,
        temporary=temporary,
        name=parent,
        has_select=cursor.finds("SELECT"),
        options=_options(cursor),
    )
    for name, index in keys:
        out.add(Kind.CREATE_INDEX, table=table, name=name, index=index)


def _read_parts(cursor: Cursor, out: Out) -> tuple[list[Column], list[Constraint], list[tuple[str, Index]]]:
    columns: list[Column] = []
    constraints: list[Constraint] = []
    keys: list[tuple[str, Index]] = []
    if cursor.key != "(":
        return columns, constraints, keys
    for part in parts_of(cursor):
        if starts_constraint(part):
            constraints.append(read_constraint(part))
        elif out.dialect.is_mysql and starts_key(part):
            keys.append(read_key(part))
        elif part.key == "LIKE":
            continue
        elif not part.is_done:
            columns.append(read_column(part))
    return columns, constraints, keys


def _options(cursor: Cursor) -> tuple[str, ...]:
    found = []
    for word, keys in (("partitioned", ("PARTITION", "BY")), ("inherits", ("INHERITS",)), ("strict", ("STRICT",))):
        if cursor.finds(*keys):
            found.append(word)
    return tuple(found)


def drop_table(cursor: Cursor, out: Out, *, temporary: bool = False) -> None:
    if_exists = cursor.if_exists()
    tables = cursor.tables()
    cascade = cursor.finds("CASCADE")
    if not tables:
        out.unread("a DROP TABLE without a name")
    for table in tables:
        out.add(Kind.DROP_TABLE, table=table, if_exists=if_exists, cascade=cascade, temporary=temporary)


def rename_tables(cursor: Cursor, out: Out) -> None:
    """MySQL's RENAME TABLE a TO b, c TO d."""
    cursor.if_exists()
    while not cursor.is_done:
        old = cursor.table()
        cursor.take("TO")
        new = cursor.table()
        if not (old and new):
            out.unread("a RENAME TABLE that cannot be read")
            return
        out.add(Kind.RENAME_TABLE, table=old, new_name=new)
        if not cursor.take(","):
            return


def truncate(cursor: Cursor, out: Out) -> None:
    cursor.take("TABLE")
    tables = cursor.tables()
    cascade = cursor.finds("CASCADE")
    for table in tables:
        out.add(Kind.TRUNCATE, table=table, cascade=cascade)
    if not tables:
        out.unread("a TRUNCATE without a name")


def lock_table(cursor: Cursor, out: Out) -> None:
    cursor.take_any("TABLE", "TABLES")
    tables = cursor.tables()
    mode = words_of(cursor.until(lambda key: key == ";"))
    for table in tables or [""]:
        out.add(Kind.LOCK_TABLE, table=table, options=(mode,))
