"""One migration of Entity Framework: what `Up` and `Down` ask of the migration builder."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ast_grep_py import SgNode

from app.readiness.conditions.code import LIMIT, syntax_tree
from app.readiness.detectors.migrations.frameworks.entity_framework.columns import (
    column_of,
    columns_named,
    default_of,
    key_of,
    table_of,
    type_of,
)
from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.syntax.csharp import CsharpReader
from app.readiness.detectors.migrations.frameworks.syntax.values import Block, Call, Name, chain, flatten, word
from app.readiness.detectors.migrations.model import (
    Constraint,
    ConstraintKind,
    DefaultKind,
    Dialect,
    Index,
    Kind,
    Migration,
    Transaction,
)
from app.readiness.detectors.migrations.sql.names import plain_name, table_name
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source

_FILE = re.compile(r"(?:^|/)(\d{8,})_([^/]+)\.cs$")


def is_entity_framework(path: str, content: bytes) -> bool:
    return (
        path.endswith(".cs")
        and not path.endswith(".Designer.cs")
        and b"MigrationBuilder " in content
        and b" Up(" in content
    )


def read_entity_framework(source: Source, dialect: Dialect) -> Migration:
    """Raises `Malformed`."""
    if len(source.content) > LIMIT:
        raise Malformed(f"larger than {LIMIT:,} bytes")
    reader = _reader(source.parse(syntax_tree))
    lowering = _Builder(source, dialect)
    is_reversible = lowering.walk_ways(reader, "Up", "Down")
    file = _FILE.search(source.path)
    return Migration(
        source.path, "entity-framework", tuple(lowering.ops), line=source.path.rpartition("/")[0],
        version=file[1] if file else "",
        id=source.path.rpartition("/")[2].removesuffix(".cs"), reversible=is_reversible,
    )  # fmt: skip


def _reader(root: SgNode) -> CsharpReader:
    for node in root.find_all(kind="class_declaration"):
        body = next((child for child in node.children() if child.kind() == "declaration_list"), None)
        reader = CsharpReader()
        if body is not None:
            reader.read(body)
        if "Up" in reader.functions:
            return reader
    raise Malformed("no migration class")


class _Builder(Lowering):
    def read(self, call: Call) -> None:
        steps = chain(call)
        call = steps[0]
        root = call.receiver.last.lower() if isinstance(call.receiver, Name) else ""
        read = _OPERATIONS.get(call.name)
        if read is not None and ("builder" in root or root in ("mb", "migration")):
            whole = steps[-1]
            read(self, whole if len(steps) == 1 else replace(call, end_line=whole.end_line), steps)
        elif "builder" in root and call.name not in _QUIET:
            self.dynamic(call, f"{call.name} is an extension of the migration builder")
        elif call.name not in _QUIET:
            self.code(call)

    def create_table(self, call: Call, steps: list[Call]) -> None:
        given = call.options.get("columns", call.at(1))
        result = given.result if isinstance(given, Block) else {}
        columns = (
            [column_of(name, value, self.dialect) for name, value in result.items()] if isinstance(result, dict) else []
        )
        within = call.options.get("constraints")
        keys = [
            key_of(chain(value)[0], self.dialect)
            for value in flatten(within.statements if isinstance(within, Block) else ())
            if isinstance(value, Call)
        ]
        constraints = tuple(key for key in keys if key is not None)
        primary = next((key.columns for key in constraints if key.kind is ConstraintKind.PRIMARY), ())
        columns = [replace(column, is_primary=column.name in primary and len(primary) == 1) for column in columns]
        table = table_of(call, "name") or plain_name(word(call.at(0)))
        self.emit(
            Kind.CREATE_TABLE, call, table=table, columns=tuple(columns), constraints=constraints, resolved=bool(table)
        )

    def drop_table(self, call: Call, steps: list[Call]) -> None:
        self.emit(Kind.DROP_TABLE, call, table=table_of(call, "name") or plain_name(word(call.at(0))))

    def rename_table(self, call: Call, steps: list[Call]) -> None:
        table = table_name(word(call.options.get("schema")), word(call.options.get("name", call.at(0))))
        new, schema = word(call.options.get("newName")), word(call.options.get("newSchema"))
        if new:
            self.emit(Kind.RENAME_TABLE, call, table=table, new_name=plain_name(new))
        if schema and schema != word(call.options.get("schema")):
            self.emit(Kind.MOVE_SCHEMA, call, table=table, new_name=plain_name(schema))

    def add_column(self, call: Call, steps: list[Call]) -> None:
        column = column_of("", steps[-1], self.dialect)
        known = bool(column.name)
        self.emit(Kind.ADD_COLUMN, call, table=table_of(call), column=column.name, definition=column, resolved=known)

    def drop_column(self, call: Call, steps: list[Call]) -> None:
        column = plain_name(word(call.options.get("name", call.at(0))))
        self.emit(Kind.DROP_COLUMN, call, table=table_of(call), column=column, resolved=bool(column))

    def rename_column(self, call: Call, steps: list[Call]) -> None:
        old, new = plain_name(word(call.options.get("name"))), plain_name(word(call.options.get("newName")))
        self.emit(Kind.RENAME_COLUMN, call, table=table_of(call), column=old, new_name=new)

    def alter_column(self, call: Call, steps: list[Call]) -> None:
        """Both the new and the old column are said; what is the same is no effect."""
        options = call.options
        table, column = table_of(call), plain_name(word(options.get("name", call.at(0))))
        new, old = type_of(options, self.dialect), type_of(options, self.dialect, "old")
        same = False

        def emit(kind: Kind, **fields: Any) -> None:
            nonlocal same
            self.emit(kind, call, same=same, table=table, column=column, **fields)
            same = True

        if new != old or not new:
            emit(Kind.ALTER_TYPE, new_type=new, old_type=old)
        was, now = options.get("oldNullable") is True, options.get("nullable") is True
        if was and not now:
            emit(Kind.SET_NOT_NULL)
        elif now and not was:
            emit(Kind.DROP_NOT_NULL)
        kind, text = default_of(options, self.dialect)
        old_options = {
            "defaultValue": options.get("oldDefaultValue"),
            "defaultValueSql": options.get("oldDefaultValueSql"),
        }
        if (kind, text) != default_of(old_options, self.dialect):
            emit(Kind.DROP_DEFAULT if kind is DefaultKind.NONE else Kind.SET_DEFAULT, default=kind)
        if not same:
            emit(Kind.COLUMN_OPTION, options=("annotation",))

    def create_index(self, call: Call, steps: list[Call]) -> None:
        noted = " ".join(f"{word(step.at(0))}={step.at(1)}" for step in steps if step.name == "Annotation")
        method = word(next((step.at(1) for step in steps if word(step.at(0)) == "Npgsql:IndexMethod"), "")).lower()
        index = Index(
            columns_named(call, 2), call.options.get("unique") is True, method, call.options.get("filter") is not None
        )
        self.emit(
            Kind.CREATE_INDEX, call, table=table_of(call), name=plain_name(word(call.options.get("name", call.at(0)))),
            index=index,
            concurrent="Concurrently=True" in noted,
        )  # fmt: skip

    def drop_index(self, call: Call, steps: list[Call]) -> None:
        self.emit(
            Kind.DROP_INDEX, call, table=table_of(call), name=plain_name(word(call.options.get("name", call.at(0))))
        )

    def rename_index(self, call: Call, steps: list[Call]) -> None:
        old, new = plain_name(word(call.options.get("name"))), plain_name(word(call.options.get("newName")))
        self.emit(Kind.RENAME_INDEX, call, table=table_of(call), name=old, new_name=new)

    def add_key(self, call: Call, steps: list[Call]) -> None:
        self.emit(Kind.ADD_CONSTRAINT, call, table=table_of(call), constraint=key_of(call, self.dialect))

    def drop_key(self, call: Call, steps: list[Call]) -> None:
        kind = _KINDS[call.name.removeprefix("Drop")]
        name = plain_name(word(call.options.get("name", call.at(0))))
        self.emit(Kind.DROP_CONSTRAINT, call, table=table_of(call), name=name, constraint=Constraint(kind, (), name))

    def object_of(self, call: Call, steps: list[Call]) -> None:
        """Schemas, sequences, the database as a whole."""
        verb = next(verb for verb in _VERBS if call.name.startswith(verb))
        what = call.name.removeprefix(verb).lower()
        name = plain_name(word(call.options.get("name", call.at(0))))
        fields: dict[str, Any] = {"new_name": plain_name(word(call.options.get("newName")))} if verb == "Rename" else {}
        self.emit(
            _VERBS[verb], call, object=what, name=name, if_not_exists=what == "schema" and verb == "Ensure", **fields
        )

    def rows(self, call: Call, steps: list[Call]) -> None:
        kind = {"InsertData": Kind.INSERT, "UpdateData": Kind.UPDATE, "DeleteData": Kind.DELETE}[call.name]
        self.emit(kind, call, table=table_of(call), has_where=True, options=("keys",))

    def run_sql(self, call: Call, steps: list[Call]) -> None:
        alone = call.options.get("suppressTransaction", call.at(1)) is True
        outer = self.transaction
        self.transaction = Transaction.NONE if alone else outer
        self.sql(call.options.get("sql", call.at(0)), call)
        self.transaction = outer
        self.batch += 1 if alone else 0


_QUIET = frozenset(
    {
        "raise",
        "IsNpgsql",
        "IsSqlServer",
        "IsSqlite",
        "IsMySql",
        "Annotation",
        "WriteLine",
        "ActiveProvider",
        "OldAnnotation",
    }
)
_VERBS = {
    "Create": Kind.CREATE_OBJECT, "Ensure": Kind.CREATE_OBJECT, "Drop": Kind.DROP_OBJECT, "Rename": Kind.RENAME_OBJECT,
    "Alter": Kind.ALTER_OBJECT, "Restart": Kind.ALTER_OBJECT,
}  # fmt: skip
_KINDS = {
    "ForeignKey": ConstraintKind.FOREIGN, "PrimaryKey": ConstraintKind.PRIMARY,
    "UniqueConstraint": ConstraintKind.UNIQUE,
    "CheckConstraint": ConstraintKind.CHECK,
}  # fmt: skip
_OPERATIONS: Mapping[str, Callable[[Any, Call, list[Call]], None]] = {
    "CreateTable": _Builder.create_table, "DropTable": _Builder.drop_table, "RenameTable": _Builder.rename_table,
    "AddColumn": _Builder.add_column, "DropColumn": _Builder.drop_column, "RenameColumn": _Builder.rename_column,
    "AlterColumn": _Builder.alter_column, "CreateIndex": _Builder.create_index, "DropIndex": _Builder.drop_index,
    "RenameIndex": _Builder.rename_index, "Sql": _Builder.run_sql,
    **{f"Add{name}": _Builder.add_key for name in _KINDS},
    **{f"Drop{name}": _Builder.drop_key for name in _KINDS},
    **dict.fromkeys(("InsertData", "UpdateData", "DeleteData"), _Builder.rows),
    **dict.fromkeys(
        ("EnsureSchema", "DropSchema", "CreateSequence", "DropSequence", "AlterSequence", "RenameSequence",
        "RestartSequence",
         "AlterDatabase", "AlterTable"),
        _Builder.object_of,
    ),
}  # fmt: skip
