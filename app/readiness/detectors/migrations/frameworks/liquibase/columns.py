"""Columns as change types of Liquibase define them."""

import re

from app.readiness.detectors.migrations.frameworks.liquibase.elements import Element
from app.readiness.detectors.migrations.frameworks.sql_pieces import literal_default, sql_default
from app.readiness.detectors.migrations.model import Column, DefaultKind, Dialect, References
from app.readiness.detectors.migrations.sql.names import plain_name, table_name
from app.readiness.detectors.migrations.sql.types import same_type

_TYPES = {
    "datetime": "timestamp", "clob": "text", "longtext": "text", "blob": "bytea", "longblob": "bytea",
    "nvarchar": "varchar",
    "varchar2": "varchar", "number": "numeric", "currency": "numeric", "float": "double precision",
    "double": "double precision",
    "tinyint": "smallint", "bit": "boolean", "nclob": "text", "longvarchar": "text", "mediumtext": "text",
    "string": "varchar",
}  # fmt: skip
_MYSQL = {"datetime": "datetime", "clob": "longtext", "boolean": "bit(1)", "uuid": "char(36)", "nclob": "longtext"}
_VALUES = ("defaultValue", "defaultValueNumeric", "defaultValueBoolean", "defaultValueDate", "defaultValueSequenceNext")
GIVEN_VALUES = ("value", "valueNumeric", "valueBoolean", "valueDate", "valueComputed", "valueClobFile", "valueBlobFile")


def type_of(written: str, dialect: Dialect) -> str:
    """The type of the database, "" where a property that the file does not hold names it."""
    text = written.strip().lower().removeprefix("java.sql.types.")
    if "${" in text or not text:
        return ""
    name, bracket, size = text.partition("(")
    mapping = {**_TYPES, **_MYSQL} if dialect.is_mysql else _TYPES
    if name in ("text", "clob") or (
        name.strip() in mapping and mapping[name.strip()] in ("text", "bytea", "smallint", "boolean")
    ):
        bracket, size = "", ""
    return same_type(f"{mapping.get(name.strip(), name.strip())}{bracket}{size}")


def default_of(element: Element, dialect: Dialect) -> tuple[DefaultKind, str]:
    """A default as a literal or, computed, as SQL."""
    computed = element.get("defaultValueComputed")
    if computed:
        return sql_default(computed, dialect)
    for name in _VALUES:
        value = element.attributes.get(name)
        if value is None or value.strip().lower() == "null":
            continue
        if name == "defaultValueSequenceNext":
            return DefaultKind.VOLATILE, value
        if re.fullmatch(r"(?i)\s*(now|current_\w+|[\w.]+\s*\(.*\))\s*(\(\))?\s*", value) and name != "defaultValue":
            return sql_default(value, dialect)
        return literal_default(value)
    return DefaultKind.NONE, ""


def column_of(element: Element, dialect: Dialect) -> Column:
    """A `<column>` with its `<constraints>`."""
    constraints = element.first("constraints") or Element("constraints", {}, element.line)
    default, text = default_of(element, dialect)
    is_primary = constraints.is_true("primaryKey")
    identity = element.is_true("autoIncrement") or element.get("type").lower().endswith("serial")
    return Column(
        plain_name(element.get("name")), type_of(element.get("type"), dialect),
        not (constraints.is_false("nullable") or is_primary), default, text, is_primary=is_primary,
        is_unique=constraints.is_true("unique"), identity=identity,
        generated="stored" if element.is_true("computed") else "",
        has_check=bool(constraints.get("checkConstraint")), references=_references(constraints),
        first_or_after=bool(element.get("afterColumn", "beforeColumn", "position")),
    )  # fmt: skip


def _references(constraints: Element) -> References | None:
    table, columns = constraints.get("referencedTableName"), constraints.get("referencedColumnNames")
    written = constraints.get("references")
    if written and not table:
        table, _, rest = written.partition("(")
        columns = rest.rstrip(") ")
    if not table:
        return None
    return References(
        table_name(*table.strip().split(".")),
        names_of(columns),
        "cascade" if constraints.is_true("deleteCascade") else "",
    )


def names_of(written: str) -> tuple[str, ...]:
    """Names between commas."""
    return tuple(plain_name(name) for name in written.split(",") if name.strip())


def table_of(element: Element, name: str = "tableName", schema: str = "schemaName") -> str:
    written = element.get(name)
    if not written or "${" in written:
        return ""
    given = element.get(schema)
    return table_name("" if "${" in given else given, *written.split("."))
