"""Indexes on PostgreSQL."""

from collections.abc import Iterator

from app.readiness.detectors.migrations.judging.scene import Danger, Scene, is_in_transaction
from app.readiness.detectors.migrations.model import Kind, Op

_WIDE = 3


def judge_create_index(op: Op, scene: Scene) -> Iterator[Danger]:
    table = scene.state.table(op.table)
    is_parent = table is not None and table.is_partitioned
    if not scene.is_in_use(op.table):
        if op.concurrent:
            yield from _judge_transaction(op)
        return
    if op.concurrent and is_parent:
        yield Danger("concurrent-index-on-partitioned-table", op, f"`{op.table}` is partitioned.")
    elif op.concurrent:
        yield from _judge_transaction(op)
    elif not (op.index and op.index.only):
        parent = (
            " It is partitioned, so all its partitions are locked until the last index is built." if is_parent else ""
        )
        yield Danger(
            "create-index",
            op,
            f"`{op.table}` was there before this change.{parent}",
            not is_parent and not is_in_transaction(op),
        )
    if (
        scene.migration.tool in ("rails", "ecto")
        and op.index
        and len(op.index.columns) > _WIDE
        and not op.index.is_unique
    ):
        yield Danger("wide-index", op, f"It has {len(op.index.columns)} columns.")


def _judge_transaction(op: Op) -> Iterator[Danger]:
    if is_in_transaction(op):
        yield Danger("concurrently-in-transaction", op, "The migration runs in a transaction.")


def judge_drop_index(op: Op, scene: Scene) -> Iterator[Danger]:
    owner = op.table or scene.state.owner_of_index(op.name)
    if op.concurrent:
        yield from _judge_transaction(op)
    elif not owner or scene.is_in_use(owner):
        again = any(other.table == owner for other in scene.later(Kind.CREATE_INDEX))
        words = " It is built again only after, so queries are slow in between." if again else ""
        yield Danger("drop-index", op, f"`{op.name}` may be in use.{words}", not is_in_transaction(op))


def judge_reindex(op: Op, scene: Scene) -> Iterator[Danger]:
    if op.concurrent:
        yield from _judge_transaction(op)
    elif not (op.table and not scene.is_in_use(op.table)):
        yield Danger("reindex", op, f"`{op.name or op.table}` is built anew.", not is_in_transaction(op))


def judge_attach(op: Op, scene: Scene) -> Iterator[Danger]:
    """A child that is new is empty; one with a check that is validated is believed."""
    child = scene.state.table(op.name)
    is_proved = child is not None and any(
        one.kind == "check" and not one.not_valid for one in child.constraints.values()
    )
    if scene.is_in_use(op.name) and not is_proved:
        yield Danger("attach-partition", op, f"All rows of `{op.name}` are checked.")


def judge_detach(op: Op, scene: Scene) -> Iterator[Danger]:
    if op.concurrent:
        yield from _judge_transaction(op)
    elif scene.is_in_use(op.table):
        yield Danger("detach-partition", op, f"`{op.table}` and `{op.name}` are locked.")


def judge_no_inherit(op: Op, scene: Scene) -> Iterator[Danger]:
    if scene.is_in_use(op.table):
        yield Danger("no-inherit", op, f"Queries of `{op.name}` lose the rows of `{op.table}`.")
