"""Change types of Liquibase for indexes and constraints."""

from app.readiness.detectors.migrations.frameworks.liquibase.columns import (
    names_of,
    table_of,
)
from app.readiness.detectors.migrations.frameworks.liquibase.elements import Element
from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.sql_pieces import check_of
from app.readiness.detectors.migrations.model import Constraint, ConstraintKind, Index, Kind, References
from app.readiness.detectors.migrations.sql.names import plain_name


class ConstraintChanges(Lowering):
    """is_concurrent: whether what the change set creates is rewritten to be created concurrently."""

    is_concurrent = False

    def create_index(self, element: Element) -> None:
        columns = [child.get("name") for child in element.find("column")]
        names = tuple("" if "(" in name else plain_name(name.split(" ")[0]) for name in columns)
        index = Index(names, element.is_true("unique"))
        self.emit(
            Kind.CREATE_INDEX, element, table=table_of(element), name=plain_name(element.get("indexName")), index=index,
            concurrent=self.is_concurrent,
        )  # fmt: skip

    def drop_index(self, element: Element) -> None:
        name = plain_name(element.get("indexName"))
        self.emit(Kind.DROP_INDEX, element, table=table_of(element), name=name, concurrent=self.is_concurrent)

    def add_foreign_key(self, element: Element) -> None:
        target = table_of(element, "referencedTableName", "referencedTableSchemaName")
        references = References(target, names_of(element.get("referencedColumnNames")), element.get("onDelete").lower())
        columns = names_of(element.get("baseColumnNames"))
        self.constraint(
            element,
            ConstraintKind.FOREIGN,
            columns,
            table_of(element, "baseTableName", "baseTableSchemaName"),
            references,
        )

    def add_primary_key(self, element: Element) -> None:
        self.constraint(element, ConstraintKind.PRIMARY, names_of(element.get("columnNames")), table_of(element))

    def add_unique(self, element: Element) -> None:
        self.constraint(element, ConstraintKind.UNIQUE, names_of(element.get("columnNames")), table_of(element))

    def constraint(
        self,
        element: Element,
        kind: ConstraintKind,
        columns: tuple[str, ...],
        table: str,
        references: References | None = None,
    ) -> None:
        using = plain_name(element.get("forIndexName"))
        constraint = Constraint(kind, columns, plain_name(element.get("constraintName")), references, using_index=using)
        self.emit(Kind.ADD_CONSTRAINT, element, table=table, constraint=constraint, resolved=bool(table))

    def add_check(self, element: Element) -> None:
        body = element.get("constraintBody", "checkCondition") or element.text.strip()
        constraint = check_of(body, plain_name(element.get("constraintName")), self.dialect)
        self.emit(Kind.ADD_CONSTRAINT, element, table=table_of(element), constraint=constraint)

    def drop_constraint(self, element: Element) -> None:
        kind = DROPPED[element.name]
        table = table_of(element, "baseTableName", "baseTableSchemaName") or table_of(element)
        name = plain_name(element.get("constraintName"))
        self.emit(Kind.DROP_CONSTRAINT, element, table=table, name=name, constraint=Constraint(kind, (), name))


DROPPED = {
    "dropForeignKeyConstraint": ConstraintKind.FOREIGN, "dropAllForeignKeyConstraints": ConstraintKind.FOREIGN,
    "dropPrimaryKey": ConstraintKind.PRIMARY, "dropUniqueConstraint": ConstraintKind.UNIQUE,
    "dropCheckConstraint": ConstraintKind.CHECK,
}  # fmt: skip
