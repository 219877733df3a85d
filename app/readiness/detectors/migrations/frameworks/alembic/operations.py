"""The operations of Alembic: `op.…`, and `batch_op.…` within a batch for one table."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.readiness.detectors.migrations.frameworks.alembic.columns import (
    column_of,
    constraint_of,
    default_of,
    type_of,
)
from app.readiness.detectors.migrations.frameworks.alembic.keys import KeyOperations
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Value, chain, word, words
from app.readiness.detectors.migrations.model import (
    Column,
    Constraint,
    ConstraintKind,
    DefaultKind,
    Index,
    Kind,
)
from app.readiness.detectors.migrations.sql.names import table_name


class AlembicOperations(KeyOperations):
    """Columns, tables, and what is executed."""

    def operate(self, call: Call) -> None:
        """One call of `op` or of an open batch."""
        read = OPERATIONS.get(call.name)
        if read is not None:
            read(self, call)
        elif call.name not in _QUIET:
            self.dynamic(call, f"op.{call.name} is no operation of Alembic")

    def add_column(self, call: Call) -> None:
        table, shift = self.table(call, 0, "table_name")
        given = call.at(shift, "column")
        if not isinstance(given, Call):
            self.emit(Kind.ADD_COLUMN, call, table=table, resolved=False, note="the column is computed")
            return
        self.new_column(call, table, given, inline=call.options.get("inline_references") is True)

    def new_column(self, call: Call, table: str, given: Call, *, inline: bool) -> None:
        """Alembic adds a reference, a unique constraint and an index by statements of their own."""
        column = column_of(given, self.dialect)
        references = column.references
        kept = column if inline or references is None else _without_key(column)
        self.emit(Kind.ADD_COLUMN, call, table=table, column=column.name, definition=kept)
        if references is not None and not inline:
            constraint = Constraint(ConstraintKind.FOREIGN, (column.name,), "", references)
            self.emit(Kind.ADD_CONSTRAINT, call, table=table, constraint=constraint, options=("implied",))
        if given.options.get("index") is True:
            self.emit(
                Kind.CREATE_INDEX,
                call,
                table=table,
                index=Index((column.name,), column.is_unique),
                options=("implied",),
            )

    def drop_column(self, call: Call) -> None:
        table, shift = self.table(call, 0, "table_name")
        self.emit(Kind.DROP_COLUMN, call, table=table, column=word(call.at(shift, "column_name")).lower())

    def alter_column(self, call: Call) -> None:
        table, shift = self.table(call, 0, "table_name")
        column = word(call.at(shift, "column_name")).lower()
        options = call.options
        same = False

        def emit(kind: Kind, **fields: Any) -> None:
            nonlocal same
            self.emit(kind, call, same=same, table=table, column=column, **fields)
            same = True

        if "nullable" in options and options["nullable"] is not options.get("existing_nullable"):
            emit(Kind.DROP_NOT_NULL if options["nullable"] is True else Kind.SET_NOT_NULL)
        new_type = options.get("type_", options.get("type"))
        if new_type is not None:
            old = type_of(options.get("existing_type"), self.dialect)
            emit(
                Kind.ALTER_TYPE,
                old_type=old,
                new_type=type_of(new_type, self.dialect),
                using=word(options.get("postgresql_using")).lower(),
            )
        if "server_default" in options and options["server_default"] is not False:
            kind, _ = default_of(options["server_default"], self.dialect)
            emit(Kind.DROP_DEFAULT if kind is DefaultKind.NONE else Kind.SET_DEFAULT, default=kind)
        new_name = options.get("new_column_name", options.get("name"))
        if isinstance(new_name, str):
            emit(Kind.RENAME_COLUMN, new_name=new_name.lower())
        if not same:
            emit(Kind.COLUMN_OPTION, options=("comment",))

    def create_table(self, call: Call) -> None:
        table = table_name(word(call.options.get("schema")), word(call.at(0, "table_name")))
        parts = [part for part in call.arguments[1:] if isinstance(part, Call)]
        columns = tuple(column_of(part, self.dialect) for part in parts if part.name.endswith("Column"))
        constraints = [found for part in parts if (found := constraint_of(part, self.dialect)) is not None]
        is_known = len(parts) == len(call.arguments[1:])
        self.emit(
            Kind.CREATE_TABLE, call, table=table, columns=columns, constraints=tuple(constraints),
            if_not_exists=call.options.get("if_not_exists") is True,
            note="" if is_known else "a part of it is computed",
            temporary="TEMPORARY" in words(call.options.get("prefixes")),
        )  # fmt: skip
        for part in parts:
            if part.name.endswith("Column") and part.options.get("index") is True:
                index = Index((word(part.at(0)).lower(),), part.options.get("unique") is True)
                self.emit(Kind.CREATE_INDEX, call, table=table, index=index, options=("implied",))

    def drop_table(self, call: Call) -> None:
        table = table_name(word(call.options.get("schema")), word(call.at(0, "table_name")))
        self.emit(Kind.DROP_TABLE, call, table=table, if_exists=call.options.get("if_exists") is True)

    def rename_table(self, call: Call) -> None:
        table = table_name(word(call.options.get("schema")), word(call.at(0, "old_table_name")))
        self.emit(Kind.RENAME_TABLE, call, table=table, new_name=word(call.at(1, "new_table_name")).lower())

    def execute(self, call: Call) -> None:
        self.statement_of(call.at(0, "sqltext", "statement", "sql"), call)

    def statement_of(self, value: Value, call: Call) -> None:
        """What is executed: SQL, or an expression of SQLAlchemy that changes rows or creates an object."""
        while isinstance(value, Call) and value.name in ("text", "DDL", "bindparams", "execution_options", "columns"):
            value = value.at(0, "text", "statement") if value.name in ("text", "DDL") else value.receiver
        if not isinstance(value, Call):
            self.sql(value, call)
            return
        steps = chain(value)[::-1]
        names, source = [step.name.lower() for step in steps], steps[-1]
        kind = next((found for name in reversed(names) if (found := _EXPRESSIONS.get(name))), None)
        if kind is None:
            self.dynamic(call, "a statement of SQLAlchemy that is put together when it runs")
        elif kind in (Kind.CREATE_OBJECT, Kind.DROP_OBJECT):
            self.emit(kind, call, object="sequence", name=word(source.at(0)).lower())
        else:
            table = _table_of(steps)
            known = bool(table) or kind not in (Kind.UPDATE, Kind.DELETE)
            self.emit(
                kind, call, table=table, has_where="where" in names, has_select="from_select" in names, resolved=known
            )

    def bulk_insert(self, call: Call) -> None:
        self.emit(Kind.INSERT, call, table=word(call.at(0, "table")).lower())

    def comment(self, call: Call) -> None:
        self.emit(Kind.COMMENT, call, table=word(call.at(0)).lower())

    def enum_values(self, call: Call) -> None:
        self.emit(
            Kind.ALTER_OBJECT, call, object="type", name=word(call.at(1, "enum_name")).lower(), options=("values",)
        )


def _table_of(steps: list[Call]) -> str:
    """The table of `sa.table("t").update()` and of `sa.update(t)`, "" where it is not made in this file."""
    for step in steps:
        for made in (step, step.at(0)):
            if isinstance(made, Call) and made.name in ("table", "Table"):
                return table_name(word(made.options.get("schema")), word(made.at(0)))
    return ""


def _without_key(column: Column) -> Column:
    return replace(column, references=None)


_QUIET = frozenset({"get_bind", "get_context", "f", "print", "invoke", "inline_literal", "implementation_for"})
_EXPRESSIONS: Mapping[str, Kind] = {
    "update": Kind.UPDATE, "delete": Kind.DELETE, "insert": Kind.INSERT, "select": Kind.SELECT,
    "createsequence": Kind.CREATE_OBJECT,
    "dropsequence": Kind.DROP_OBJECT,
}  # fmt: skip
OPERATIONS: Mapping[str, Callable[[Any, Call], None]] = {
    "add_column": AlembicOperations.add_column, "drop_column": AlembicOperations.drop_column,
    "alter_column": AlembicOperations.alter_column, "create_table": AlembicOperations.create_table,
    "drop_table": AlembicOperations.drop_table, "rename_table": AlembicOperations.rename_table,
    "create_index": AlembicOperations.create_index, "drop_index": AlembicOperations.drop_index,
    "create_foreign_key": AlembicOperations.create_foreign_key,
    "create_unique_constraint": AlembicOperations.create_unique,
    "create_primary_key": AlembicOperations.create_primary_key,
    "create_check_constraint": AlembicOperations.create_check,
    "create_exclude_constraint": AlembicOperations.create_exclude,
    "drop_constraint": AlembicOperations.drop_constraint, "execute": AlembicOperations.execute,
    "bulk_insert": AlembicOperations.bulk_insert, "create_table_comment": AlembicOperations.comment,
    "drop_table_comment": AlembicOperations.comment, "sync_enum_values": AlembicOperations.enum_values,
}  # fmt: skip
