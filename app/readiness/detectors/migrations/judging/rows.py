"""Rows and transactions, on every database."""

from collections.abc import Iterator

from app.readiness.detectors.migrations.judging.scene import Danger, Scene
from app.readiness.detectors.migrations.model import Dialect, Kind, Op, Transaction

_STRONG = frozenset(
    {
        Kind.ADD_COLUMN,
        Kind.DROP_COLUMN,
        Kind.RENAME_COLUMN,
        Kind.ALTER_TYPE,
        Kind.MODIFY_COLUMN,
        Kind.SET_NOT_NULL,
        Kind.DROP_NOT_NULL,
        Kind.SET_DEFAULT,
        Kind.DROP_DEFAULT,
        Kind.ADD_CONSTRAINT,
        Kind.DROP_CONSTRAINT,
        Kind.CREATE_INDEX,
        Kind.RENAME_TABLE,
    }
)
_WRAPPING = frozenset(
    ("goose", "dbmate", "sqlx", "flyway", "diesel", "refinery", "alembic", "django", "rails", "ecto", "knex", "typeorm",
     "laravel")
)  # fmt: skip


def judge_update(op: Op, scene: Scene) -> Iterator[Danger]:
    if not op.table or not scene.is_in_use(op.table):
        return
    if not op.has_where:
        hazard = "update-without-where" if op.kind is Kind.UPDATE else "delete-without-where"
        yield Danger(hazard, op, f"Every row of `{op.table}` is written.")
    mixed = list(judge_mixed(op, scene))
    yield from mixed
    if op.has_where and not mixed and "open" in op.options and scene.dialect is not Dialect.SQLITE:
        yield Danger("bulk-update", op, f"How many rows of `{op.table}` fit is not bounded.")


def judge_insert(op: Op, scene: Scene) -> Iterator[Danger]:
    if op.has_select and op.table and scene.is_in_use(op.table):
        yield from judge_mixed(op, scene)


def judge_mixed(op: Op, scene: Scene) -> Iterator[Danger]:
    changed = [other for other in scene.ops if other.kind in _STRONG and other.table == op.table]
    if changed:
        yield Danger(
            "backfill-with-schema-change", op, f"`{op.table}` is changed on line {changed[0].span.start_line}."
        )


def judge_begin(op: Op, scene: Scene) -> Iterator[Danger]:
    is_open = _is_open(scene)
    wraps = scene.migration.transaction is Transaction.IMPLICIT and scene.migration.tool in _WRAPPING
    if is_open or wraps:
        words = "The one before is still open." if is_open else f"{scene.migration.tool} has begun one already."
        yield Danger("transaction-nesting", op, words)
    elif not any(scene.later(Kind.COMMIT, Kind.ROLLBACK)):
        yield Danger("uncommitted-transaction", op, "No COMMIT follows.")


def judge_end(op: Op, scene: Scene) -> Iterator[Danger]:
    """What ends here was begun by the tool, or by nobody."""
    if not _is_open(scene):
        yield Danger("transaction-nesting", op, "It ends a transaction that the file did not begin.")


def _is_open(scene: Scene) -> bool:
    is_open = False
    for other in scene.earlier(Kind.BEGIN, Kind.COMMIT, Kind.ROLLBACK):
        is_open = other.kind is Kind.BEGIN
    return is_open
