"""What waits behind a lock that an earlier statement of the same transaction still holds, on PostgreSQL."""

from collections.abc import Iterator

from app.readiness.detectors.migrations.judging.scene import Danger, Scene
from app.readiness.detectors.migrations.model import ConstraintKind, Kind, Op

_EXCLUSIVE = frozenset(
    {
        Kind.ADD_COLUMN,
        Kind.DROP_COLUMN,
        Kind.RENAME_COLUMN,
        Kind.ALTER_TYPE,
        Kind.SET_NOT_NULL,
        Kind.DROP_NOT_NULL,
        Kind.SET_DEFAULT,
        Kind.DROP_DEFAULT,
        Kind.ADD_CONSTRAINT,
        Kind.DROP_CONSTRAINT,
        Kind.DROP_TABLE,
        Kind.RENAME_TABLE,
        Kind.TRUNCATE,
        Kind.MOVE_SCHEMA,
    }
)
_FILES = frozenset(
    ("sql", "flyway", "goose", "dbmate", "sql-migrate", "sqlx", "prisma", "drizzle", "golang-migrate", "diesel",
     "refinery", "atlas")
)  # fmt: skip
"""Tools whose transaction is one file that a person wrote as one; frameworks write many small steps."""


def judge_lock_window(op: Op, scene: Scene) -> Iterator[Danger]:
    """A second table locked, or rows read, while a first table is locked against everybody."""
    if scene.migration.tool not in _FILES or not op.table or not scene.is_in_use(op.table):
        return
    if op.kind is Kind.SELECT:
        before = [one for one in scene.earlier(*_EXCLUSIVE) if _locks(one, scene) and _is_together(op, one, scene)]
        if before:
            words = f"`{before[0].table}` is locked from line {before[0].span.start_line} on."
            yield Danger("wide-lock-window", op, words)
    elif _locks(op, scene):
        held = [one for one in scene.earlier(*_EXCLUSIVE) if _locks(one, scene) and scene.commits_with(op, one)]
        tables = {one.table for one in held}
        # Said once, at the second table.
        if tables and op.table not in tables and len(tables) == 1:
            words = (
                f"`{held[0].table}` is locked from line {held[0].span.start_line} on, while `{op.table}` is waited for."
            )
            yield Danger("wide-lock-window", op, words)


def _is_together(op: Op, other: Op, scene: Scene) -> bool:
    """Of a plain file nobody knows whether its tool begins a transaction; many do."""
    return scene.commits_with(op, other) or (scene.migration.tool == "sql" and not any(scene.earlier(Kind.COMMIT)))


def _locks(op: Op, scene: Scene) -> bool:
    is_foreign = op.constraint is not None and op.constraint.kind is ConstraintKind.FOREIGN
    return op.kind in _EXCLUSIVE and bool(op.table) and not is_foreign and scene.is_in_use(op.table)
