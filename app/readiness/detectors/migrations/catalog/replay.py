"""Operations applied to the schema, one after the other."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from app.readiness.detectors.migrations.catalog.keys import (
    add_constraint,
    create_index,
    drop_constraint,
    drop_index,
    keep_column_keys,
    keep_constraint,
    known_table,
    rename_constraint,
    rename_index,
    validate_constraint,
)
from app.readiness.detectors.migrations.catalog.state import ColumnState, State, TableState
from app.readiness.detectors.migrations.model import (
    DefaultKind,
    Direction,
    Index,
    Kind,
    Op,
)


def replay(state: State, ops: Iterable[Op], *, is_change: bool) -> None:
    """Applies what the operations do on the way up; is_change: they are of the change that is judged."""
    for op in ops:
        if op.direction is Direction.UP:
            apply(state, op, is_change=is_change)


def apply(state: State, op: Op, *, is_change: bool) -> None:
    """One operation; what it refers to need not be known."""
    act = _ACTS.get(op.kind)
    if act is not None and op.resolved:
        act(state, op, is_change)


def _create_table(state: State, op: Op, is_change: bool) -> None:
    if op.if_not_exists and state.table(op.table) is not None:
        return
    table = TableState(
        columns={column.name: ColumnState.of(column, is_new=is_change) for column in op.columns},
        is_new=is_change and op.table not in state.dropped,
        is_whole=bool(op.columns),
        is_temporary=op.temporary,
        is_partitioned="partitioned" in op.options,
        is_partition_of=op.name,
    )
    state.tables[op.table] = table
    for column in op.columns:
        keep_column_keys(table, op.table, column)
    for constraint in op.constraints:
        keep_constraint(table, op.table, constraint)


def _drop_table(state: State, op: Op, is_change: bool) -> None:
    found = state.table(op.table)
    if is_change and not (found and found.is_new):
        state.dropped.add(op.table)
    state.tables.pop(op.table, None)


def _rename_table(state: State, op: Op, is_change: bool) -> None:
    found = state.table(op.table)
    state.tables.pop(op.table, None)
    new = op.new_name
    if op.kind is Kind.MOVE_SCHEMA:
        new = f"{op.new_name}.{op.table.rpartition('.')[2]}"
    elif "." in op.table and "." not in new:
        new = f"{op.table.rpartition('.')[0]}.{new}"
    state.tables[new] = found or TableState()
    if is_change and not (found and found.is_new):
        state.dropped.add(op.table)


def _add_column(state: State, op: Op, is_change: bool) -> None:
    table = known_table(state, op)
    if op.definition is None or (op.if_not_exists and op.column in table.columns):
        return
    table.columns[op.column] = ColumnState.of(op.definition, is_new=is_change)
    keep_column_keys(table, op.table, op.definition)


def _drop_column(state: State, op: Op, is_change: bool) -> None:
    table = known_table(state, op)
    table.columns.pop(op.column, None)
    table.constraints = {name: one for name, one in table.constraints.items() if op.column not in one.columns}
    table.indexes = {name: one for name, one in table.indexes.items() if op.column not in one.columns}


def _rename_column(state: State, op: Op, is_change: bool) -> None:
    table = known_table(state, op)
    names = {op.column: op.new_name}
    table.columns = {names.get(name, name): one for name, one in table.columns.items()}

    def renamed(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.get(name, name) for name in columns)

    table.constraints = {name: replace(one, columns=renamed(one.columns)) for name, one in table.constraints.items()}
    table.indexes = {name: replace(one, columns=renamed(one.columns)) for name, one in table.indexes.items()}


def _column(state: State, op: Op) -> ColumnState:
    table = known_table(state, op)
    return table.columns.setdefault(op.column, ColumnState())


def _alter_type(state: State, op: Op, is_change: bool) -> None:
    _column(state, op).type = op.new_type


def _modify_column(state: State, op: Op, is_change: bool) -> None:
    table = known_table(state, op)
    if op.definition is not None:
        before = table.columns.get(op.column)
        now = table.columns[op.column] = ColumnState.of(op.definition, is_new=bool(before and before.is_new))
        now.type = now.type or (before.type if before else "")
        keep_column_keys(table, op.table, op.definition)
        if "indexed" in op.options and not table.leads_index((op.column,)):
            table.indexes[f"{op.table}_{op.column}_idx"] = Index((op.column,))


def _set_nullable(state: State, op: Op, is_change: bool) -> None:
    _column(state, op).nullable = op.kind is Kind.DROP_NOT_NULL


def _set_default(state: State, op: Op, is_change: bool) -> None:
    column = _column(state, op)
    column.default = DefaultKind.NONE if op.kind is Kind.DROP_DEFAULT else op.default
    column.default_text = op.value


def _attach(state: State, op: Op, is_change: bool) -> None:
    known_table(state, op).is_partitioned = True
    child = state.table(op.name)
    if child is not None:
        child.is_partition_of = op.table if op.kind is Kind.ATTACH_PARTITION else ""


def _object(state: State, op: Op, is_change: bool) -> None:
    homes = {
        "view": state.views,
        "materialized view": state.views,
        "type": state.types,
        "domain": state.types,
        "function": state.functions,
        "procedure": state.functions,
        "trigger": state.functions,
    }
    home = homes.get(op.object)
    if home is None:
        return
    if op.kind is Kind.DROP_OBJECT:
        home.pop(op.name, None)
    elif op.kind is Kind.RENAME_OBJECT and op.name in home:
        home[op.new_name] = home.pop(op.name)
    elif op.kind is Kind.CREATE_OBJECT and op.name not in home:
        home[op.name] = is_change


_ACTS: Mapping[Kind, Callable[[State, Op, bool], None]] = {
    Kind.CREATE_TABLE: _create_table,
    Kind.DROP_TABLE: _drop_table,
    Kind.RENAME_TABLE: _rename_table,
    Kind.MOVE_SCHEMA: _rename_table,
    Kind.ADD_COLUMN: _add_column,
    Kind.DROP_COLUMN: _drop_column,
    Kind.RENAME_COLUMN: _rename_column,
    Kind.ALTER_TYPE: _alter_type,
    Kind.MODIFY_COLUMN: _modify_column,
    Kind.SET_NOT_NULL: _set_nullable,
    Kind.DROP_NOT_NULL: _set_nullable,
    Kind.SET_DEFAULT: _set_default,
    Kind.DROP_DEFAULT: _set_default,
    Kind.ADD_CONSTRAINT: add_constraint,
    Kind.DROP_CONSTRAINT: drop_constraint,
    Kind.VALIDATE_CONSTRAINT: validate_constraint,
    Kind.RENAME_CONSTRAINT: rename_constraint,
    Kind.CREATE_INDEX: create_index,
    Kind.DROP_INDEX: drop_index,
    Kind.RENAME_INDEX: rename_index,
    Kind.ATTACH_PARTITION: _attach,
    Kind.DETACH_PARTITION: _attach,
    Kind.CREATE_OBJECT: _object,
    Kind.DROP_OBJECT: _object,
    Kind.RENAME_OBJECT: _object,
}
