"""Constraints on PostgreSQL."""

from collections.abc import Iterator

from app.readiness.detectors.migrations.catalog.types import take_apart
from app.readiness.detectors.migrations.judging.scene import Danger, Scene, is_in_transaction
from app.readiness.detectors.migrations.model import Constraint, ConstraintKind, Kind, Op

_CHECK_NAMES = ("check", "chk", "not_null", "notnull", "_null", "non_null", "presence")
_MANY = 2


def judge_add_constraint(op: Op, scene: Scene) -> Iterator[Danger]:
    constraint = op.constraint
    if constraint is None or not scene.is_in_use(op.table):
        return
    yield from judge_foreign_key_fit(op, scene, constraint)
    if constraint.not_valid:
        return
    named = f"`{constraint.name}` of `{op.table}`" if constraint.name else f"The constraint of `{op.table}`"
    if constraint.kind is ConstraintKind.FOREIGN:
        parent = constraint.references.table if constraint.references else "?"
        yield Danger("add-foreign-key", op, f"{named} refers to `{parent}`; both are locked for writes.", True)
    elif constraint.kind is ConstraintKind.CHECK:
        yield Danger("add-check-constraint", op, f"{named} is tested on every row.", True)
    elif constraint.kind is ConstraintKind.NOT_NULL:
        yield Danger("set-not-null", op, f"{named} is checked in every row.", True)
    elif constraint.kind is ConstraintKind.EXCLUDE:
        yield Danger("add-exclusion-constraint", op, f"{named} is built at once.")
    elif constraint.kind is ConstraintKind.UNIQUE and not constraint.using_index:
        yield Danger("add-unique-constraint", op, f"{named} is built at once.")
    elif constraint.kind is ConstraintKind.PRIMARY:
        yield from _judge_primary(op, scene, constraint)


def _judge_primary(op: Op, scene: Scene, constraint: Constraint) -> Iterator[Danger]:
    if not constraint.using_index:
        yield Danger("add-primary-key", op, f"The index of `{op.table}` is built at once.")
        return
    table = scene.state.table(op.table)
    index = table.indexes.get(constraint.using_index) if table else None
    for name in index.columns if index and table else ():
        column = table.columns.get(name) if table else None
        if column is not None and column.nullable and column.type:
            yield Danger("add-primary-key", op, f"`{name}` may be null, so every row is checked after all.")
            return


def judge_foreign_key_fit(op: Op, scene: Scene, constraint: Constraint) -> Iterator[Danger]:
    """What the catalog knows of a foreign key: types that differ, no index on its columns."""
    table = scene.state.table(op.table)
    other = scene.state.table(constraint.references.table) if constraint.references else None
    if table is None or constraint.references is None or not constraint.columns:
        return
    keys = constraint.references.columns or (other.primary_key if other else ())
    for name, key in zip(constraint.columns, keys, strict=False):
        column, target = table.columns.get(name), other.columns.get(key) if other else None
        if column and target and column.type and target.type and _differ(column.type, target.type):
            words = f"`{op.table}.{name}` is `{column.type}`, `{constraint.references.table}.{key}` is `{target.type}`."
            yield Danger("foreign-key-type-mismatch", op, words)
    if table.is_whole and not table.leads_index(constraint.columns) and not _is_indexed_later(op, scene, constraint):
        yield Danger(
            "foreign-key-without-index", op, f"`{op.table}` has no index on `{'`, `'.join(constraint.columns)}`."
        )


_COUNTING = {
    "serial": "integer",
    "bigserial": "bigint",
    "smallserial": "smallint",
    "serial8": "bigint",
    "serial4": "integer",
}


def _differ(one: str, other: str) -> bool:
    names = [take_apart(text).name for text in (one, other)]
    first, second = (_COUNTING.get(name, name) for name in names)
    return first != second and {first, second} != {"varchar", "text"}


def _is_indexed_later(op: Op, scene: Scene, constraint: Constraint) -> bool:
    size = len(constraint.columns)
    return any(
        other.table == op.table and other.index is not None and other.index.columns[:size] == constraint.columns
        for other in scene.later(Kind.CREATE_INDEX)
    )


def judge_validate(op: Op, scene: Scene) -> Iterator[Danger]:
    """In the transaction of the ALTER TABLE that added it, its lock is still held."""
    if not is_in_transaction(op) or not scene.is_in_use(op.table):
        return
    added = scene.earlier(Kind.ADD_CONSTRAINT)
    if any(scene.commits_with(op, other) and other.table == op.table for other in added):
        yield Danger("validate-in-same-transaction", op, f"`{op.name}` is added in the same transaction.")


def judge_drop_constraint(op: Op, scene: Scene) -> Iterator[Danger]:
    """A check may go: nothing that runs relies on being refused."""
    if not scene.is_in_use(op.table):
        return
    table = scene.state.table(op.table)
    known = table.constraints.get(op.name) if table else None
    kind = known.kind if known else op.constraint.kind if op.constraint else ConstraintKind.UNKNOWN
    if kind in (ConstraintKind.CHECK, ConstraintKind.NOT_NULL):
        return
    if kind is ConstraintKind.PRIMARY:
        yield Danger("drop-primary-key", op, f"`{op.table}` has no primary key from now on.")
    elif kind is not ConstraintKind.UNKNOWN or not any(word in op.name for word in _CHECK_NAMES):
        yield Danger("drop-constraint", op, f"`{op.name}` of `{op.table}` guarantees nothing from now on.")


def judge_new_foreign_keys(op: Op, scene: Scene) -> Iterator[Danger]:
    """A new table locks each table it refers to."""
    keys = [one.references.table for one in op.constraints if one.references is not None]
    keys += [one.references.table for one in op.columns if one.references is not None]
    busy = sorted({table for table in keys if table != op.table and scene.is_in_use(table)})
    if len(busy) >= _MANY and scene.migration.tool == "rails":
        yield Danger("multiple-foreign-keys", op, f"It refers to `{'`, `'.join(busy)}`.")


def judge_domain(op: Op, scene: Scene) -> Iterator[Danger]:
    """A domain that this change made is used by nobody."""
    words = " ".join(op.options)
    is_constrained = words.startswith(("add", "set not null")) and "not valid" not in words
    if op.object == "domain" and is_constrained and not scene.state.types.get(op.name):
        yield Danger("add-domain-constraint", op, f"Every column of `{op.name}` is checked.")


def judge_new_domain(op: Op, scene: Scene) -> Iterator[Danger]:
    if op.object == "domain" and not {"check", "not", "constraint"}.isdisjoint(op.options):
        words = f"To change the constraint of `{op.name}` later, every table that uses it is read under a lock."
        yield Danger("add-domain-constraint", op, words)
