"""SQLite."""

from collections.abc import Iterator

from app.readiness.detectors.migrations.judging.compatibility import judge_set_not_null_column
from app.readiness.detectors.migrations.judging.scene import Danger, Scene
from app.readiness.detectors.migrations.model import DefaultKind, Op


def judge_add_column(op: Op, scene: Scene) -> Iterator[Danger]:
    """ALTER TABLE ADD COLUMN takes constant defaults only, and no keys."""
    column = op.definition
    if column is None or not scene.is_in_use(op.table):
        return
    where = f"`{op.table}.{op.column}`"
    yield from judge_set_not_null_column(op, scene)
    if column.default in (DefaultKind.STABLE, DefaultKind.VOLATILE):
        words = f"{where} gets `{column.default_text[:80]}`, which SQLite refuses on a table with rows."
        yield Danger("add-column-volatile-default", op, words)
    if column.is_primary:
        yield Danger("add-primary-key", op, f"{where}: SQLite refuses it.")
    if column.is_unique:
        yield Danger("add-unique-constraint", op, f"{where}: SQLite refuses it.")
    if column.generated == "stored":
        yield Danger("add-generated-column", op, f"{where}: SQLite refuses a stored one.")


def judge_create_index(op: Op, scene: Scene) -> Iterator[Danger]:
    """An index is built in no time on what SQLite holds; a unique one fails on duplicates."""
    if op.index is not None and op.index.is_unique and scene.is_in_use(op.table):
        yield Danger("add-unique-constraint", op, f"`{op.name}`: duplicates make it fail.")
