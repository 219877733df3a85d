"""What operations do to keys, constraints and indexes."""

from dataclasses import replace

from app.readiness.detectors.migrations.catalog.state import ColumnState, State, TableState
from app.readiness.detectors.migrations.model import Column, Constraint, ConstraintKind, Index, Op


def known_table(state: State, op: Op) -> TableState:
    """The table of the operation; one that was never seen made is entered with what is now known of it."""
    found = state.table(op.table)
    if found is None:
        found = state.tables[op.table] = TableState()
    return found


def keep_column_keys(table: TableState, name: str, column: Column) -> None:
    """The constraints that are written with a column, under the names PostgreSQL gives them."""
    if column.is_primary:
        table.constraints[f"{name}_pkey"] = Constraint(ConstraintKind.PRIMARY, (column.name,))
    if column.is_unique:
        table.constraints[f"{name}_{column.name}_key"] = Constraint(ConstraintKind.UNIQUE, (column.name,))
    if column.references:
        foreign = Constraint(ConstraintKind.FOREIGN, (column.name,), references=column.references)
        table.constraints[f"{name}_{column.name}_fkey"] = foreign
    if column.has_check:
        table.constraints[f"{name}_{column.name}_check"] = Constraint(ConstraintKind.CHECK, (column.name,))


_ENDINGS = {ConstraintKind.UNIQUE: "key", ConstraintKind.FOREIGN: "fkey", ConstraintKind.CHECK: "check"}


def keep_constraint(table: TableState, name: str, constraint: Constraint) -> None:
    if constraint.using_index and constraint.using_index in table.indexes:
        index = table.indexes.pop(constraint.using_index)
        constraint = replace(constraint, columns=index.columns)
    given = constraint.name
    if not given and constraint.kind is ConstraintKind.PRIMARY:
        given = f"{name}_pkey"
    given = given or "_".join((name, *constraint.columns, _ENDINGS.get(constraint.kind, "excl")))
    table.constraints[given] = constraint
    if constraint.kind is ConstraintKind.PRIMARY:
        for column in constraint.columns:
            if column in table.columns:
                table.columns[column].nullable = False


def add_constraint(state: State, op: Op, is_change: bool) -> None:
    if op.constraint is not None:
        table = known_table(state, op)
        keep_constraint(table, op.table, op.constraint)
        if op.constraint.kind is ConstraintKind.NOT_NULL:
            for column in op.constraint.columns:
                table.columns.setdefault(column, ColumnState()).nullable = False


def drop_constraint(state: State, op: Op, is_change: bool) -> None:
    table = known_table(state, op)
    if op.constraint is not None and op.constraint.kind is ConstraintKind.PRIMARY:
        kept = {name: one for name, one in table.constraints.items() if one.kind is not ConstraintKind.PRIMARY}
        table.constraints = kept
    else:
        table.constraints.pop(op.name, None)


def validate_constraint(state: State, op: Op, is_change: bool) -> None:
    table = known_table(state, op)
    if op.name in table.constraints:
        table.constraints[op.name] = replace(table.constraints[op.name], not_valid=False)


def rename_constraint(state: State, op: Op, is_change: bool) -> None:
    table = known_table(state, op)
    if op.name in table.constraints:
        table.constraints[op.new_name] = table.constraints.pop(op.name)


def create_index(state: State, op: Op, is_change: bool) -> None:
    index = op.index or Index()
    name = op.name or "_".join((op.table, *index.columns, "idx"))
    known_table(state, op).indexes[name] = index


def drop_index(state: State, op: Op, is_change: bool) -> None:
    owner = op.table or state.owner_of_index(op.name)
    table = state.table(owner)
    if table is not None:
        table.indexes.pop(op.name.rpartition(".")[2], None)


def rename_index(state: State, op: Op, is_change: bool) -> None:
    table = state.table(op.table or state.owner_of_index(op.name))
    if table is not None and op.name in table.indexes:
        table.indexes[op.new_name] = table.indexes.pop(op.name)
