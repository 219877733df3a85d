"""What the calls on a table builder of Knex do, in `createTable` and in `alterTable`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.readiness.detectors.migrations.frameworks.knex.columns import COLUMNS, column_of, references_of
from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.sql_pieces import check_of
from app.readiness.detectors.migrations.frameworks.syntax.values import Block, Call, chain, flatten, word, words
from app.readiness.detectors.migrations.model import (
    Column,
    Constraint,
    ConstraintKind,
    DefaultKind,
    Dialect,
    Index,
    Kind,
)
from app.readiness.detectors.migrations.sql.names import plain_name


class TableOperations(Lowering):
    """A new column comes with the keys that its chain asks for, each a statement of its own."""

    def create(self, call: Call, table: str, block: Block | None, *, optional: bool) -> None:
        columns: list[Column] = []
        constraints: list[Constraint] = []
        indexes: list[tuple[Index, str]] = []
        known = True
        for steps in chains_of(block):
            first = steps[0].name
            if first in COLUMNS:
                columns.append(column_of(steps, self.dialect))
                indexes += [(Index((columns[-1].name,)), "")] if any(step.name == "index" for step in steps[1:]) else []
            elif first == "timestamps":
                columns += _timestamps(steps[0])
            elif first == "index":
                indexes.append((_index(steps[0]), plain_name(word(steps[0].at(1)))))
            elif (constraint := _constraint(steps, self.dialect)) is not None:
                constraints.append(constraint)
            elif first not in _TABLE_OPTIONS:
                known = False
        note = "" if known else "a part of it is computed"
        self.emit(
            Kind.CREATE_TABLE,
            call,
            table=table,
            columns=tuple(columns),
            constraints=tuple(constraints),
            if_not_exists=optional,
            note=note,
        )
        for index, name in indexes:
            self.emit(Kind.CREATE_INDEX, call, table=table, index=index, name=name)

    def change(self, steps: Sequence[Call], table: str) -> None:
        first, place = steps[0], steps[-1]
        constraint = _constraint(steps, self.dialect)
        if first.name in COLUMNS:
            self.column(steps, table)
        elif first.name == "timestamps":
            for column in _timestamps(first):
                self.emit(Kind.ADD_COLUMN, place, table=table, column=column.name, definition=column)
        elif first.name == "index":
            name = plain_name(word(first.at(1)))
            self.emit(Kind.CREATE_INDEX, place, table=table, index=_index(first), name=name)
        elif constraint is not None:
            self.emit(Kind.ADD_CONSTRAINT, place, table=table, constraint=constraint)
        elif first.name not in _TABLE_OPTIONS:
            self.change_column(first, table)

    def change_column(self, call: Call, table: str) -> None:
        column = plain_name(word(call.at(0)))
        if call.name in ("dropColumn", "dropColumns", "dropTimestamps"):
            self.drop_columns(call, table)
        elif call.name == "renameColumn":
            self.emit(Kind.RENAME_COLUMN, call, table=table, column=column, new_name=plain_name(word(call.at(1))))
        elif call.name in ("setNullable", "dropNullable"):
            kind = Kind.DROP_NOT_NULL if call.name == "setNullable" else Kind.SET_NOT_NULL
            self.emit(kind, call, table=table, column=column)
        else:
            self.drop_key(call, table)

    def drop_columns(self, call: Call, table: str) -> None:
        columns = [column for value in call.arguments for column in words(value)] or [""]
        if call.name == "dropTimestamps":
            columns = ["created_at", "updated_at"]
        for place, column in enumerate(columns):
            name = plain_name(column)
            self.emit(Kind.DROP_COLUMN, call, same=place > 0, table=table, column=name, resolved=bool(name))

    def column(self, steps: Sequence[Call], table: str) -> None:
        """A new column, then its keys; with `alter()` the whole column said anew."""
        place, said = steps[-1], {step.name for step in steps}
        column = column_of(steps, self.dialect)
        bare = replace(column, references=None, is_unique=False)
        fields: dict[str, Any] = {"table": table, "resolved": bool(table and column.name)}
        if "alter" in said:
            self.emit(Kind.MODIFY_COLUMN, place, column=column.name, definition=column, **fields)
            return
        self.emit(Kind.ADD_COLUMN, place, column=column.name, definition=bare, **fields)
        if column.is_unique:
            constraint = Constraint(ConstraintKind.UNIQUE, (column.name,))
            self.emit(Kind.ADD_CONSTRAINT, place, constraint=constraint, options=("implied",), **fields)
        if column.references is not None:
            constraint = Constraint(ConstraintKind.FOREIGN, (column.name,), "", column.references)
            self.emit(Kind.ADD_CONSTRAINT, place, constraint=constraint, options=("implied",), **fields)
        if "index" in said:
            self.emit(Kind.CREATE_INDEX, place, index=Index((column.name,)), options=("implied",), **fields)

    def drop_key(self, call: Call, table: str) -> None:
        """`dropForeign`, `dropUnique` and `dropIndex` are given columns and, after them, a name."""
        kinds = {
            "dropForeign": ConstraintKind.FOREIGN,
            "dropPrimary": ConstraintKind.PRIMARY,
            "dropUnique": ConstraintKind.UNIQUE,
        }
        columns = tuple(plain_name(column) for column in words(call.at(0)))
        end = call.name.removeprefix("drop").lower()
        name = plain_name(word(call.at(1))) or "_".join([table, *columns, end])
        if call.name == "dropIndex":
            self.emit(Kind.DROP_INDEX, call, table=table, name=name, index=Index(columns))
        elif call.name in kinds or call.name == "dropChecks":
            kind = kinds.get(call.name, ConstraintKind.CHECK)
            self.emit(Kind.DROP_CONSTRAINT, call, table=table, name=name, constraint=Constraint(kind, columns, name))
        else:
            self.dynamic(call, f"{call.name} is no method of a table builder")


def chains_of(block: Block | None) -> list[list[Call]]:
    """The chains of calls in the closure that is given the table builder."""
    found = flatten(block.statements if block is not None else ())
    return [chain(value) for value in found if isinstance(value, Call) and value.name != "raise"]


def _constraint(steps: Sequence[Call], dialect: Dialect) -> Constraint | None:
    first = steps[0]
    columns = tuple(plain_name(column) for column in words(first.at(0)))
    options = first.at(1)
    name = plain_name(word(options.get("indexName")) if isinstance(options, dict) else word(options))
    if first.name == "unique":
        return Constraint(ConstraintKind.UNIQUE, columns, name)
    if first.name == "primary":
        return Constraint(ConstraintKind.PRIMARY, columns, name)
    if first.name == "foreign":
        return Constraint(ConstraintKind.FOREIGN, columns, name, references_of(steps))
    if first.name.startswith("check"):
        return check_of(word(first.at(0)) if first.name == "check" else "", "", dialect)
    return None


def _index(call: Call) -> Index:
    options = call.at(2)
    method = word(options.get("indexType", "")) if isinstance(options, dict) else word(options)
    is_unique = isinstance(options, dict) and options.get("storageEngineIndexType") == "unique"
    partial = isinstance(options, dict) and options.get("predicate") is not None
    columns = call.at(0)
    items = columns if isinstance(columns, list) else [columns]
    return Index(
        tuple(plain_name(word(item)) if isinstance(item, str) else "" for item in items),
        is_unique,
        method.lower(),
        partial,
    )


def _timestamps(call: Call) -> list[Column]:
    """`timestamps(useTimestamps, defaultToNow)`; with a default they are not null."""
    options = call.at(0)
    now = call.at(1) is True or (isinstance(options, dict) and options.get("defaultToNow") is True)
    default = DefaultKind.STABLE if now else DefaultKind.NONE
    return [
        Column(name, "timestamp with time zone", not now, default, "now()" if now else "")
        for name in ("created_at", "updated_at")
    ]


_TABLE_OPTIONS = frozenset(
    {"comment", "engine", "charset", "collate", "inherits", "queryContext", "specificType", "raise"}
)
