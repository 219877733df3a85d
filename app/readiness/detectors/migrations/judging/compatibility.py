"""What breaks the version that is still running, on every database."""

from collections.abc import Iterator

from app.readiness.detectors.migrations.catalog.state import TableState
from app.readiness.detectors.migrations.judging.scene import Danger, Scene
from app.readiness.detectors.migrations.model import Dialect, Kind, Op

_NAMED = {
    "view": "rename-view",
    "materialized view": "rename-view",
    "schema": "rename-schema",
    "type": "rename-type",
    "domain": "rename-type",
}
_HARMLESS = frozenset(
    (
        "role",
        "user",
        "group",
        "policy",
        "trigger",
        "rule",
        "publication",
        "subscription",
        "statistics",
        "server",
        "tablespace",
        "database",
    )
)


def judge_drop_table(op: Op, scene: Scene) -> Iterator[Danger]:
    """Where SQLite builds a table anew, dropping the old copy drops nothing; what is left out of the new one is."""
    if op.temporary or not scene.is_in_use(op.table):
        return
    copy = _copy_of(op, scene)
    if copy:
        yield from _judge_copy(op, scene, copy)
    else:
        cascade = " CASCADE drops the views and foreign keys that refer to it as well." if op.cascade else ""
        yield Danger("drop-table", op, f"`{op.table}` was there before this change.{cascade}")


def _copy_of(op: Op, scene: Scene) -> str:
    """The table that takes the place of the one that is dropped, or ""."""
    if scene.dialect is not Dialect.SQLITE:
        return ""
    renames = (other for other in scene.later(Kind.RENAME_TABLE) if other.new_name == op.table)
    return next((other.table for other in renames if scene.state.is_new(other.table)), "")


def _judge_copy(op: Op, scene: Scene, copy: str) -> Iterator[Danger]:
    old, new = scene.state.table(op.table), scene.state.table(copy)
    if old is not None and new is not None and old.is_whole and new.is_whole:
        lost = [name for name in old.columns if name not in new.columns]
        if lost:
            yield Danger("recreate-table-loses-column", op, f"The new copy has no `{'`, `'.join(lost)}`.")
        yield from _judge_demands(op, scene, old, new, copy)
    is_off = any(
        one.name == "foreign_keys" and one.value in ("off", "0", "false", "no", "'off'")
        for one in scene.earlier(Kind.SET)
    )
    if not is_off and _is_parent(scene, op.table):
        yield Danger("recreate-table-cascade", op, f"Other tables refer to `{op.table}` with ON DELETE CASCADE.")


def _judge_demands(op: Op, scene: Scene, old: TableState, new: TableState, copy: str) -> Iterator[Danger]:
    """Columns that may not be null in the new copy: rows with null do not fit, unless they are filled on the way."""
    copied = " ".join(one.text.lower() for one in scene.earlier(Kind.INSERT) if one.table == copy)
    if "ifnull" in copied or "coalesce" in copied:
        return
    for name, column in new.columns.items():
        before = old.columns.get(name)
        if before is not None and before.nullable and not column.nullable:
            yield Danger("set-not-null", op, f"`{op.table}.{name}` may be null now, and not in the new copy.")


def _is_parent(scene: Scene, table: str) -> bool:
    return any(
        one.references is not None and one.references.table == table and one.references.on_delete == "cascade"
        for name, other in scene.state.tables.items()
        for one in other.constraints.values()
        if name != table
    )


def judge_drop_column(op: Op, scene: Scene) -> Iterator[Danger]:
    if scene.state.is_new_column(op.table, op.column):
        return
    table = scene.state.table(op.table)
    column = scene.state.column(op.table, op.column)
    demanded = column is not None and not column.nullable and not column.default_text and not column.identity
    detail = (
        " It must be given and has no default, so the old version cannot insert after a rollback either."
        if demanded
        else ""
    )
    yield Danger("drop-column", op, f"`{op.table}.{op.column}` was there before this change.{detail}")
    if table is not None:
        taken = [name for name, _ in (*table.constraints_of(op.column), *table.indexes_of(op.column))]
        if taken:
            yield Danger("drop-column-with-constraint", op, f"It takes `{'`, `'.join(taken)}` with it.")


def judge_rename_column(op: Op, scene: Scene) -> Iterator[Danger]:
    if not scene.state.is_new_column(op.table, op.column):
        yield Danger("rename-column", op, f"`{op.table}.{op.column}` becomes `{op.new_name}`.")


def judge_rename_table(op: Op, scene: Scene) -> Iterator[Danger]:
    """A view with the old name, made in the same transaction, keeps the running version going."""
    if not scene.is_in_use(op.table):
        return
    views = scene.later(Kind.CREATE_OBJECT)
    is_covered = any(view.object == "view" and view.name == op.table and scene.commits_with(op, view) for view in views)
    if not is_covered:
        yield Danger("rename-table", op, f"`{op.table}` becomes `{op.new_name}`.")


def judge_move_schema(op: Op, scene: Scene) -> Iterator[Danger]:
    if scene.is_in_use(op.table):
        yield Danger("set-schema", op, f"`{op.table}` moves to `{op.new_name}`.")


def judge_rename_object(op: Op, scene: Scene) -> Iterator[Danger]:
    if op.object in _HARMLESS or scene.state.views.get(op.name) or scene.state.types.get(op.name):
        return
    if "schema" in op.options:
        yield Danger("set-schema", op, f"The {op.object} `{op.name}` moves to `{op.new_name}`.")
    else:
        yield Danger(
            _NAMED.get(op.object, "rename-object"), op, f"The {op.object} `{op.name}` becomes `{op.new_name}`."
        )


def judge_rename_constraint(op: Op, scene: Scene) -> Iterator[Danger]:
    if scene.is_in_use(op.table):
        yield Danger("rename-constraint", op, f"`{op.name}` becomes `{op.new_name}`.")


def judge_rename_index(op: Op, scene: Scene) -> Iterator[Danger]:
    owner = op.table or scene.state.owner_of_index(op.name)
    if scene.is_in_use(owner):
        yield Danger("rename-index", op, f"`{op.name}` becomes `{op.new_name}`.")


def judge_rename_enum_value(op: Op, scene: Scene) -> Iterator[Danger]:
    if not scene.state.types.get(op.name):
        yield Danger("rename-enum-value", op, f"`{op.value}` of `{op.name}` becomes `{op.new_name}`.")


def judge_truncate(op: Op, scene: Scene) -> Iterator[Danger]:
    if scene.is_in_use(op.table):
        yield Danger("truncate-table", op, f"`{op.table}` loses all rows.")


def judge_create_table(op: Op, scene: Scene) -> Iterator[Danger]:
    if op.forced:
        yield Danger("create-table-force", op, f"A `{op.table}` that is there is dropped first.")


def judge_drop_default(op: Op, scene: Scene) -> Iterator[Danger]:
    """Fine where null may take the place of the default, or the table is new."""
    column = scene.state.column(op.table, op.column)
    if not scene.is_in_use(op.table) or (column is not None and column.nullable and column.type):
        return
    if any((one.table, one.column) == (op.table, op.column) for one in scene.later(Kind.SET_DEFAULT)):
        return
    if column is not None and column.is_new:
        if not column.nullable:
            words = f"`{op.table}.{op.column}` is new, must be given, and loses its default at once."
            yield Danger("add-not-null-column", op, words)
    elif scene.migration.tool != "rails" or column is not None:
        yield Danger("drop-default", op, f"`{op.table}.{op.column}` has no default from now on.")


def judge_set_not_null_column(op: Op, scene: Scene) -> Iterator[Danger]:
    """ADD COLUMN … NOT NULL without a default."""
    column = op.definition
    if column is None or column.nullable is not False or column.identity or column.generated:
        return
    has_default = column.default_text not in ("", "null")
    if not has_default and not _is_given_default(op, scene):
        yield Danger("add-not-null-column", op, f"`{op.table}.{op.column}` must be given and has no default.")


def _is_given_default(op: Op, scene: Scene) -> bool:
    """Whether the same statement goes on to set one."""
    return any(
        other.table == op.table and other.column == op.column and other.statement == op.statement
        for other in scene.later(Kind.SET_DEFAULT)
    )
