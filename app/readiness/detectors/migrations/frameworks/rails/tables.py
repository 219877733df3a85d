"""What stands in the blocks of `create_table` and `change_table`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.readiness.detectors.migrations.frameworks.rails.columns import (
    INDEXED_REFERENCES,
    TYPES,
    column_of,
    foreign_key,
    index_of,
    reference_columns,
    reference_key,
)
from app.readiness.detectors.migrations.frameworks.sql_pieces import check_of
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Name, Value, flatten, word
from app.readiness.detectors.migrations.model import Column, Constraint, ConstraintKind, Dialect, Index

# What a call on the table becomes at the top: `t.remove :a` is `remove_columns table, :a`.
RENAMED: Mapping[str, str] = {
    "remove": "remove_columns", "remove_column": "remove_columns", "rename": "rename_column", "change": "change_column",
    "change_default": "change_column_default", "change_null": "change_column_null", "index": "add_index",
    "remove_index": "remove_index", "rename_index": "rename_index", "remove_references": "remove_reference",
    "remove_belongs_to": "remove_reference", "remove_timestamps": "remove_timestamps", "timestamps": "add_timestamps",
    "foreign_key": "add_foreign_key", "remove_foreign_key": "remove_foreign_key",
    "check_constraint": "add_check_constraint",
    "remove_check_constraint": "remove_check_constraint", "exclusion_constraint": "add_exclusion_constraint",
    "remove_exclusion_constraint": "remove_exclusion_constraint", "unique_constraint": "add_unique_constraint",
    "remove_unique_constraint": "remove_unique_constraint", "references": "add_reference",
    "belongs_to": "add_reference",
    "change_comment": "change_column_comment", "column": "add_column", "remove_column_default": "change_column_default",
}  # fmt: skip


class NewTable:
    """Columns, constraints and indexes of a table that is being made; is_known: whether all of its block was read."""

    def __init__(self, dialect: Dialect, version: float) -> None:
        self.dialect = dialect
        self.version = version
        self.columns: list[Column] = []
        self.constraints: list[Constraint] = []
        self.indexes: list[tuple[Index, str]] = []
        self.is_known = True

    def read(self, values: Iterable[Value]) -> None:
        for value in flatten(list(values)):
            if isinstance(value, Call):
                self.take(value)

    def take(self, call: Call) -> None:
        read = _PARTS.get(call.name)
        if read is not None:
            read(self, call)
        elif call.name in _CONSTRAINTS:
            self.constraints.append(self.constraint(call))
        elif call.name in TYPES:
            for given in call.arguments:
                if not isinstance(given, dict):
                    self.column(given, call.name, call.options)
        elif isinstance(call.receiver, Name) and call.name not in _QUIET:
            self.is_known = False

    def references(self, call: Call) -> None:
        for given in call.arguments:
            if not isinstance(given, dict):
                self.reference(word(given).lower(), call.options)

    def timestamps(self, call: Call) -> None:
        options = {**call.options, "null": call.options.get("null", False)}
        for column in ("created_at", "updated_at"):
            self.add(column_of(column, "datetime", options, self.dialect, self.version))

    def typed(self, call: Call) -> None:
        self.column(call.at(0), call.at(1, "type"), call.options)

    def key(self, call: Call) -> None:
        self.add(column_of(call.at(0), "primary_key", call.options, self.dialect, self.version))

    def index(self, call: Call) -> None:
        self.indexes.append((index_of(call.at(0), call.options), word(call.options.get("name")).lower()))

    def foreign_key(self, call: Call) -> None:
        self.constraints.append(foreign_key(call.at(0), call.options))

    def constraint(self, call: Call) -> Constraint:
        kind, name = _CONSTRAINTS[call.name], word(call.options.get("name")).lower()
        if kind is ConstraintKind.CHECK:
            return check_of(word(call.at(0)), name, self.dialect)
        return Constraint(kind, index_of(call.at(0), {}).columns if kind is ConstraintKind.UNIQUE else (), name)

    def column(self, name: Value, kind: Value, options: Mapping[str, Value]) -> None:
        column = column_of(name, kind, options, self.dialect, self.version)
        self.add(column)
        wanted = options.get("index")
        if wanted is True or isinstance(wanted, dict):
            self.indexes.append((index_of(column.name, wanted if isinstance(wanted, dict) else {}), ""))

    def reference(self, name: str, options: Mapping[str, Value]) -> None:
        columns = reference_columns(name, options, self.dialect, self.version)
        for column in columns:
            self.add(column)
        key = reference_key(name, options)
        if key is not None:
            self.constraints.append(key)
        wanted = options.get("index", self.version >= INDEXED_REFERENCES)
        if wanted is not False:
            names = tuple(column.name for column in columns)
            self.indexes.append((index_of(list(names), wanted if isinstance(wanted, dict) else {}), ""))

    def add(self, column: Column) -> None:
        self.columns.append(column)


_PARTS: Mapping[str, Callable[[Any, Call], None]] = {
    "references": NewTable.references, "belongs_to": NewTable.references, "timestamps": NewTable.timestamps,
    "column": NewTable.typed, "primary_key": NewTable.key, "index": NewTable.index, "foreign_key": NewTable.foreign_key,
}  # fmt: skip
_CONSTRAINTS = {
    "check_constraint": ConstraintKind.CHECK, "unique_constraint": ConstraintKind.UNIQUE,
    "exclusion_constraint": ConstraintKind.EXCLUDE,
}  # fmt: skip
_QUIET = frozenset({"comment", "set_encoding"})


def rewritten(call: Call, table: str) -> Call:
    """A call on the table of `change_table` as the call at the top that does the same."""
    name = RENAMED.get(call.name)
    arguments: tuple[Any, ...] = (table, *call.arguments)
    options = dict(call.options)
    if name is None and call.name in TYPES:
        name, options = "add_columns", {**options, "type": call.name}
    return Call(name or call.name, None, arguments, options, call.block, call.line, call.end_line)


def id_column(call: Call, dialect: Dialect, version: float) -> Column | None:
    """The key that `create_table` makes unless it is told not to."""
    given = call.options.get("id")
    if given is False or isinstance(call.options.get("primary_key"), list):
        return None
    inner: Mapping[str, Value] = given if isinstance(given, dict) else {"default": call.options.get("default")}
    name = call.options.get("primary_key", "id")
    kind = inner.get("type", given if isinstance(given, str) and given != "primary_key" else "primary_key")
    return column_of(word(name) or "id", kind, {**inner, "primary_key": True, "null": False}, dialect, version)
