"""MySQL and MariaDB with InnoDB."""

from collections.abc import Iterator

from app.readiness.detectors.migrations.catalog.types import Cost, cost_of_change, is_narrower, take_apart
from app.readiness.detectors.migrations.judging.compatibility import judge_set_not_null_column
from app.readiness.detectors.migrations.judging.scene import Danger, Scene
from app.readiness.detectors.migrations.model import Column, ConstraintKind, DefaultKind, Dialect, Kind, Op

_REBUILDING = frozenset(
    {"convert-charset", "engine", "row-format", "force", "order-by", "encryption", "set-tablespace"}
)
_INSTANT_ANYWHERE = (8, 0, 29)
_FIRST_INLINE_KEYS = (9,)
_COPIED = "the table is copied, and writes wait"


def judge_algorithm(op: Op, scene: Scene) -> Iterator[Danger]:
    """ALGORITHM and LOCK as they are written; said once for a statement."""
    is_first = not any(other.statement == op.statement for other in scene.ops[: scene.place])
    wanted = [one for one in op.options if one in ("algorithm=copy", "lock=shared", "lock=exclusive")]
    if wanted and is_first and scene.is_in_use(op.table):
        yield Danger("algorithm-copy", op, f"`{wanted[0]}` is asked for.")


def _is_promised(op: Op) -> bool:
    """The statement itself says that it fails rather than blocks."""
    return "algorithm=instant" in op.options or "lock=none" in op.options


def judge_add_column(op: Op, scene: Scene) -> Iterator[Danger]:
    column = op.definition
    if column is None or not scene.is_in_use(op.table):
        return
    where = f"`{op.table}.{op.column}`"
    yield from judge_set_not_null_column(op, scene)
    if column.references is not None and scene.is_before(*_FIRST_INLINE_KEYS) and scene.dialect is Dialect.MYSQL:
        yield Danger("inline-references-ignored", op, f"{where} refers to nothing.")
    if not _is_promised(op):
        yield from _judge_rebuild(op, scene, column, where)


def _judge_rebuild(op: Op, scene: Scene, column: Column, where: str) -> Iterator[Danger]:
    """What InnoDB cannot add at once."""
    if column.identity:
        yield Danger("add-serial-column", op, f"{where} counts by itself; the table is built anew.")
    elif column.generated == "stored":
        yield Danger("add-generated-column", op, f"{where} is computed and stored; {_COPIED}.")
    elif column.default is DefaultKind.VOLATILE:
        yield Danger("add-column-volatile-default", op, f"{where} gets `{column.default_text[:80]}`; {_COPIED}.")
    if column.first_or_after and scene.is_before(*_INSTANT_ANYWHERE) and scene.dialect is Dialect.MYSQL:
        yield Danger("add-column-position", op, f"{where} is not the last column.")
    if column.is_primary:
        yield Danger("add-primary-key", op, f"{where}: the table is built anew.")
    if column.is_unique:
        yield Danger("add-unique-constraint", op, f"{where}: duplicates make it fail.")
    if column.has_check:
        yield Danger("add-check-constraint", op, f"{where}: {_COPIED}.")


def judge_modify(op: Op, scene: Scene) -> Iterator[Danger]:
    """MODIFY and CHANGE say a column anew: what differs from before decides."""
    new = op.definition
    if new is None or not scene.is_in_use(op.table):
        return
    old = scene.state.column(op.table, op.column)
    where = f"`{op.table}.{op.column}`"
    if old is None or not old.type:
        words = f"{where} becomes `{op.new_type}`, from a type that no migration shows."
        if _is_renamed(op, scene) and _is_promised(op):
            return
        yield Danger("change-column-type", op, words)
        return
    yield from _judge_difference(op, scene, old.type, where)
    if old.nullable and new.nullable is False:
        yield Danger("set-not-null", op, f"{where} must be given from now on; the table is built anew.")
    if old.default is not DefaultKind.NONE and new.default is DefaultKind.NONE and new.nullable is False:
        yield Danger("drop-default", op, f"{where} loses its default.")
    if new.collation and old.collation and new.collation != old.collation:
        yield Danger("change-column-collation", op, f"{where}: `{old.collation}` becomes `{new.collation}`.")
    if new.identity and not old.identity:
        yield Danger("add-serial-column", op, f"{where} counts by itself; the table is built anew.")


def _judge_difference(op: Op, scene: Scene, old: str, where: str) -> Iterator[Danger]:
    cost = cost_of_change(old, op.new_type, scene.dialect)
    before, after = take_apart(old), take_apart(op.new_type)
    if before.name == after.name and before.name in ("enum", "set"):
        if cost is not Cost.FREE:
            is_lost = not set(before.sizes) <= set(after.sizes)
            words = "values are removed" if is_lost else "values change their order or size"
            yield Danger("remove-enum-value", op, f"{where}: {words}.")
    elif cost is not Cost.FREE:
        narrower = " Values that do not fit are refused or cut." if is_narrower(old, op.new_type) else ""
        yield Danger("change-column-type", op, f"{where} goes from `{old}` to `{op.new_type}`; {_COPIED}.{narrower}")


def _is_renamed(op: Op, scene: Scene) -> bool:
    return any(other.statement == op.statement for other in scene.earlier(Kind.RENAME_COLUMN))


def judge_add_constraint(op: Op, scene: Scene) -> Iterator[Danger]:
    constraint = op.constraint
    if constraint is None or not scene.is_in_use(op.table):
        return
    named = f"`{constraint.name or op.table}`"
    if constraint.kind is ConstraintKind.FOREIGN:
        is_unchecked = any(
            one.name == "foreign_key_checks" and one.value in ("0", "off") for one in scene.earlier(Kind.SET)
        )
        if not is_unchecked and not _is_promised(op):
            yield Danger("add-foreign-key", op, f"{named}: {_COPIED}.")
    elif constraint.kind is ConstraintKind.PRIMARY:
        is_swap = any(other.statement == op.statement for other in scene.ops if other.kind is Kind.DROP_CONSTRAINT)
        if not is_swap:
            yield Danger("add-primary-key", op, f"{named}: the table is built anew.")
    elif constraint.kind is ConstraintKind.UNIQUE:
        yield Danger(
            "add-unique-constraint", op, f"{named}: duplicates, of old rows or of writes meanwhile, make it fail."
        )
    elif constraint.kind is ConstraintKind.CHECK and not constraint.not_valid:
        yield Danger("add-check-constraint", op, f"{named}: {_COPIED}.")


def judge_drop_constraint(op: Op, scene: Scene) -> Iterator[Danger]:
    kind = op.constraint.kind if op.constraint else ConstraintKind.UNKNOWN
    if not scene.is_in_use(op.table) or kind is ConstraintKind.CHECK:
        return
    if kind is ConstraintKind.PRIMARY:
        yield Danger("drop-primary-key", op, f"`{op.table}` is built anew.")
    elif kind is ConstraintKind.FOREIGN or not any(word in op.name for word in ("check", "chk")):
        yield Danger("drop-constraint", op, f"`{op.name}` of `{op.table}` guarantees nothing from now on.")


def judge_create_index(op: Op, scene: Scene) -> Iterator[Danger]:
    """A plain index is built online; a unique one may fail, and full text and spatial ones block writes."""
    if op.index is None or not scene.is_in_use(op.table):
        return
    if op.index.method in ("fulltext", "spatial"):
        yield Danger("create-index", op, f"A {op.index.method} index of `{op.table}` is built while writes wait.")
    elif op.index.is_unique:
        yield Danger("add-unique-constraint", op, f"`{op.name}`: duplicates make it fail.")


def judge_drop_index(op: Op, scene: Scene) -> Iterator[Danger]:
    """The index that a foreign key needs must not go; a unique one guarantees something."""
    table = scene.state.table(op.table)
    index = table.indexes.get(op.name) if table else None
    if table is None or not scene.is_in_use(op.table):
        return
    unique = table.constraints.get(op.name)
    if index is not None and any(
        one.kind is ConstraintKind.FOREIGN and one.columns == index.columns[: len(one.columns)]
        for one in table.constraints.values()
    ):
        yield Danger("drop-index", op, f"A foreign key of `{op.table}` needs `{op.name}`.")
    elif (index is not None and index.is_unique) or (unique is not None and unique.kind is ConstraintKind.UNIQUE):
        yield Danger("drop-index", op, f"`{op.name}` keeps duplicates out, and upserts rely on it.")


def judge_table_option(op: Op, scene: Scene) -> Iterator[Danger]:
    if op.name in _REBUILDING and scene.is_in_use(op.table) and not _is_promised(op):
        yield Danger("rebuild-table", op, f"`{op.table}`: {op.name.replace('-', ' ')}; {_COPIED}.")


def judge_partition(op: Op, scene: Scene) -> Iterator[Danger]:
    word = op.options[-1] if op.options else ""
    if not scene.is_in_use(op.table):
        return
    if word in ("drop", "truncate"):
        yield Danger("drop-partition", op, f"The rows of `{op.name}` are gone.")
    elif word in ("by", "coalesce", "reorganize", "rebuild", "remove", "optimize", "repair"):
        yield Danger("rebuild-table", op, f"`{op.table}` is partitioned anew; {_COPIED}.")
