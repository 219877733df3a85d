"""What Active Record's methods do to tables, columns and indexes."""

from collections.abc import Mapping
from dataclasses import replace

from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.rails.columns import (
    call_type,
    column_of,
    default_of,
    index_of,
    is_concurrent,
    table_of,
    type_of,
)
from app.readiness.detectors.migrations.frameworks.rails.tables import NewTable, id_column, rewritten
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Call,
    Value,
    flatten,
    is_given,
    word,
)
from app.readiness.detectors.migrations.model import Column, DefaultKind, Dialect, Index, Kind
from app.readiness.formats.source import Source


class TableOperations(Lowering):
    """version: of the migration class; is_reversible: whether what was read so far in `change` can be undone."""

    def __init__(self, source: Source, dialect: Dialect, version: float) -> None:
        super().__init__(source, dialect)
        self.version = version
        self.is_reversible = True

    def create_table(self, call: Call) -> None:
        new = NewTable(self.dialect, self.version)
        key = id_column(call, self.dialect, self.version)
        if key is not None:
            new.add(key)
        if call.block is not None:
            new.read(call.block.statements)
        self._create(call, table_of(call.at(0)), new)

    def create_join_table(self, call: Call) -> None:
        new = NewTable(self.dialect, self.version)
        names = sorted(word(value) for value in call.arguments[:2])
        options = call.options.get("column_options")
        for name in names:
            column = column_of(f"{name.removesuffix('s')}_id", "bigint", {"null": False}, self.dialect, self.version)
            new.add(
                column
                if not isinstance(options, dict) or options.get("null") is not True
                else replace(column, nullable=True)
            )
        if call.block is not None:
            new.read(call.block.statements)
        self._create(call, table_of(call.options.get("table_name")) or "_".join(names), new)

    def _create(self, call: Call, table: str, new: NewTable) -> None:
        self.emit(
            Kind.CREATE_TABLE, call, table=table, columns=tuple(new.columns), constraints=tuple(new.constraints),
            forced=call.options.get("force") not in (None, False),
            if_not_exists=call.options.get("if_not_exists") is True,
            temporary=call.options.get("temporary") is True, note="" if new.is_known else "a part of it is computed",
        )  # fmt: skip
        for index, name in new.indexes:
            self.emit(Kind.CREATE_INDEX, call, table=table, index=index, name=name)

    def change_table(self, call: Call) -> None:
        table = table_of(call.at(0))
        for value in flatten(call.block.statements if call.block is not None else ()):
            if isinstance(value, Call) and value.name not in ("if", "unless"):
                self.read(rewritten(value, table))

    def drop_table(self, call: Call) -> None:
        names = [value for value in call.arguments if not isinstance(value, dict)]
        for name in names:
            cascade = word(call.options.get("force")) == "cascade"
            self.emit(
                Kind.DROP_TABLE,
                call,
                table=table_of(name),
                cascade=cascade,
                if_exists=call.options.get("if_exists") is True,
            )
        self.is_reversible = self.is_reversible and call.block is not None

    def drop_join_table(self, call: Call) -> None:
        names = sorted(word(value) for value in call.arguments[:2])
        self.emit(Kind.DROP_TABLE, call, table=table_of(call.options.get("table_name")) or "_".join(names))

    def rename_table(self, call: Call) -> None:
        self.emit(Kind.RENAME_TABLE, call, table=table_of(call.at(0)), new_name=table_of(call.at(1)))

    def add_column(self, call: Call) -> None:
        column = column_of(call.at(1), call.at(2, "type"), call.options, self.dialect, self.version)
        self.new_column(call, table_of(call.at(0)), column)

    def add_columns(self, call: Call) -> None:
        table = table_of(call.at(0))
        for name in call.arguments[1:]:
            if isinstance(name, dict):
                continue
            self.new_column(
                call, table, column_of(name, call.options.get("type"), call.options, self.dialect, self.version)
            )
            wanted = call.options.get("index")
            if wanted is True or isinstance(wanted, dict):
                self.new_index(call, table, index_of(name, wanted if isinstance(wanted, dict) else {}), wanted)

    def new_column(self, call: Call, table: str, column: Column) -> None:
        if_not_exists = call.options.get("if_not_exists") is True
        self.emit(
            Kind.ADD_COLUMN, call, table=table, column=column.name, definition=column, if_not_exists=if_not_exists,
            resolved=bool(table and column.name),
        )  # fmt: skip

    def new_index(self, call: Call, table: str, index: Index, wanted: Value) -> None:
        options = wanted if isinstance(wanted, dict) else {}
        self.emit(
            Kind.CREATE_INDEX, call, table=table, index=index, concurrent=is_concurrent(options), options=("implied",)
        )

    def remove_column(self, call: Call) -> None:
        self.drop(call, [call.at(1)])
        self.is_reversible = self.is_reversible and (is_given(call.at(2)) or "type" in call.options)

    def remove_columns(self, call: Call) -> None:
        self.drop(call, [value for value in call.arguments[1:] if not isinstance(value, dict)])
        self.is_reversible = self.is_reversible and "type" in call.options

    def drop(self, call: Call, names: list[Value]) -> None:
        table = table_of(call.at(0))
        flat = [item for name in names for item in (name if isinstance(name, list) else [name])]
        for place, name in enumerate(flat):
            if_exists = call.options.get("if_exists") is True
            column = word(name).lower()
            self.emit(
                Kind.DROP_COLUMN,
                call,
                same=place > 0,
                table=table,
                column=column,
                if_exists=if_exists,
                resolved=bool(table and column),
            )

    def rename_column(self, call: Call) -> None:
        old, new = word(call.at(1)).lower(), word(call.at(2)).lower()
        self.emit(Kind.RENAME_COLUMN, call, table=table_of(call.at(0)), column=old, new_name=new)

    def change_column(self, call: Call) -> None:
        table, column, options = table_of(call.at(0)), word(call.at(1)).lower(), call.options
        self.is_reversible = False
        if self.dialect.is_mysql:
            definition = column_of(column, call_type(call, 2), options, self.dialect, self.version)
            definition = definition if "null" in options else replace(definition, nullable=None)
            self.emit(Kind.MODIFY_COLUMN, call, table=table, column=column, definition=definition)
            return
        new_type = type_of(call_type(call, 2), options, self.dialect, self.version)
        self.emit(
            Kind.ALTER_TYPE,
            call,
            table=table,
            column=column,
            new_type=new_type,
            using=word(options.get("using", "")).lower(),
        )
        if "default" in options:
            self._default(call, table, column, options["default"], same=True)
        if "null" in options:
            kind = Kind.SET_NOT_NULL if options["null"] is False else Kind.DROP_NOT_NULL
            self.emit(kind, call, same=True, table=table, column=column)

    def change_column_null(self, call: Call) -> None:
        """A fourth argument is written to the rows that have none, before the constraint."""
        table, column = table_of(call.at(0)), word(call.at(1)).lower()
        if is_given(call.at(3)) and call.at(3) is not None:
            self.emit(Kind.UPDATE, call, table=table, has_where=True, options=("implied",))
        self.emit(Kind.SET_NOT_NULL if call.at(2) is False else Kind.DROP_NOT_NULL, call, table=table, column=column)

    def change_column_default(self, call: Call) -> None:
        table, column = table_of(call.at(0)), word(call.at(1)).lower()
        value = call.options["to"] if "to" in call.options else call.at(2)
        self.is_reversible = self.is_reversible and "to" in call.options
        self._default(call, table, column, None if isinstance(value, dict) and not is_given(call.at(2)) else value)

    def _default(self, call: Call, table: str, column: str, value: Value, *, same: bool = False) -> None:
        kind, _ = default_of(value, self.dialect)
        what = Kind.DROP_DEFAULT if kind is DefaultKind.NONE else Kind.SET_DEFAULT
        self.emit(what, call, same=same, table=table, column=column, default=kind)

    def add_timestamps(self, call: Call) -> None:
        options: Mapping[str, Value] = {**call.options, "null": call.options.get("null", False)}
        for place, name in enumerate(("created_at", "updated_at")):
            column = column_of(name, "datetime", options, self.dialect, self.version)
            self.emit(Kind.ADD_COLUMN, call, same=place > 0, table=table_of(call.at(0)), column=name, definition=column)

    def remove_timestamps(self, call: Call) -> None:
        self.drop(call, ["created_at", "updated_at"])

    def comment(self, call: Call) -> None:
        self.emit(Kind.COMMENT, call, table=table_of(call.at(0)))
