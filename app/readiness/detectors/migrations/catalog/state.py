"""Tables, columns, indexes and keys as they stand between two operations."""

from dataclasses import dataclass, field

from app.readiness.detectors.migrations.frameworks.django.settling import DjangoNames
from app.readiness.detectors.migrations.model import Column, Constraint, ConstraintKind, DefaultKind, Index


@dataclass(slots=True)
class ColumnState:
    """is_new: this change added it; was: its name before this change renamed it."""

    type: str = ""
    nullable: bool = True
    default: DefaultKind = DefaultKind.NONE
    default_text: str = ""
    generated: str = ""
    collation: str = ""
    identity: bool = False
    is_new: bool = False

    @staticmethod
    def of(column: Column, *, is_new: bool) -> "ColumnState":
        nullable = column.nullable is not False and not column.is_primary and not column.identity
        return ColumnState(
            column.type,
            nullable,
            column.default,
            column.default_text,
            column.generated,
            column.collation,
            column.identity,
            is_new,
        )


@dataclass(slots=True)
class TableState:
    """is_new: this change made it, so it is empty and nobody reads it; is_whole: all its columns are known."""

    columns: dict[str, ColumnState] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    is_new: bool = False
    is_whole: bool = False
    is_temporary: bool = False
    is_partitioned: bool = False
    is_partition_of: str = ""

    def constraints_of(self, column: str) -> list[tuple[str, Constraint]]:
        return [(name, one) for name, one in self.constraints.items() if column in one.columns]

    def indexes_of(self, column: str) -> list[tuple[str, Index]]:
        return [(name, one) for name, one in self.indexes.items() if column in one.columns]

    def leads_index(self, columns: tuple[str, ...]) -> bool:
        """Whether an index or a key begins with these columns."""
        size = len(columns)
        keys = [one.columns for one in self.constraints.values() if one.kind in _KEYS]
        found = [one.columns for one in self.indexes.values() if not one.is_partial]
        return any(set(one[:size]) == set(columns) for one in (*keys, *found))

    @property
    def primary_key(self) -> tuple[str, ...]:
        return next((one.columns for one in self.constraints.values() if one.kind is ConstraintKind.PRIMARY), ())


_KEYS = frozenset({ConstraintKind.PRIMARY, ConstraintKind.UNIQUE})


@dataclass(slots=True)
class State:
    """Every table by name; what is not here is unknown, which is not the same as absent.

    dropped: names that this change removed; renamed: new name to old, of this change; types: enums and domains made;
    names: true names behind the models of Django.
    """

    tables: dict[str, TableState] = field(default_factory=dict)
    views: dict[str, bool] = field(default_factory=dict)
    types: dict[str, bool] = field(default_factory=dict)
    functions: dict[str, bool] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    names: DjangoNames = field(default_factory=DjangoNames)

    def table(self, name: str) -> TableState | None:
        """The table, also when only one of the two names it with its schema."""
        if name in self.tables:
            return self.tables[name]
        last = name.rpartition(".")[2]
        return self.tables.get(last) if last != name else None

    def column(self, table: str, column: str) -> ColumnState | None:
        found = self.table(table)
        return found.columns.get(column) if found else None

    def is_new(self, table: str) -> bool:
        found = self.table(table)
        return found is not None and (found.is_new or found.is_temporary)

    def is_new_column(self, table: str, column: str) -> bool:
        found = self.column(table, column)
        return self.is_new(table) or (found is not None and found.is_new)

    def owner_of_index(self, name: str) -> str:
        """The table an index is on, or ""."""
        last = name.rpartition(".")[2]
        for table, state in self.tables.items():
            if last in state.indexes or last in state.constraints:
                return table
        return ""

    def is_used(self, column_type: str) -> list[str]:
        """Tables with a column of the type."""
        last = column_type.rpartition(".")[2]
        return [
            table
            for table, state in self.tables.items()
            if any(one.type.partition("[")[0].rpartition(".")[2] == last for one in state.columns.values())
        ]
