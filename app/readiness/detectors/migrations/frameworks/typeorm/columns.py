"""Columns, indexes and keys as the objects of TypeORM describe them."""

from collections.abc import Mapping

from app.readiness.detectors.migrations.frameworks.sql_pieces import check_of, literal_default, sql_default
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Value, word, words
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


def described(value: Value) -> Mapping[str, Value]:
    """The object of `new TableColumn({…})`, or an object alone."""
    if isinstance(value, Call):
        first = value.at(0)
        return first if isinstance(first, dict) else {}
    return value if isinstance(value, dict) else {}


def name_of(value: Value) -> str:
    """A name, or that of what is described."""
    return plain_name(word(value) if isinstance(value, str) else word(described(value).get("name")))


def table_of(value: Value) -> str:
    """A table by name, by description, or found by name before: `await queryRunner.getTable("a")`."""
    if isinstance(value, Call):
        if value.name in ("getTable", "findTable"):
            return table_of(value.at(0))
        return table_of(described(value).get("name"))
    if isinstance(value, dict):
        return table_of(value.get("name"))
    name = word(value) if isinstance(value, str) else ""
    return table_name(*name.split(".")) if name else ""


def column_of(value: Value, dialect: Dialect) -> Column:
    """A column: not null unless `isNullable`; a default is SQL."""
    said = described(value)
    default = said.get("default")
    kind, text = DefaultKind.NONE, ""
    if isinstance(default, str):
        kind, text = sql_default(default, dialect)
    elif default is not None and "default" in said:
        kind, text = literal_default(default)
    strategy = word(said.get("generationStrategy"))
    if said.get("isGenerated") is True and strategy == "uuid":
        kind, text = DefaultKind.VOLATILE, "uuid_generate_v4()"
    is_primary = said.get("isPrimary") is True
    return Column(
        plain_name(word(said.get("name"))), _type(said), said.get("isNullable") is True and not is_primary, kind, text,
        is_primary=is_primary, is_unique=said.get("isUnique") is True,
        generated=word(said.get("generatedType")).lower(),
        identity=(said.get("isGenerated") is True and strategy != "uuid") or _type(said) in ("serial", "bigserial"),
        has_check=bool(said.get("enum")) and dialect is Dialect.SQLITE, collation=word(said.get("collation")),
    )  # fmt: skip


def _type(said: Mapping[str, Value]) -> str:
    name = word(said.get("type")).lower()
    length, precision, scale = said.get("length"), said.get("precision"), said.get("scale")
    if length and isinstance(length, str | int):
        name = f"{name}({length})"
    elif isinstance(precision, int) and "(" not in name:
        name = f"{name}({precision},{scale})" if isinstance(scale, int) else f"{name}({precision})"
    return same_type(name) + ("[]" if said.get("isArray") is True else "") if name else ""


def index_of(value: Value) -> tuple[Index, str]:
    said = described(value)
    method = "fulltext" if said.get("isFulltext") is True else "spatial" if said.get("isSpatial") is True else ""
    columns = tuple(plain_name(name) for name in words(said.get("columnNames", [])))
    return Index(columns, said.get("isUnique") is True, method, bool(said.get("where"))), plain_name(
        word(said.get("name"))
    )


def foreign_key(value: Value) -> Constraint:
    said = described(value)
    target = table_of(said.get("referencedTableName"))
    there = tuple(plain_name(name) for name in words(said.get("referencedColumnNames", [])))
    references = References(target, there, word(said.get("onDelete")).lower())
    columns = tuple(plain_name(name) for name in words(said.get("columnNames", [])))
    return Constraint(ConstraintKind.FOREIGN, columns, plain_name(word(said.get("name"))), references)


def constraint_of(kind: ConstraintKind, value: Value, dialect: Dialect) -> Constraint:
    said = described(value)
    name = plain_name(word(said.get("name")))
    if kind is ConstraintKind.CHECK:
        return check_of(word(said.get("expression")), name, dialect)
    return Constraint(kind, tuple(plain_name(column) for column in words(said.get("columnNames", []))), name)
