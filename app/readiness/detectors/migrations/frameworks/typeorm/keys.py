"""Indexes and constraints of TypeORM."""

from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Call,
    Value,
    word,
    words,
)
from app.readiness.detectors.migrations.frameworks.typeorm.columns import (
    constraint_of,
    foreign_key,
    index_of,
    name_of,
    table_of,
)
from app.readiness.detectors.migrations.model import (
    Constraint,
    ConstraintKind,
    Kind,
)
from app.readiness.detectors.migrations.sql.names import plain_name


class KeyOperations(Lowering):
    """Each is given the table, and one thing or several."""

    def create_indexes(self, call: Call) -> None:
        for item in each_of(call):
            index, name = index_of(item)
            self.emit(Kind.CREATE_INDEX, call, table=table_of(call.at(0)), index=index, name=name)

    def drop_indexes(self, call: Call) -> None:
        for item in each_of(call):
            name = plain_name(word(item)) if isinstance(item, str) else index_of(item)[1]
            self.emit(Kind.DROP_INDEX, call, table=table_of(call.at(0)), name=name)

    def create_keys(self, call: Call) -> None:
        for item in each_of(call):
            self.emit(Kind.ADD_CONSTRAINT, call, table=table_of(call.at(0)), constraint=foreign_key(item))

    def create_constraints(self, call: Call) -> None:
        kind = next(kind for name, kind in _KINDS.items() if name in call.name)
        for item in each_of(call):
            constraint = constraint_of(kind, item, self.dialect)
            self.emit(Kind.ADD_CONSTRAINT, call, table=table_of(call.at(0)), constraint=constraint)

    def drop_constraints(self, call: Call) -> None:
        kind = next(kind for name, kind in _KINDS.items() if name in call.name)
        for item in each_of(call):
            name = name_of(item)
            constraint = Constraint(kind, (), name)
            self.emit(Kind.DROP_CONSTRAINT, call, table=table_of(call.at(0)), name=name, constraint=constraint)

    def primary_key(self, call: Call) -> None:
        table = table_of(call.at(0))
        if call.name != "createPrimaryKey":
            self.emit(Kind.DROP_CONSTRAINT, call, table=table, constraint=Constraint(ConstraintKind.PRIMARY))
        if call.name != "dropPrimaryKey":
            columns = tuple(plain_name(name) for name in words(call.at(1)))
            self.emit(Kind.ADD_CONSTRAINT, call, table=table, constraint=Constraint(ConstraintKind.PRIMARY, columns))


def each_of(call: Call) -> list[Value]:
    """The second argument as a list: one thing, or several."""
    return items_of(call.at(1)) or [call.at(1)]


def items_of(value: Value) -> list[Value]:
    """A list as it is, nothing for anything else."""
    return value if isinstance(value, list) else []


_KINDS = {
    "Unique": ConstraintKind.UNIQUE, "Check": ConstraintKind.CHECK, "Exclusion": ConstraintKind.EXCLUDE,
    "ForeignKey": ConstraintKind.FOREIGN,
}  # fmt: skip
