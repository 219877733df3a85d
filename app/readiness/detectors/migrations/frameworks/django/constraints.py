"""Operations of Django on indexes and constraints."""

from collections.abc import Mapping

from app.readiness.detectors.migrations.frameworks.django.app_lowering import AppLowering
from app.readiness.detectors.migrations.frameworks.django.keys import constraint_of, index_of, unique_groups
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Call,
    Value,
    word,
)
from app.readiness.detectors.migrations.model import (
    Constraint,
    ConstraintKind,
    Index,
    Kind,
)


class ConstraintOperations(AppLowering):
    """Indexes and constraints are named by the model they stand on."""

    def together(self, call: Call) -> None:
        """Groups of fields; what they were before is not said, so an empty set is a constraint dropped."""
        is_unique = call.name.endswith("UniqueTogether")
        table = self.table(call.at(0, "name"))
        groups = unique_groups(call.at(1, "unique_together", "index_together"))
        for group in groups:
            if is_unique:
                self.emit(Kind.ADD_CONSTRAINT, call, table=table, constraint=Constraint(ConstraintKind.UNIQUE, group))
            else:
                self.emit(Kind.CREATE_INDEX, call, table=table, index=Index(group))
        if not groups:
            kind = Kind.DROP_CONSTRAINT if is_unique else Kind.DROP_INDEX
            self.emit(kind, call, table=table, constraint=Constraint(ConstraintKind.UNIQUE) if is_unique else None)

    def add_index(self, call: Call) -> None:
        index, name = index_of(call.at(1, "index"))
        self.emit(
            Kind.CREATE_INDEX,
            call,
            table=self.table(call.at(0, "model_name")),
            index=index,
            name=name,
            concurrent=_is_concurrent(call),
        )

    def remove_index(self, call: Call) -> None:
        name = word(call.at(1, "name")).lower()
        self.emit(
            Kind.DROP_INDEX,
            call,
            table=self.table(call.at(0, "model_name")),
            name=name,
            concurrent=_is_concurrent(call),
        )

    def rename_index(self, call: Call) -> None:
        old, new = word(call.options.get("old_name")).lower(), word(call.at(1, "new_name")).lower()
        self.emit(Kind.RENAME_INDEX, call, table=self.table(call.at(0, "model_name")), name=old, new_name=new)

    def add_constraint(self, call: Call) -> None:
        table = self.table(call.at(0, "model_name"))
        found = constraint_of(call.at(1, "constraint"), not_valid=call.name.endswith("NotValid"))
        if isinstance(found, Index):
            name = word(_options(call.at(1, "constraint")).get("name")).lower()
            self.emit(Kind.CREATE_INDEX, call, table=table, index=found, name=name)
        else:
            self.emit(
                Kind.ADD_CONSTRAINT,
                call,
                table=table,
                constraint=found,
                resolved=found.kind is not ConstraintKind.UNKNOWN,
            )

    def remove_constraint(self, call: Call) -> None:
        name = word(call.at(1, "name")).lower()
        constraint = Constraint(ConstraintKind.UNKNOWN, name=name)
        self.emit(
            Kind.DROP_CONSTRAINT, call, table=self.table(call.at(0, "model_name")), name=name, constraint=constraint
        )

    def validate(self, call: Call) -> None:
        self.emit(
            Kind.VALIDATE_CONSTRAINT,
            call,
            table=self.table(call.at(0, "model_name")),
            name=word(call.at(1, "name")).lower(),
        )


def _is_concurrent(call: Call) -> bool:
    return "Concurrently" in call.name


def _options(value: Value) -> Mapping[str, Value]:
    return value.options if isinstance(value, Call) else {}
