"""Types of columns as SQL text in one spelling."""

from app.readiness.detectors.migrations.sql.cursor import Cursor, words_of

_SECOND_WORDS = {
    "DOUBLE": ("PRECISION",),
    "CHARACTER": ("VARYING", "LARGE"),
    "CHAR": ("VARYING",),
    "NATIONAL": ("CHARACTER", "CHAR", "VARCHAR"),
    "NCHAR": ("VARYING",),
    "BIT": ("VARYING",),
    "LONG": ("VARCHAR", "VARBINARY"),
    "UNSIGNED": ("BIG",),
}
_INTERVAL = frozenset({"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "TO"})
_NUMERIC_TAIL = frozenset({"UNSIGNED", "SIGNED", "ZEROFILL"})
_SAME = {
    "character varying": "varchar",
    "char varying": "varchar",
    "national character varying": "varchar",
    "character": "char",
    "bpchar": "char",
    "int": "integer",
    "int4": "integer",
    "int2": "smallint",
    "int8": "bigint",
    "bool": "boolean",
    "decimal": "numeric",
    "dec": "numeric",
    "float8": "double precision",
    "float4": "real",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "bit varying": "varbit",
}


def read_type(cursor: Cursor) -> str:
    """The type that comes next, in the spelling of `same_type`; "" when none does."""
    first = cursor.key
    parts = cursor.dotted()
    if not parts:
        return ""
    name = parts[-1]
    if len(parts) == 1:
        while (word := cursor.key) in _SECOND_WORDS.get(first, ()):
            name, first = f"{name} {word.lower()}", word
            cursor.skip()
        while first == "INTERVAL" and cursor.key in _INTERVAL:
            name += f" {cursor.key.lower()}"
            cursor.skip()
    size = f"({words_of(cursor.brackets()).replace(', ', ',')})" if cursor.key == "(" else ""
    tail = _read_tail(cursor)
    return same_type(f"{name}{size}{tail}")


def _read_tail(cursor: Cursor) -> str:
    tail = ""
    for zone in ("WITH", "WITHOUT"):
        if cursor.take(zone, "TIME", "ZONE"):
            tail += " with time zone" if zone == "WITH" else ""
    while cursor.key in _NUMERIC_TAIL:
        tail += f" {cursor.key.lower()}" if cursor.key == "UNSIGNED" else ""
        cursor.skip()
    if cursor.take("ARRAY"):
        _array(cursor)
    while cursor.key == "[":
        _array(cursor)
        tail += "[]"
    if cursor.take("%"):
        cursor.skip()
    return tail


def _array(cursor: Cursor) -> None:
    if cursor.key == "[":
        cursor.skip_group()


def same_type(written: str) -> str:
    """One spelling for each type: `INT4` and `int` are `integer`, `character varying(5)` is `varchar(5)`."""
    text = " ".join(written.lower().split()).replace(" (", "(").replace(", ", ",").replace("( ", "(").replace(" )", ")")
    text = text.replace(" without time zone", "").removeprefix("pg_catalog.")
    name, bracket, rest = text.partition("(")
    size, closed, tail = rest.partition(")")
    name, array, more = name.partition("[")
    if name.endswith(" unsigned"):
        name, tail = name.removesuffix(" unsigned"), f" unsigned{tail}"
    zone = " with time zone" if "with time zone" in tail else ""
    name = _SAME.get(name.strip(), name.strip())
    if name.endswith(" with time zone"):
        name, zone = name.removesuffix(" with time zone"), " with time zone"
    tail = tail.replace(" with time zone", "")
    return f"{name}{bracket}{size}{closed}{zone}{array}{more}{tail}".strip()
