"""Columns, indexes and constraints as Sequelize describes them."""

from collections.abc import Mapping

from app.readiness.detectors.migrations.frameworks.sql_pieces import literal_default, sql_default
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Name, Value, word, words
from app.readiness.detectors.migrations.model import (
    Column,
    Constraint,
    ConstraintKind,
    DefaultKind,
    Dialect,
    Index,
    References,
)
from app.readiness.detectors.migrations.sql.names import plain_name, table_name
from app.readiness.detectors.migrations.sql.types import same_type

_TYPES: Mapping[str, str] = {
    "STRING": "varchar(255)", "CHAR": "char(255)", "TEXT": "text", "CITEXT": "citext", "INTEGER": "integer",
    "BIGINT": "bigint",
    "SMALLINT": "smallint", "TINYINT": "smallint", "MEDIUMINT": "integer", "FLOAT": "double precision", "REAL": "real",
    "DOUBLE": "double precision", "DECIMAL": "numeric", "NUMERIC": "numeric", "BOOLEAN": "boolean",
    "DATE": "timestamp with time zone",
    "DATEONLY": "date", "TIME": "time", "UUID": "uuid", "JSON": "json", "JSONB": "jsonb", "BLOB": "bytea",
    "HSTORE": "hstore", "INET": "inet",
    "CIDR": "cidr", "TSVECTOR": "tsvector", "GEOMETRY": "geometry", "GEOGRAPHY": "geography", "RANGE": "tstzrange",
}  # fmt: skip
_MYSQL: Mapping[str, str] = {
    "TINYINT": "tinyint", "FLOAT": "float", "DOUBLE": "double", "BOOLEAN": "tinyint(1)", "DATE": "datetime",
    "UUID": "char(36)",
    "JSONB": "json", "BLOB": "blob", "ENUM": "enum",
}  # fmt: skip


def table_of(value: Value) -> str:
    """A table by name, or as `{ tableName, schema }`."""
    if isinstance(value, dict):
        return table_name(word(value.get("schema")), word(value.get("tableName", value.get("name"))))
    name = word(value) if isinstance(value, str) else ""
    return table_name(*name.split(".")) if name else ""


def type_of(value: Value, dialect: Dialect) -> str:
    """`Sequelize.STRING(10)`, `DataTypes.TEXT`, or SQL in a text."""
    if isinstance(value, str):
        return same_type(value)
    name = value.name if isinstance(value, Call) else value.last if isinstance(value, Name) else ""
    if isinstance(value, Call) and name.startswith("."):
        return type_of(value.receiver, dialect)
    base = (dialect.is_mysql and _MYSQL.get(name)) or _TYPES.get(name, "")
    if not isinstance(value, Call):
        return base
    if name == "ARRAY":
        inner = type_of(value.at(0), dialect)
        return f"{inner}[]" if inner else ""
    first, second = value.at(0), value.at(1)
    if name in ("STRING", "CHAR", "DECIMAL", "NUMERIC") and isinstance(first, int):
        return (
            f"{base.partition('(')[0]}({first},{second})"
            if isinstance(second, int)
            else f"{base.partition('(')[0]}({first})"
        )
    return base


def default_of(said: Mapping[str, Value], dialect: Dialect) -> tuple[DefaultKind, str]:
    """A default of the database; what only the library fills in (UUIDV4) is none."""
    value = said.get("defaultValue")
    if value is None:
        return DefaultKind.NONE, ""
    if isinstance(value, Call):
        if value.name == "literal":
            return sql_default(value.at(0), dialect)
        if value.name in ("fn", "col"):
            return sql_default(f"{word(value.at(0))}()", dialect)
    if isinstance(value, Name):
        if value.last in ("UUIDV4", "UUIDV1"):
            return DefaultKind.NONE, ""
        return (DefaultKind.STABLE, "now()") if value.last == "NOW" else literal_default(value)
    return literal_default(value)


def column_of(name: str, value: Value, dialect: Dialect) -> Column:
    """A column from its description, or from its type alone."""
    said: Mapping[str, Value] = value if isinstance(value, dict) else {"type": value}
    default, text = default_of(said, dialect)
    is_primary = said.get("primaryKey") is True
    references = said.get("references")
    target = None
    if isinstance(references, dict):
        target = References(
            table_of(references.get("model")),
            tuple(map(plain_name, words(references.get("key")))),
            word(said.get("onDelete")).lower(),
        )
    return Column(
        plain_name(word(said.get("field")) or name), type_of(said.get("type"), dialect),
        said.get("allowNull") is not False and not is_primary,
        default, text, is_primary=is_primary, is_unique=bool(said.get("unique")),
        identity=said.get("autoIncrement") is True,
        references=target, first_or_after="after" in said,
    )  # fmt: skip


def index_of(call: Call) -> tuple[Index, str, bool]:
    """An index, its name, and whether it is made concurrently; columns come by place or as `fields`."""
    given, last = call.at(1), call.at(2)
    options: Mapping[str, Value] = given if isinstance(given, dict) else last if isinstance(last, dict) else {}
    columns = given if isinstance(given, list) else options.get("fields", [])
    names = (
        tuple(plain_name(word(item)) if isinstance(item, str) else _field(item) for item in columns)
        if isinstance(columns, list)
        else ()
    )
    unique = options.get("unique") is True or word(options.get("type")).upper() == "UNIQUE"
    index = Index(
        names, unique, word(options.get("using", options.get("method", ""))).lower(), bool(options.get("where"))
    )
    return (
        index,
        plain_name(word(options.get("name", options.get("indexName", "")))),
        options.get("concurrently") is True,
    )


def _field(item: Value) -> str:
    return plain_name(word(item.get("name", item.get("attribute", "")))) if isinstance(item, dict) else ""


_KINDS = {
    "unique": ConstraintKind.UNIQUE, "foreign key": ConstraintKind.FOREIGN, "primary key": ConstraintKind.PRIMARY,
    "check": ConstraintKind.CHECK,
}  # fmt: skip


def constraint_of(call: Call, dialect: Dialect) -> Constraint:
    """`addConstraint(table, { fields, type, references })`, and the older way with the fields by place."""
    given, last = call.at(1), call.at(2)
    options: Mapping[str, Value] = given if isinstance(given, dict) else last if isinstance(last, dict) else {}
    columns = given if isinstance(given, list) else options.get("fields", [])
    names = tuple(plain_name(name) for name in words(columns))
    kind = _KINDS.get(word(options.get("type")).lower(), ConstraintKind.UNKNOWN)
    target = options.get("references")
    references = None
    if kind is ConstraintKind.FOREIGN and isinstance(target, dict):
        there = words(target.get("field", target.get("fields", [])))
        references = References(
            table_of(target.get("table")),
            tuple(plain_name(name) for name in there),
            word(options.get("onDelete")).lower(),
        )
    return Constraint(kind, names, plain_name(word(options.get("name", ""))), references)
