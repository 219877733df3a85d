"""The migrations of a change, one after the other, against the schema they meet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.readiness.detectors.migrations.catalog.replay import apply
from app.readiness.detectors.migrations.catalog.state import State
from app.readiness.detectors.migrations.judging.registry import judge_operation
from app.readiness.detectors.migrations.judging.scene import Danger, Scene
from app.readiness.detectors.migrations.model import Dialect, Migration

DEFAULT_VERSIONS: Mapping[Dialect, tuple[int, ...]] = {
    Dialect.POSTGRES: (15,),
    Dialect.MYSQL: (8, 0, 36),
    Dialect.MARIADB: (10, 11),
    Dialect.SQLITE: (3, 40),
}
"""What is assumed where nobody says: the oldest that is widely run and still supported."""


@dataclass(frozen=True, slots=True)
class Database:
    """What runs in production; said: whether a person or a file says so, else it is assumed."""

    dialect: Dialect = Dialect.POSTGRES
    version: tuple[int, ...] = field(default=())
    said: bool = False

    @property
    def known_version(self) -> tuple[int, ...]:
        return self.version or DEFAULT_VERSIONS[self.dialect]


def judge_migrations(
    state: State, migrations: Iterable[Migration], database: Database
) -> Iterator[tuple[Migration, Danger]]:
    """Every danger of the migrations in the order given; the state is changed as they change the schema."""
    for written in migrations:
        migration = state.names.settle(written)
        dialect = migration.dialect or database.dialect
        version = database.known_version if dialect is database.dialect else DEFAULT_VERSIONS[dialect]
        ops = migration.up
        scene = Scene(state, dialect, version, migration, ops)
        for place, op in enumerate(ops):
            scene.place = place
            for danger in judge_operation(op, scene):
                yield migration, danger
            apply(state, op, is_change=True)
