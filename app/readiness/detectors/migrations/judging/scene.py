"""What an operation meets: the schema before it, the database, and the operations around it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.readiness.detectors.migrations.catalog.state import State
from app.readiness.detectors.migrations.model import Dialect, Kind, Migration, Op, Transaction
from app.readiness.status import Severity


@dataclass(frozen=True, slots=True)
class Danger:
    """A hazard found at an operation; detail is one sentence on this very case, severity overrides the hazard's.

    can_rewrite: the safe way of the hazard would do here, in the same place.
    """

    hazard: str
    op: Op
    detail: str = ""
    can_rewrite: bool = False
    severity: Severity | None = None


@dataclass(slots=True)
class Scene:
    """state is as it stands before the operation at `place` of `ops`, the way up of the migration."""

    state: State
    dialect: Dialect
    version: tuple[int, ...]
    migration: Migration
    ops: tuple[Op, ...]
    place: int = 0

    def is_before(self, *version: int) -> bool:
        return self.version < version

    def is_in_use(self, table: str) -> bool:
        """Whether rows and readers have to be expected: the table was there before this change."""
        return not (self.state.is_new(table) or self.state.views.get(table))

    def earlier(self, *kinds: Kind) -> Iterator[Op]:
        return (op for op in self.ops[: self.place] if op.kind in kinds)

    def later(self, *kinds: Kind) -> Iterator[Op]:
        return (op for op in self.ops[self.place + 1 :] if op.kind in kinds)

    def commits_with(self, op: Op, other: Op) -> bool:
        """Whether both are in one transaction."""
        return op.batch == other.batch and op.transaction is not Transaction.NONE


Judge = Callable[[Op, Scene], Iterator[Danger]]


def is_in_transaction(op: Op) -> bool:
    return op.transaction is not Transaction.NONE
