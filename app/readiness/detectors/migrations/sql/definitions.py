"""CREATE, DROP and ALTER, by what they are of."""

from app.readiness.detectors.migrations.model import Kind
from app.readiness.detectors.migrations.sql.alter_table import alter_table
from app.readiness.detectors.migrations.sql.cursor import Cursor
from app.readiness.detectors.migrations.sql.indexes import alter_index, create_index, drop_index
from app.readiness.detectors.migrations.sql.objects import alter_object, create_object, drop_object
from app.readiness.detectors.migrations.sql.out import Out
from app.readiness.detectors.migrations.sql.tables import create_table, drop_table


def create(cursor: Cursor, out: Out) -> None:
    replaces = cursor.take("OR", "REPLACE")
    if cursor.take("OR", "ALTER"):
        replaces = True
    temporary = False
    while (
        word := cursor.take_any(
            "TEMP", "TEMPORARY", "GLOBAL", "LOCAL", "UNLOGGED", "RECURSIVE", "TRUSTED", "PROCEDURAL", "VIRTUAL", "FORCE"
        )
    ) or cursor.key in ("DEFINER", "ALGORITHM", "SQL", "AGGREGATE"):
        temporary = temporary or word in ("TEMP", "TEMPORARY")
        if not word:
            if cursor.key == "AGGREGATE" and not cursor.sees("AGGREGATE", "FUNCTION"):
                break
            _skip_clause(cursor)
    if cursor.take("TABLE"):
        create_table(cursor, out, temporary=temporary)
    elif cursor.key in ("UNIQUE", "INDEX", "FULLTEXT", "SPATIAL", "VECTOR"):
        create_index(cursor, out)
    elif cursor.take("FOREIGN", "TABLE"):
        create_table(cursor, out, temporary=temporary)
    else:
        create_object(cursor, out, replaces=replaces, temporary=temporary)


def _skip_clause(cursor: Cursor) -> None:
    """DEFINER = `user`@`host`, ALGORITHM = word, SQL SECURITY word."""
    word = cursor.take_any("DEFINER", "ALGORITHM", "SQL", "AGGREGATE")
    if word in ("SQL",):
        cursor.skip()
        cursor.skip()
    elif cursor.take("="):
        cursor.skip()
        if word == "DEFINER":
            cursor.until(lambda key: key in ("VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "SQL", "AGGREGATE"))


def drop(cursor: Cursor, out: Out) -> None:
    temporary = bool(cursor.take_any("TEMPORARY", "TEMP"))
    if cursor.take_any("TABLE", "TABLES"):
        drop_table(cursor, out, temporary=temporary)
    elif cursor.take("INDEX"):
        drop_index(cursor, out)
    elif cursor.take("FOREIGN", "TABLE"):
        drop_table(cursor, out)
    else:
        drop_object(cursor, out)


def alter(cursor: Cursor, out: Out) -> None:
    cursor.take_any("ONLINE", "OFFLINE", "IGNORE")
    if cursor.take("TABLE") or cursor.take("FOREIGN", "TABLE"):
        if cursor.take("ALL", "IN"):
            out.add(Kind.TABLE_OPTION, name="set-tablespace", options=("set-tablespace",))
            return
        alter_table(cursor, out)
    elif cursor.take("INDEX"):
        alter_index(cursor, out)
    else:
        while cursor.key in ("DEFINER", "ALGORITHM", "SQL"):
            _skip_clause(cursor)
        alter_object(cursor, out)
