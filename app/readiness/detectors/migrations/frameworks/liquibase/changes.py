"""The change types of Liquibase, one by one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.readiness.detectors.migrations.frameworks.liquibase.columns import (
    GIVEN_VALUES,
    column_of,
    default_of,
    table_of,
    type_of,
)
from app.readiness.detectors.migrations.frameworks.liquibase.constraints import DROPPED, ConstraintChanges
from app.readiness.detectors.migrations.frameworks.liquibase.elements import Element
from app.readiness.detectors.migrations.frameworks.syntax.values import HOLE, Call, Text
from app.readiness.detectors.migrations.model import Constraint, ConstraintKind, DefaultKind, Kind, References
from app.readiness.detectors.migrations.sql.names import plain_name


class LiquibaseLowering(ConstraintChanges):
    """One change of a change set after the other."""

    def take(self, element: Element) -> None:
        read = CHANGES.get(element.name)
        if read is not None:
            read(self, element)
        elif element.name not in _QUIET:
            self.dynamic(element, f"{element.name} is a change of a program or an extension")

    def add_column(self, element: Element) -> None:
        table = table_of(element)
        for place, child in enumerate(element.find("column")):
            column = column_of(child, self.dialect)
            inline = column.references is None
            self.emit(
                Kind.ADD_COLUMN, element, same=place > 0, table=table, column=column.name,
                definition=column if inline else replace(column, references=None), resolved=bool(table),
            )  # fmt: skip
            if column.references is not None:
                constraint = Constraint(ConstraintKind.FOREIGN, (column.name,), "", column.references)
                self.emit(Kind.ADD_CONSTRAINT, element, table=table, constraint=constraint, options=("implied",))
            if any(child.get(name) for name in GIVEN_VALUES):
                self.emit(Kind.UPDATE, element, table=table, has_where=False, options=("implied",))

    def drop_column(self, element: Element) -> None:
        names = [element.get("columnName"), *(child.get("name") for child in element.find("column"))]
        for place, name in enumerate(name for name in names if name):
            self.emit(Kind.DROP_COLUMN, element, same=place > 0, table=table_of(element), column=plain_name(name))

    def rename_column(self, element: Element) -> None:
        self.of_column(
            element, Kind.RENAME_COLUMN, column="oldColumnName", new_name=plain_name(element.get("newColumnName"))
        )

    def of_column(
        self, element: Element, kind: Kind, column: str = "columnName", *, same: bool = False, **fields: Any
    ) -> None:
        name = plain_name(element.get(column))
        known = bool(table_of(element) and name)
        self.emit(kind, element, same=same, table=table_of(element), column=name, resolved=known, **fields)

    def modify_type(self, element: Element) -> None:
        self.of_column(element, Kind.ALTER_TYPE, new_type=type_of(element.get("newDataType"), self.dialect))

    def modify_columns(self, element: Element) -> None:
        """The way of the first versions: columns with their new types."""
        for child in element.find("column"):
            new_type = type_of(child.get("type"), self.dialect)
            self.emit(
                Kind.ALTER_TYPE,
                element,
                table=table_of(element),
                column=plain_name(child.get("name")),
                new_type=new_type,
            )

    def add_not_null(self, element: Element) -> None:
        if element.get("defaultNullValue"):
            self.emit(Kind.UPDATE, element, table=table_of(element), has_where=True, options=("implied",))
        self.of_column(element, Kind.SET_NOT_NULL)

    def drop_not_null(self, element: Element) -> None:
        self.of_column(element, Kind.DROP_NOT_NULL)

    def add_default(self, element: Element) -> None:
        kind, _ = default_of(element, self.dialect)
        self.of_column(element, Kind.DROP_DEFAULT if kind is DefaultKind.NONE else Kind.SET_DEFAULT, default=kind)

    def drop_default(self, element: Element) -> None:
        self.of_column(element, Kind.DROP_DEFAULT)

    def add_identity(self, element: Element) -> None:
        self.of_column(element, Kind.ADD_IDENTITY)

    def create_table(self, element: Element) -> None:
        columns = tuple(column_of(child, self.dialect) for child in element.find("column"))
        self.emit(
            Kind.CREATE_TABLE, element, table=table_of(element), columns=columns,
            if_not_exists=element.is_true("ifNotExists"),
            resolved=bool(table_of(element)),
        )  # fmt: skip

    def drop_table(self, element: Element) -> None:
        self.emit(Kind.DROP_TABLE, element, table=table_of(element), cascade=element.is_true("cascadeConstraints"))

    def rename_table(self, element: Element) -> None:
        table, new = table_of(element, "oldTableName"), plain_name(element.get("newTableName"))
        self.emit(Kind.RENAME_TABLE, element, table=table, new_name=new)

    def object_of(self, element: Element) -> None:
        """`createSequence`, `dropView`, `renameTrigger` …"""
        verb = next(verb for verb in ("create", "drop", "rename", "alter") if element.name.startswith(verb))
        what = element.name.removeprefix(verb).lower()
        name = plain_name(element.get(f"{what}Name", f"old{what.title()}Name", "procedureName", "name"))
        kinds = {
            "create": Kind.CREATE_OBJECT,
            "drop": Kind.DROP_OBJECT,
            "rename": Kind.RENAME_OBJECT,
            "alter": Kind.ALTER_OBJECT,
        }
        fields: dict[str, Any] = (
            {"new_name": plain_name(element.get(f"new{what.title()}Name"))} if verb == "rename" else {}
        )
        self.emit(kinds[verb], element, object=what, name=name, replaces=element.is_true("replaceIfExists"), **fields)

    def rows(self, element: Element) -> None:
        kind = _ROWS[element.name]
        where = element.first("where")
        has_where = where is not None or bool(element.get("where"))
        self.emit(kind, element, table=table_of(element), has_where=has_where, has_select=False)

    def run_sql(self, element: Element) -> None:
        child = element.first("sql")
        text = element.get("sql") or element.text or (child.text if child is not None else "")
        line = element.text_line or (child.text_line if child is not None else 0) or element.line
        last = max(element.end_line, line + text.count("\n"))
        self.sql(Text(_without_holes(text), line), Call("sql", line=element.line, end_line=last))

    def elsewhere(self, element: Element) -> None:
        self.dynamic(element, "the SQL lies in another file")

    def merge(self, element: Element) -> None:
        table = table_of(element)
        self.emit(Kind.UPDATE, element, table=table, has_where=False)
        for name in ("column1Name", "column2Name"):
            self.emit(Kind.DROP_COLUMN, element, table=table, column=plain_name(element.get(name)))

    def lookup(self, element: Element) -> None:
        """A table of the values of a column, and a foreign key to it."""
        new, table = table_of(element, "newTableName"), table_of(element, "existingTableName")
        column = plain_name(element.get("existingColumnName"))
        self.emit(Kind.CREATE_TABLE, element, table=new)
        constraint = Constraint(ConstraintKind.FOREIGN, (column,), "", References(new))
        self.emit(Kind.ADD_CONSTRAINT, element, table=table, constraint=constraint)

    def remark(self, element: Element) -> None:
        self.emit(Kind.COMMENT, element, table=table_of(element))

    def program(self, element: Element) -> None:
        self.emit(Kind.CODE, element, name=element.get("class") or element.name)


def _without_holes(text: str) -> str:
    parts = text.split("${")
    return parts[0] + "".join(HOLE + part.partition("}")[2] for part in parts[1:])


_QUIET = frozenset({
    "comment", "preConditions", "validCheckSum", "tagDatabase", "empty", "output", "stop", "rollback", "modifySql",
    "property", "include", "includeAll", "sqlFileEnd",
})  # fmt: skip
_ROWS = {
    "insert": Kind.INSERT, "update": Kind.UPDATE, "delete": Kind.DELETE, "loadData": Kind.INSERT,
    "loadUpdateData": Kind.INSERT,
}  # fmt: skip
REVERSIBLE = frozenset({
    "addColumn", "createTable", "renameTable", "renameColumn", "createIndex", "addForeignKeyConstraint",
    "addPrimaryKey", "addUniqueConstraint", "addCheckConstraint", "addNotNullConstraint", "dropNotNullConstraint",
    "addDefaultValue", "createSequence", "createView", "renameView", "renameSequence", "addLookupTable",
    "setTableRemarks", "setColumnRemarks", "tagDatabase", "empty", "output", "stop", "addAutoIncrement", "comment",
    "preConditions", "validCheckSum", "modifySql", "rollback",
})  # fmt: skip
"""Change types that Liquibase can undo without being told how."""
CHANGES: Mapping[str, Callable[[Any, Element], None]] = {
    "addColumn": LiquibaseLowering.add_column, "dropColumn": LiquibaseLowering.drop_column,
    "renameColumn": LiquibaseLowering.rename_column, "modifyDataType": LiquibaseLowering.modify_type,
    "modifyColumn": LiquibaseLowering.modify_columns,
    "addNotNullConstraint": LiquibaseLowering.add_not_null, "dropNotNullConstraint": LiquibaseLowering.drop_not_null,
    "addDefaultValue": LiquibaseLowering.add_default, "dropDefaultValue": LiquibaseLowering.drop_default,
    "addAutoIncrement": LiquibaseLowering.add_identity, "createTable": LiquibaseLowering.create_table,
    "dropTable": LiquibaseLowering.drop_table, "renameTable": LiquibaseLowering.rename_table,
    "createIndex": LiquibaseLowering.create_index, "dropIndex": LiquibaseLowering.drop_index,
    "addForeignKeyConstraint": LiquibaseLowering.add_foreign_key, "addPrimaryKey": LiquibaseLowering.add_primary_key,
    "addUniqueConstraint": LiquibaseLowering.add_unique, "addCheckConstraint": LiquibaseLowering.add_check,
    "mergeColumns": LiquibaseLowering.merge, "addLookupTable": LiquibaseLowering.lookup,
    "sql": LiquibaseLowering.run_sql,
    "createProcedure": LiquibaseLowering.object_of, "sqlFile": LiquibaseLowering.elsewhere,
    "setTableRemarks": LiquibaseLowering.remark,
    "setColumnRemarks": LiquibaseLowering.remark, "customChange": LiquibaseLowering.program,
    "executeCommand": LiquibaseLowering.program,
    "groovyChange": LiquibaseLowering.program,
    **dict.fromkeys(DROPPED, LiquibaseLowering.drop_constraint), **dict.fromkeys(_ROWS, LiquibaseLowering.rows),
    **dict.fromkeys(
        ("createSequence", "dropSequence", "renameSequence", "alterSequence", "createView", "dropView", "renameView",
        "dropProcedure",
         "createFunction", "dropFunction", "createTrigger", "dropTrigger", "renameTrigger", "createPackage",
         "dropPackage"),
        LiquibaseLowering.object_of,
    ),
}  # fmt: skip
