"""Indexes and constraints of Alembic."""

from app.readiness.detectors.migrations.frameworks.alembic.columns import (
    expression_of,
    name_of,
)
from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.sql_pieces import check_of
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, is_given, word, words
from app.readiness.detectors.migrations.model import (
    Constraint,
    ConstraintKind,
    Index,
    Kind,
    References,
)
from app.readiness.detectors.migrations.sql.names import table_name


class KeyOperations(Lowering):
    """batch_table: the table of the batch that is open, "" outside of one."""

    batch_table: str = ""

    def table(self, call: Call, place: int, *names: str) -> tuple[str, int]:
        """The table, and how many arguments come before the next: a batch is not told its table."""
        if self.batch_table:
            return self.batch_table, 0
        schema = word(call.options.get("schema", call.options.get("source_schema")))
        name = word(call.at(place, *names))
        return (table_name(schema, name) if name else ""), 1

    def create_index(self, call: Call) -> None:
        table, shift = self.table(call, 1, "table_name")
        columns = call.at(1 + shift, "columns")
        items = columns if isinstance(columns, list) else [columns] if is_given(columns) else []
        index = Index(
            tuple(item.lower() if isinstance(item, str) else "" for item in items),
            call.options.get("unique") is True, word(call.options.get("postgresql_using")).lower(),
            call.options.get("postgresql_where") is not None or call.options.get("sqlite_where") is not None,
        )  # fmt: skip
        self.emit(
            Kind.CREATE_INDEX, call, table=table, name=name_of(call.at(0, "index_name")), index=index,
            concurrent=_is_concurrent(call),
            if_not_exists=call.options.get("if_not_exists") is True,
        )  # fmt: skip

    def drop_index(self, call: Call) -> None:
        table, _ = self.table(call, 1, "table_name")
        if_exists = call.options.get("if_exists") is True
        self.emit(
            Kind.DROP_INDEX,
            call,
            table=table,
            name=name_of(call.at(0, "index_name")),
            concurrent=_is_concurrent(call),
            if_exists=if_exists,
        )

    def create_foreign_key(self, call: Call) -> None:
        table, shift = self.table(call, 1, "source_table")
        schema = word(call.options.get("referent_schema"))
        target = table_name(schema, word(call.at(1 + shift, "referent_table", "referent")))
        here = words(call.at(2 + shift, "local_cols"))
        there = words(call.at(3 + shift, "remote_cols"))
        references = References(
            target, tuple(name.lower() for name in there), word(call.options.get("ondelete")).lower()
        )
        self.constraint(call, table, ConstraintKind.FOREIGN, here, references)

    def create_unique(self, call: Call) -> None:
        table, shift = self.table(call, 1, "table_name", "source")
        self.constraint(call, table, ConstraintKind.UNIQUE, words(call.at(1 + shift, "columns", "local_cols")))

    def create_primary_key(self, call: Call) -> None:
        table, shift = self.table(call, 1, "table_name")
        self.constraint(call, table, ConstraintKind.PRIMARY, words(call.at(1 + shift, "columns", "cols")))

    def create_check(self, call: Call) -> None:
        table, shift = self.table(call, 1, "table_name", "source")
        expression = expression_of(call.at(1 + shift, "condition"))
        not_valid = call.options.get("postgresql_not_valid") is True
        constraint = check_of(
            expression, name_of(call.at(0, "constraint_name", "name")), self.dialect, not_valid=not_valid
        )
        self.emit(Kind.ADD_CONSTRAINT, call, table=table, constraint=constraint)

    def create_exclude(self, call: Call) -> None:
        table, _ = self.table(call, 1, "table_name")
        self.constraint(call, table, ConstraintKind.EXCLUDE, ())

    def constraint(
        self,
        call: Call,
        table: str,
        kind: ConstraintKind,
        columns: tuple[str, ...],
        references: References | None = None,
    ) -> None:
        constraint = Constraint(
            kind, tuple(column.lower() for column in columns), name_of(call.at(0, "constraint_name", "name")),
            references,
            call.options.get("postgresql_not_valid") is True, word(call.options.get("postgresql_using_index")).lower(),
        )  # fmt: skip
        self.emit(Kind.ADD_CONSTRAINT, call, table=table, constraint=constraint)

    def drop_constraint(self, call: Call) -> None:
        table, shift = self.table(call, 1, "table_name", "tablename")
        given = call.at(1 + shift, "type_", "type")
        kind = _KINDS.get(word(given).lower(), ConstraintKind.UNKNOWN)
        name = name_of(call.at(0, "constraint_name", "name"))
        self.emit(Kind.DROP_CONSTRAINT, call, table=table, name=name, constraint=Constraint(kind, name=name))


_KINDS = {
    "foreignkey": ConstraintKind.FOREIGN,
    "primary": ConstraintKind.PRIMARY,
    "unique": ConstraintKind.UNIQUE,
    "check": ConstraintKind.CHECK,
}


def _is_concurrent(call: Call) -> bool:
    return call.options.get("postgresql_concurrently") is True
