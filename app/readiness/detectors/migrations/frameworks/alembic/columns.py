"""Columns, types and constraints of SQLAlchemy as they stand in a migration."""

from collections.abc import Mapping

from app.readiness.detectors.migrations.frameworks.sql_pieces import check_of, literal_default, sql_default
from app.readiness.detectors.migrations.frameworks.syntax.values import Block, Call, Name, Value, is_given, word, words
from app.readiness.detectors.migrations.model import (
    Column,
    Constraint,
    ConstraintKind,
    DefaultKind,
    Dialect,
    References,
)
from app.readiness.detectors.migrations.sql.names import table_name
from app.readiness.detectors.migrations.sql.types import same_type

_TYPES: Mapping[str, str] = {
    "Integer": "integer", "INTEGER": "integer", "INT": "integer", "BigInteger": "bigint", "BIGINT": "bigint",
    "SmallInteger": "smallint", "SMALLINT": "smallint", "String": "varchar", "VARCHAR": "varchar", "Unicode": "varchar",
    "NVARCHAR": "varchar", "CHAR": "char", "NCHAR": "char", "Text": "text", "TEXT": "text", "UnicodeText": "text",
    "CLOB": "text",
    "MEDIUMTEXT": "mediumtext", "LONGTEXT": "longtext", "TINYTEXT": "tinytext", "Boolean": "boolean",
    "BOOLEAN": "boolean",
    "Date": "date", "DATE": "date", "DateTime": "timestamp", "DATETIME": "timestamp", "TIMESTAMP": "timestamp",
    "Time": "time",
    "TIME": "time", "Interval": "interval", "INTERVAL": "interval", "Numeric": "numeric", "NUMERIC": "numeric",
    "DECIMAL": "numeric", "Float": "double precision", "FLOAT": "double precision", "REAL": "real",
    "Double": "double precision",
    "DOUBLE_PRECISION": "double precision", "DOUBLE": "double precision", "LargeBinary": "bytea", "BYTEA": "bytea",
    "BINARY": "bytea", "BLOB": "bytea", "JSON": "json", "JSONB": "jsonb", "UUID": "uuid", "Uuid": "uuid",
    "GUID": "uuid",
    "INET": "inet", "CIDR": "cidr", "MACADDR": "macaddr", "TSVECTOR": "tsvector", "HSTORE": "hstore",
    "CITEXT": "citext",
    "CIText": "citext", "OID": "oid", "MONEY": "money", "BIT": "bit", "TINYINT": "tinyint", "MEDIUMINT": "mediumint",
    "INT4RANGE": "int4range", "INT8RANGE": "int8range", "NUMRANGE": "numrange", "DATERANGE": "daterange",
    "TSRANGE": "tsrange",
    "TSTZRANGE": "tstzrange", "PickleType": "bytea",
}  # fmt: skip
_SIZED = frozenset({"varchar", "char", "numeric", "bit"})
_STABLE = frozenset(
    {"now", "current_timestamp", "current_date", "current_time", "localtimestamp", "localtime", "current_user"}
)


def type_of(value: Value, dialect: Dialect) -> str:
    """The type in SQL, "" for one that the project or an extension defines."""
    name = value.name if isinstance(value, Call) else word(value) if isinstance(value, Name) else ""
    if (isinstance(value, Call) and name.startswith(".")) or name in ("with_variant", "evolve"):
        return type_of(value.receiver, dialect) if isinstance(value, Call) else ""
    if name == "ARRAY" and isinstance(value, Call):
        item = type_of(value.at(0, "item_type"), dialect)
        return f"{item}[]" if item else ""
    if name in ("Enum", "ENUM", "SAEnum"):
        given = word(value.options.get("name")).lower() if isinstance(value, Call) else ""
        return given or "varchar"
    found = _TYPES.get(name, "")
    if not isinstance(value, Call) or not found:
        return found
    if found in ("timestamp", "time"):
        return f"{found} with time zone" if value.at(0, "timezone") is True else found
    size = _size(value)
    return same_type(f"{found}({size})") if size and found in _SIZED else found


def _size(value: Call) -> str:
    first, second = value.at(0, "length", "precision"), value.at(1, "scale")
    if not isinstance(first, int) or isinstance(first, bool):
        return ""
    return f"{first},{second}" if isinstance(second, int) and not isinstance(second, bool) else str(first)


def default_of(value: Value, dialect: Dialect) -> tuple[DefaultKind, str]:
    """A server default: a plain text is a literal, `sa.text` an expression."""
    if value is None or not is_given(value):
        return DefaultKind.NONE, ""
    return _call_default(value, dialect) if isinstance(value, Call) else literal_default(value)


def _call_default(value: Call, dialect: Dialect) -> tuple[DefaultKind, str]:
    first = value.at(0, "text")
    if value.name in ("text", "literal_column", "DefaultClause", "TextClause", "FetchedValue"):
        return _call_default(first, dialect) if isinstance(first, Call) else sql_default(first, dialect)
    if isinstance(value.receiver, Name) and value.receiver.last == "func":
        return (
            DefaultKind.STABLE if value.name.lower() in _STABLE else DefaultKind.VOLATILE
        ), f"{value.name.lower()}()"
    if value.name in ("utcnow", "now"):
        return DefaultKind.STABLE, "now()"
    return literal_default(value)


def column_of(call: Call, dialect: Dialect) -> Column:
    """`sa.Column(name, type, …)`: nullable unless it is told otherwise or is a part of the primary key."""
    arguments = list(call.arguments)
    name = word(arguments.pop(0)) if arguments and isinstance(arguments[0], str) else word(call.options.get("name"))
    parts = {part.name: part for part in arguments if isinstance(part, Call)}
    types = [part for part in arguments if not (isinstance(part, Call) and part.name in _PARTS)]
    kind, text = default_of(call.options.get("server_default"), dialect)
    is_primary = call.options.get("primary_key") is True
    computed = parts.get("Computed")
    foreign = parts.get("ForeignKey")
    column_type = type_of(call.options.get("type_", types[0] if types else None), dialect)
    return Column(
        name.lower(), column_type, call.options.get("nullable", not is_primary) is not False, kind, text,
        is_primary=is_primary, is_unique=call.options.get("unique") is True,
        generated=("stored" if computed.options.get("persisted") is not False else "virtual") if computed else "",
        identity="Identity" in parts or "Sequence" in parts or (is_primary and column_type.endswith(("int",
        "integer"))),
        has_check="CheckConstraint" in parts, references=_target(foreign) if foreign else None,
    )  # fmt: skip


_PARTS = frozenset({"Computed", "ForeignKey", "Identity", "Sequence", "CheckConstraint", "FetchedValue", "Comment"})


def _target(call: Call) -> References:
    """`sa.ForeignKey("schema.table.column")`."""
    target = word(call.at(0, "column"))
    table, _, column = target.rpartition(".")
    return References(table_name(*table.split(".")), (column.lower(),), word(call.options.get("ondelete")).lower())


def constraint_of(call: Call, dialect: Dialect) -> Constraint | None:
    """A constraint of a table, None for anything else."""
    name = name_of(call.options.get("name"))
    not_valid = call.options.get("postgresql_not_valid") is True
    if call.name == "PrimaryKeyConstraint":
        return Constraint(ConstraintKind.PRIMARY, _lower(call.arguments), name)
    if call.name == "UniqueConstraint":
        return Constraint(ConstraintKind.UNIQUE, _lower(call.arguments), name)
    if call.name == "CheckConstraint":
        return check_of(expression_of(call.at(0, "sqltext")), name, dialect, not_valid=not_valid)
    if call.name == "ExcludeConstraint":
        return Constraint(ConstraintKind.EXCLUDE, (), name)
    if call.name == "ForeignKeyConstraint":
        there = words(call.at(1, "refcolumns"))
        table = there[0].rpartition(".")[0] if there else ""
        references = References(table_name(*table.split(".")), tuple(item.rpartition(".")[2].lower() for item in there))
        return Constraint(ConstraintKind.FOREIGN, _lower(words(call.at(0, "columns"))), name, references, not_valid)
    return None


def _lower(values: tuple[Value, ...]) -> tuple[str, ...]:
    return tuple(word(value).lower() for value in values if isinstance(value, str))


def name_of(value: Value) -> str:
    """A name, plain or within `op.f(…)`."""
    if isinstance(value, Call) and value.name == "f":
        value = value.at(0)
    return word(value).lower() if isinstance(value, str) else ""


def expression_of(value: Value) -> str:
    """The SQL of a condition: a text, `sa.text(…)`, "" for one built from columns."""
    if isinstance(value, Call) and value.name in ("text", "literal_column"):
        value = value.at(0, "text")
    if (isinstance(value, Call) and value.name == "is_not") or isinstance(value, Block):
        return ""
    return str(value) if isinstance(value, str) else ""
