"""Columns on PostgreSQL."""

import re
from collections.abc import Iterator

from app.readiness.detectors.migrations.catalog.types import Cost, cost_of_change, is_narrower
from app.readiness.detectors.migrations.judging.compatibility import judge_set_not_null_column
from app.readiness.detectors.migrations.judging.scene import Danger, Scene
from app.readiness.detectors.migrations.model import ConstraintKind, DefaultKind, Op
from app.readiness.detectors.migrations.sql.constraints import null_checked_columns

_FIRST_WITH_DEFAULTS = 11
_FIRST_WITH_CHECKED_NULLS = 12


def judge_add_column(op: Op, scene: Scene) -> Iterator[Danger]:
    column = op.definition
    if column is None or not scene.is_in_use(op.table):
        return
    where = f"`{op.table}.{op.column}`"
    yield from judge_set_not_null_column(op, scene)
    if column.identity:
        yield Danger("add-serial-column", op, f"{where} is a `{column.type}` that counts.")
    elif column.generated == "stored":
        yield Danger("add-generated-column", op, f"{where} is computed and stored for every row.")
    elif column.default is DefaultKind.VOLATILE:
        yield Danger("add-column-volatile-default", op, f"{where} gets `{column.default_text[:80]}`.")
    elif column.default is not DefaultKind.NONE and scene.is_before(_FIRST_WITH_DEFAULTS):
        yield Danger("add-column-default", op, f"{where} gets `{column.default_text[:80]}`.")
    if column.type in ("json", "json[]"):
        yield Danger("add-json-column", op, f"{where} is `json`.", True)
    yield from _judge_keys(op, scene)


def _judge_keys(op: Op, scene: Scene) -> Iterator[Danger]:
    """Constraints that are written with the column."""
    column, where = op.definition, f"`{op.table}.{op.column}`"
    if column is None:
        return
    if column.is_primary:
        yield Danger("add-primary-key", op, f"The index of {where} is built at once.")
    if column.is_unique:
        yield Danger("add-unique-constraint", op, f"The index of {where} is built at once.")
    if column.has_check:
        yield Danger("add-check-constraint", op, f"The check of {where} is tested on every row.")
    if column.references is not None:
        parent = column.references.table
        words = f"{where} refers to `{parent}`, which is locked for writes; no row is looked up while all are null."
        yield Danger("add-foreign-key", op, words)
    if scene.migration.tool == "rails" and op.column == "type" and column.type.startswith(("varchar", "text")):
        yield Danger("add-sti-column", op, f"{where} is what Active Record takes for the class.")


def judge_alter_type(op: Op, scene: Scene) -> Iterator[Danger]:
    if not scene.is_in_use(op.table):
        return
    column = scene.state.column(op.table, op.column)
    old = op.old_type or (column.type if column else "")
    is_cast = not op.using or _is_plain_cast(op)
    has_collation = any(option.startswith("collate=") for option in op.options)
    cost = cost_of_change(old, op.new_type, scene.dialect) if is_cast and not has_collation else Cost.REWRITE
    if cost is Cost.FREE:
        if _is_checked(op, scene):
            words = (
                f"`{op.table}.{op.column}` keeps its rows as they are, but a check on it is tested on every row again."
            )
            yield Danger("change-column-type", op, words)
        return
    narrower = " Values that do not fit make it fail." if old and is_narrower(old, op.new_type) else ""
    known = f"from `{old}` " if old else "from a type that no migration shows "
    more = {
        Cost.INDEX: " Rows stay as they are; the indexes of the column are built anew.",
        Cost.UNKNOWN: " It is free only if the old type is a shorter varchar or the like.",
    }.get(cost, "")
    yield Danger("change-column-type", op, f"`{op.table}.{op.column}` goes {known}to `{op.new_type}`.{narrower}{more}")


def _is_checked(op: Op, scene: Scene) -> bool:
    """PostgreSQL makes the checks of a column anew with its type, and tests them."""
    table = scene.state.table(op.table)
    checks = [one for one in table.constraints.values() if one.kind is ConstraintKind.CHECK] if table else []
    return any(op.column in re.findall(r"\w+", one.expression) for one in checks)


def _is_plain_cast(op: Op) -> bool:
    """`column::type` and CAST(column AS type) are what the database would do by itself."""
    words = op.using.replace('"', "").replace(" ", "").lower().strip("()")
    return words == op.column or words.startswith((f"{op.column}::", f"cast({op.column}as"))


def judge_set_not_null(op: Op, scene: Scene) -> Iterator[Danger]:
    """No row is looked at where a check that is validated says so already, from PostgreSQL 12 on."""
    if not scene.is_in_use(op.table):
        return
    table = scene.state.table(op.table)
    if table is not None:
        column = table.columns.get(op.column)
        if column is not None and not column.nullable:
            return
        if not scene.is_before(_FIRST_WITH_CHECKED_NULLS) and any(
            one.kind is ConstraintKind.CHECK
            and not one.not_valid
            and op.column in (*one.columns, *null_checked_columns(one.expression))
            and "is not null" in one.expression
            for one in table.constraints.values()
        ):
            return
    yield Danger("set-not-null", op, f"`{op.table}.{op.column}` is checked in every row.")


def judge_identity(op: Op, scene: Scene) -> Iterator[Danger]:
    if scene.is_in_use(op.table):
        yield Danger("change-identity", op, f"`{op.table}.{op.column}` counts in another way.")
