"""Objects and whole tables on PostgreSQL."""

from collections.abc import Iterator

from app.readiness.detectors.migrations.judging.scene import Danger, Scene, is_in_transaction
from app.readiness.detectors.migrations.model import Kind, Op

_DROPPED = {
    "schema": "drop-schema",
    "database": "drop-database",
    "extension": "drop-extension",
    "type": "drop-type",
    "domain": "drop-domain",
    "sequence": "drop-sequence",
    "function": "drop-function",
    "procedure": "drop-function",
    "routine": "drop-function",
    "aggregate": "drop-function",
    "view": "drop-view",
    "materialized view": "drop-view",
    "owned": "drop-owned",
    "trigger": "drop-trigger",
    "rule": "drop-trigger",
    "policy": "drop-policy",
}
_TABLE_OPTIONS = {
    "set-logged": "set-logged",
    "set-unlogged": "set-logged",
    "set-tablespace": "set-tablespace",
    "set-access-method": "set-tablespace",
    "with-oids": "rebuild-table",
    "enable-row-level-security": "row-level-security",
    "disable-row-level-security": "row-level-security",
    "force-row-level-security": "row-level-security",
    "disable-rule": "disable-trigger",
}
_MILD_LOCKS = ("access share", "row share", "row exclusive")


def judge_drop_object(op: Op, scene: Scene) -> Iterator[Danger]:
    """What is made again in the same migration is replaced, not dropped."""
    hazard = _DROPPED.get(op.object)
    if hazard is None or _is_replaced(op, scene) or _is_own(op, scene):
        return
    yield Danger(hazard, op, f"The {op.object} `{op.name}` may be in use.")


def _is_replaced(op: Op, scene: Scene) -> bool:
    return any(
        other.object == op.object and other.name == op.name and other.table == op.table
        for other in scene.later(Kind.CREATE_OBJECT)
    ) and op.object not in ("schema", "database", "extension", "sequence")


def _is_own(op: Op, scene: Scene) -> bool:
    """Made by this change, or on a table that is."""
    state = scene.state
    homes = (state.views, state.types, state.functions)
    return any(home.get(op.name) for home in homes) or (bool(op.table) and not scene.is_in_use(op.table))


def judge_create_object(op: Op, scene: Scene) -> Iterator[Danger]:
    if (
        op.object in ("trigger", "rule")
        and op.table
        and scene.is_in_use(op.table)
        and op.table not in scene.state.views
    ):
        yield Danger("create-trigger", op, f"`{op.table}` was there before this change.")
    elif op.object == "policy" and scene.is_in_use(op.table):
        yield Danger("row-level-security", op, f"`{op.name}` changes which rows of `{op.table}` are seen.")


def judge_table_option(op: Op, scene: Scene) -> Iterator[Danger]:
    hazard = _TABLE_OPTIONS.get(op.name)
    if hazard and not (op.table and not scene.is_in_use(op.table)):
        yield Danger(hazard, op, f"`{op.table}`: {op.name.replace('-', ' ')}.")


def judge_vacuum(op: Op, scene: Scene) -> Iterator[Danger]:
    if "full" in op.options and not (op.table and not scene.is_in_use(op.table)):
        yield Danger("vacuum-full", op, f"`{op.table or 'every table'}` is written anew.")


def judge_cluster(op: Op, scene: Scene) -> Iterator[Danger]:
    if not (op.table and not scene.is_in_use(op.table)):
        yield Danger("cluster-table", op, f"`{op.table or 'every table'}` is written anew.")


def judge_refresh(op: Op, scene: Scene) -> Iterator[Danger]:
    if not op.concurrent and not scene.state.views.get(op.name):
        yield Danger("refresh-materialized-view", op, f"`{op.name}` is locked for readers.", True)


def judge_lock(op: Op, scene: Scene) -> Iterator[Danger]:
    mode = " ".join(op.options)
    is_mild = any(word in mode for word in _MILD_LOCKS) and "share row exclusive" not in mode
    if op.table and scene.is_in_use(op.table) and not is_mild:
        yield Danger("lock-table", op, f"`{op.table}` is locked.")


def judge_disable_trigger(op: Op, scene: Scene) -> Iterator[Danger]:
    if scene.is_in_use(op.table):
        yield Danger("disable-trigger", op, f"`{op.name}` of `{op.table}` is off.")


def judge_revoke(op: Op, scene: Scene) -> Iterator[Danger]:
    """Taking rights on what this change makes takes them from nobody."""
    if not any(other.name or other.table for other in scene.earlier(Kind.CREATE_TABLE, Kind.CREATE_OBJECT)):
        yield Danger("revoke", op)


def judge_enum_value(op: Op, scene: Scene) -> Iterator[Danger]:
    if not is_in_transaction(op) or scene.state.types.get(op.name):
        return
    if scene.is_before(12):
        yield Danger("enum-value-in-transaction", op, "Before PostgreSQL 12 it cannot be in a transaction.")
        return
    literal = f"'{op.value}'"
    others = scene.ops[scene.place + 1 :]
    if any(
        other.statement != op.statement and scene.commits_with(op, other) and literal in other.text for other in others
    ):
        yield Danger("enum-value-in-transaction", op, f"`{op.value}` is used in the same transaction.")
