"""Columns that a framework says anew as a whole, on PostgreSQL and SQLite: what differs from before decides."""

from collections.abc import Iterator

from app.readiness.detectors.migrations.catalog.state import ColumnState, TableState
from app.readiness.detectors.migrations.catalog.types import Cost, cost_of_change, is_narrower
from app.readiness.detectors.migrations.judging.scene import Danger, Scene
from app.readiness.detectors.migrations.model import Column, ConstraintKind, DefaultKind, Op


def judge_modified_column(op: Op, scene: Scene) -> Iterator[Danger]:
    new, table = op.definition, scene.state.table(op.table)
    if new is None or not scene.is_in_use(op.table) or scene.state.is_new_column(op.table, op.column):
        return
    old = scene.state.column(op.table, op.column)
    if table is None or old is None:
        yield from _judge_unknown(op, new)
        return
    yield from _judge_type(op, scene, old, new)
    where = f"`{op.table}.{op.column}`"
    if old.nullable and new.nullable is False and not new.is_primary:
        yield Danger("set-not-null", op, f"{where} is checked in every row.")
    if old.default is not DefaultKind.NONE and new.default is DefaultKind.NONE and new.nullable is False:
        yield Danger("drop-default", op, f"{where} has no default from now on.")
    yield from _judge_keys(op, new, table)


def _judge_unknown(op: Op, new: Column) -> Iterator[Danger]:
    """No migration shows what the column was."""
    where = f"`{op.table}.{op.column}`"
    words = f"{where} becomes `{new.type or 'what it says'}`, from a type that no migration shows."
    yield Danger("change-column-type", op, words)
    if new.nullable is False:
        yield Danger("set-not-null", op, f"{where} must be given from now on, if it did not have to before.")
    if new.is_unique:
        yield Danger(
            "add-unique-constraint", op, f"The index of {where} is built at once, if it was not unique before."
        )


def _judge_type(op: Op, scene: Scene, old: ColumnState, new: Column) -> Iterator[Danger]:
    """A type of the project's own is not known, and is taken to stay as it was."""
    if not new.type or (not old.type and new.references is not None):
        return
    cost = cost_of_change(old.type, new.type, scene.dialect)
    where = f"`{op.table}.{op.column}`"
    if "recreated" in op.options and old.type and old.type != new.type:
        yield Danger("drop-column", op, f"{where} is dropped and added anew, because its type or length is another.")
    elif cost is not Cost.FREE:
        narrower = " Values that do not fit make it fail." if old.type and is_narrower(old.type, new.type) else ""
        known = f"`{old.type}`" if old.type else "a type that no migration shows"
        yield Danger("change-column-type", op, f"{where} goes from {known} to `{new.type}`.{narrower}")


def _judge_keys(op: Op, new: Column, table: TableState) -> Iterator[Danger]:
    where = f"`{op.table}.{op.column}`"
    kinds = {one.kind for _, one in table.constraints_of(op.column) if one.columns == (op.column,)}
    is_unique_index = any(one.is_unique and one.columns == (op.column,) for _, one in table.indexes_of(op.column))
    if new.is_unique and not is_unique_index and not kinds & {ConstraintKind.UNIQUE, ConstraintKind.PRIMARY}:
        yield Danger("add-unique-constraint", op, f"The index of {where} is built at once.")
    if new.references is not None and ConstraintKind.FOREIGN not in kinds:
        words = f"{where} refers to `{new.references.table}`; both are locked for writes."
        yield Danger("add-foreign-key", op, words)
    if "indexed" in op.options and not table.leads_index((op.column,)):
        yield Danger("create-index", op, f"`{op.table}` was there before this change.")
