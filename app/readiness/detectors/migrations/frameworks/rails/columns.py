"""Columns, types and keys as Active Record writes them."""

from collections.abc import Mapping

from app.readiness.detectors.migrations.frameworks.inflection import plural, singular, table_of_model
from app.readiness.detectors.migrations.frameworks.sql_pieces import literal_default, sql_default
from app.readiness.detectors.migrations.frameworks.syntax.values import Block, Call, Name, Value, word, words
from app.readiness.detectors.migrations.model import (
    Column,
    Constraint,
    ConstraintKind,
    DefaultKind,
    Dialect,
    Index,
    References,
)
from app.readiness.detectors.migrations.sql.names import table_name
from app.readiness.detectors.migrations.sql.types import same_type

_TYPES: Mapping[str, str] = {
    "string": "varchar", "text": "text", "integer": "integer", "bigint": "bigint", "float": "double precision",
    "decimal": "numeric",
    "numeric": "numeric", "datetime": "timestamp", "timestamp": "timestamp", "timestamptz": "timestamp with time zone",
    "time": "time", "date": "date", "binary": "bytea", "blob": "bytea", "boolean": "boolean", "primary_key": "bigint",
    "bigserial": "bigint", "serial": "integer",
}  # fmt: skip
_MYSQL: Mapping[str, str] = {
    "string": "varchar(255)", "datetime": "datetime", "timestamp": "datetime", "binary": "blob",
    "boolean": "tinyint(1)",
    "float": "float",
}  # fmt: skip
TYPES = frozenset({
    "string", "text", "integer", "bigint", "float", "decimal", "numeric", "datetime", "timestamp", "timestamptz",
    "time", "date", "binary", "blob", "boolean", "json", "jsonb", "uuid", "inet", "cidr", "macaddr", "hstore",
    "xml", "citext", "tsvector", "point", "line", "lseg", "box", "path", "polygon", "circle", "bit", "bit_varying",
    "money", "interval", "oid", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "ltree",
    "geometry", "geography", "st_point", "st_polygon", "tinyint", "smallint", "mediumint", "tinytext", "mediumtext",
    "longtext", "tinyblob", "mediumblob", "longblob", "unsigned_integer", "unsigned_bigint", "serial", "bigserial",
    "vector", "halfvec", "multi_polygon", "enum", "virtual",
})  # fmt: skip
_BYTES_OF_INTEGER, _BYTES_OF_SMALLINT = 4, 2
_PRECISE_MOMENTS, _LONG_KEYS = 7.0, 5.1
INDEXED_REFERENCES = 5.0
"""The version of Rails from which on moments have six digits, keys are bigint, references come with an index."""


def type_of(value: Value, options: Mapping[str, Value], dialect: Dialect, version: float = 7.0) -> str:
    """The type in SQL; version: of the migration class, since 7.0 moments have six digits."""
    name = word(value).lower()
    if name == "enum":
        return word(options.get("enum_type", "")).lower()
    if name == "virtual":
        name = word(options.get("type", "")).lower()
    limit = options.get("limit")
    array = "[]" if options.get("array") is True else ""
    base = (dialect.is_mysql and _MYSQL.get(name)) or _TYPES.get(name, name)
    if name == "string" and isinstance(limit, int):
        return f"varchar({limit}){array}"
    if name in ("integer", "primary_key") and isinstance(limit, int) and not isinstance(limit, bool):
        return (
            "bigint" if limit > _BYTES_OF_INTEGER else "smallint" if limit <= _BYTES_OF_SMALLINT else "integer"
        ) + array
    if name in ("decimal", "numeric") and isinstance(options.get("precision"), int):
        scale = options.get("scale")
        return f"numeric({options['precision']},{scale if isinstance(scale, int) else 0}){array}"
    if base in ("timestamp", "datetime", "time"):
        precision = options.get("precision", 6 if version >= _PRECISE_MOMENTS and base != "time" else None)
        return f"{base}({precision}){array}" if isinstance(precision, int) else base + array
    return same_type(base) + array


def default_of(value: Value, dialect: Dialect) -> tuple[DefaultKind, str]:
    """A default: a lambda holds SQL, everything else is a literal."""
    if value is None:
        return DefaultKind.NONE, ""
    if isinstance(value, Block):
        return sql_default(value.result, dialect)
    return literal_default(value)


def column_of(name: Value, kind: Value, options: Mapping[str, Value], dialect: Dialect, version: float = 7.0) -> Column:
    """A column that is added: nullable unless `null: false`."""
    default, text = default_of(options.get("default"), dialect)
    what = word(kind).lower()
    generated = (
        ("stored" if options.get("stored") is True else "virtual") if what == "virtual" or "as" in options else ""
    )
    return Column(
        word(name).lower(), type_of(kind, options, dialect, version), options.get("null") is not False, default, text,
        is_primary=what == "primary_key" or options.get("primary_key") is True, generated=generated,
        identity=what in ("primary_key", "serial", "bigserial"), collation=word(options.get("collation", "")),
        first_or_after="after" in options or options.get("first") is True,
    )  # fmt: skip


def reference_columns(name: str, options: Mapping[str, Value], dialect: Dialect, version: float) -> list[Column]:
    """The columns of `references`: the id, and the type of what is polymorphic."""
    plain = {key: value for key, value in options.items() if key in ("null", "default", "limit", "array", "after")}
    column = column_of(
        f"{name}_id", options.get("type", "bigint" if version >= _LONG_KEYS else "integer"), plain, dialect, version
    )
    if not options.get("polymorphic"):
        return [column]
    return [column_of(f"{name}_type", "string", {"null": options.get("null")}, dialect, version), column]


def index_of(columns: Value, options: Mapping[str, Value]) -> Index:
    """Columns written as symbols or texts; a text with brackets is an expression."""
    items = columns if isinstance(columns, list) else [columns]
    names = tuple("" if "(" in word(item) or " " in word(item) else word(item).lower() for item in items)
    method = word(options.get("using", "")).lower() or word(options.get("type", "")).lower()
    return Index(names, options.get("unique") is True, method, options.get("where") is not None)


def is_concurrent(options: Mapping[str, Value]) -> bool:
    return word(options.get("algorithm")) == "concurrently"


def foreign_key(target: Value, options: Mapping[str, Value]) -> Constraint:
    """The constraint from the options of `add_foreign_key`."""
    table = table_of(target)
    column = words(options.get("column")) or ((f"{singular(table)}_id",) if table else ())
    key = words(options.get("primary_key"))
    references = References(table, tuple(name.lower() for name in key), word(options.get("on_delete")).lower())
    name = word(options.get("name")).lower()
    return Constraint(
        ConstraintKind.FOREIGN, tuple(c.lower() for c in column), name, references, options.get("validate") is False
    )


def reference_key(name: str, options: Mapping[str, Value]) -> Constraint | None:
    """The constraint that `foreign_key:` asks for in a reference."""
    given = options.get("foreign_key")
    if given is None or given is False:
        return None
    inner = given if isinstance(given, dict) else {}
    target = inner.get("to_table", plural(name))
    return foreign_key(target, {**inner, "column": f"{name}_id"})


def table_of(value: Value) -> str:
    """A table by its name, `:users` and `"app.users"`, or by its model, `User.table_name`."""
    name = word(value)
    if isinstance(value, Call) and value.name == "table_name" and isinstance(value.receiver, Name):
        name = table_of_model(value.receiver.last)
    return table_name(*name.split(".")) if name else ""


def call_type(call: Call, place: int) -> Value:
    """The type of a column: by place or as `type:`."""
    return call.options["type"] if "type" in call.options else call.at(place)
