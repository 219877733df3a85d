"""CREATE, DROP, ALTER and RENAME of what is no table, column or index."""

from app.readiness.detectors.migrations.model import Kind
from app.readiness.detectors.migrations.sql.cursor import Cursor, words_of
from app.readiness.detectors.migrations.sql.out import Out

_TWO_WORDS = {
    "MATERIALIZED": "materialized view",
    "FOREIGN": "foreign table",
    "EVENT": "event trigger",
    "ACCESS": "access method",
    "OPERATOR": "operator",
    "TEXT": "text search",
    "USER": "user mapping",
    "DEFAULT": "default privileges",
    "LARGE": "large object",
    "OWNED": "owned",
}
_ONE_WORD = frozenset(
    [
        "VIEW",
        "FUNCTION",
        "PROCEDURE",
        "ROUTINE",
        "AGGREGATE",
        "TRIGGER",
        "RULE",
        "POLICY",
        "TYPE",
        "DOMAIN",
        "SEQUENCE",
        "SCHEMA",
        "DATABASE",
        "EXTENSION",
        "ROLE",
        "USER",
        "GROUP",
        "SERVER",
        "PUBLICATION",
        "SUBSCRIPTION",
        "COLLATION",
        "CONVERSION",
        "CAST",
        "LANGUAGE",
        "STATISTICS",
        "TABLESPACE",
        "TRANSFORM",
        "EVENT",
        "SYSTEM",
        "TABLE",
        "VIRTUAL",
        "PACKAGE",
        "LOGFILE",
        "RESOURCE",
        "INSTANCE",
    ]
)
_NEEDS_TABLE = frozenset({"trigger", "rule", "policy"})


def read_object(cursor: Cursor) -> str:
    """The kind of object that comes next, in lower case; "" when it is none that is known."""
    first, second = cursor.key, cursor.ahead()
    if (first == "EVENT" and second != "TRIGGER") or (first == "USER" and second != "MAPPING"):
        cursor.skip()
        return first.lower()
    if first in _TWO_WORDS:
        cursor.skip()
        if first in ("TEXT",):
            cursor.skip()
        cursor.skip()
        if first == "OPERATOR" and second in ("CLASS", "FAMILY"):
            return f"operator {second.lower()}"
        if first == "OPERATOR":
            cursor.at -= 1
        return _TWO_WORDS[first]
    if first in _ONE_WORD:
        cursor.skip()
        return first.lower()
    return ""


def create_object(cursor: Cursor, out: Out, *, replaces: bool = False, temporary: bool = False) -> None:
    """After CREATE and the words between, at the kind of object."""
    if cursor.take("CONSTRAINT", "TRIGGER"):
        cursor.at -= 1
    kind = read_object(cursor)
    if not kind:
        out.unread(f"a CREATE that is not known: {words_of(cursor.tokens[:5])}")
        return
    replaces = replaces or cursor.take("OR", "REPLACE")
    if_not_exists = cursor.if_not_exists()
    name = cursor.table()
    rest = {token.key for token in cursor.tokens[cursor.at : cursor.at + 400]}
    table = _table_of(cursor) if kind in _NEEDS_TABLE else ""
    options = tuple(word.lower() for word in ("CHECK", "NOT", "CONSTRAINT", "ENUM") if word in rest)
    out.add(
        Kind.CREATE_OBJECT,
        object=kind,
        name=name,
        table=table,
        replaces=replaces,
        if_not_exists=if_not_exists,
        temporary=temporary,
        options=options,
    )


def _table_of(cursor: Cursor) -> str:
    """What follows the first ON (of a trigger or policy) or TO (of a rule: ON event TO table)."""
    probe = Cursor(cursor.tokens, cursor.at)
    while not probe.is_done:
        if probe.take("ON") and probe.key not in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            return probe.table()
        if probe.take("TO"):
            return probe.table()
        probe.skip_group()
    return ""


def drop_object(cursor: Cursor, out: Out) -> None:
    """After DROP, at the kind of object."""
    if cursor.take("OWNED", "BY"):
        out.add(Kind.DROP_OBJECT, object="owned", name=cursor.name(), cascade=cursor.finds("CASCADE"))
        return
    kind = read_object(cursor)
    if not kind:
        out.unread(f"a DROP that is not known: {words_of(cursor.tokens[:5])}")
        return
    if_exists = cursor.if_exists()
    names = _names(cursor)
    cascade = cursor.finds("CASCADE")
    table = cursor.table() if kind in _NEEDS_TABLE and cursor.take("ON") else ""
    for name in names or [""]:
        out.add(Kind.DROP_OBJECT, object=kind, name=name, table=table, if_exists=if_exists, cascade=cascade)


def _names(cursor: Cursor) -> list[str]:
    """Names with commas between, arguments of functions left out."""
    names = []
    while name := cursor.table():
        names.append(name)
        cursor.brackets()
        if not cursor.take(","):
            break
    return names


def alter_object(cursor: Cursor, out: Out) -> None:
    """After ALTER, at the kind of object."""
    kind = read_object(cursor)
    if not kind:
        out.unread(f"an ALTER that is not known: {words_of(cursor.tokens[:5])}")
        return
    cursor.if_exists()
    name = cursor.table()
    cursor.brackets()
    table = cursor.table() if kind in _NEEDS_TABLE and cursor.take("ON") else ""
    if kind == "type" and _alter_type(cursor, out, name):
        return
    if kind in ("view", "materialized view", "foreign table") and cursor.take("RENAME", "COLUMN"):
        old = cursor.name()
        cursor.take("TO")
        out.add(Kind.RENAME_COLUMN, table=name, column=old, new_name=cursor.name(), object=kind)
    elif cursor.take("RENAME", "TO"):
        out.add(Kind.RENAME_OBJECT, object=kind, name=name, table=table, new_name=cursor.name())
    elif cursor.take("SET", "SCHEMA"):
        out.add(Kind.RENAME_OBJECT, object=kind, name=name, new_name=cursor.name(), options=("schema",))
    else:
        words = words_of(cursor.tokens[cursor.at : cursor.at + 12])
        out.add(Kind.ALTER_OBJECT, object=kind, name=name, table=table, options=(words,))


def _alter_type(cursor: Cursor, out: Out, name: str) -> bool:
    """Values of an enum; False for anything else about a type."""
    if cursor.take("ADD", "VALUE"):
        if_not_exists = cursor.if_not_exists()
        value = cursor.skip()
        where = cursor.take_any("BEFORE", "AFTER").lower()
        text = value.text if value else ""
        out.add(Kind.ADD_ENUM_VALUE, name=name, value=text, position=where, if_not_exists=if_not_exists)
        return True
    if cursor.take("RENAME", "VALUE"):
        old = cursor.skip()
        cursor.take("TO")
        new = cursor.skip()
        out.add(Kind.RENAME_ENUM_VALUE, name=name, value=old.text if old else "", new_name=new.text if new else "")
        return True
    return False
