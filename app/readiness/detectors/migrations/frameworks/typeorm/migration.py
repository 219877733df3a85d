"""One migration of TypeORM: what `up` and `down` ask of the query runner."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.readiness.conditions.code import LIMIT, syntax_tree
from app.readiness.detectors.migrations.frameworks.syntax.script_module import ScriptModule
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Block,
    Call,
    Name,
    chain,
)
from app.readiness.detectors.migrations.frameworks.typeorm.columns import (
    column_of,
    constraint_of,
    described,
    foreign_key,
    index_of,
    name_of,
    table_of,
)
from app.readiness.detectors.migrations.frameworks.typeorm.keys import KeyOperations, each_of, items_of
from app.readiness.detectors.migrations.model import (
    ConstraintKind,
    Dialect,
    Kind,
    Migration,
    Transaction,
)
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source

_FILE = re.compile(r"(?:^|/)(\d{8,})[-_]?([^/]*)\.(?:js|ts|mjs|cjs)$")
_STAMP = re.compile(rb"\bclass\s+\w*?(\d{13})\b")


def is_typeorm(path: str, content: bytes) -> bool:
    marked = b"MigrationInterface" in content or (b"queryRunner" in content and b"up(" in content)
    return path.endswith((".js", ".ts", ".mjs", ".cjs")) and marked and not path.endswith(".d.ts")


def read_typeorm(source: Source, dialect: Dialect) -> Migration:
    """Raises `Malformed`."""
    if len(source.content) > LIMIT:
        raise Malformed(f"larger than {LIMIT:,} bytes")
    reader = ScriptModule()
    reader.read(source.parse(syntax_tree))
    lowering = _TypeOrm(source, dialect)
    if reader.names.get("this.transaction") is False:
        lowering.transaction = Transaction.NONE
    is_reversible = lowering.walk_ways(reader, "up", "down")
    file, stamp = _FILE.search(source.path), _STAMP.search(source.content)
    return Migration(
        source.path, "typeorm", tuple(lowering.ops), line=source.path.rpartition("/")[0],
        version=file[1] if file else stamp[1].decode() if stamp else "",
        id=source.path.rpartition("/")[2].rpartition(".")[0],
        transaction=lowering.transaction, reversible=is_reversible,
    )  # fmt: skip


class _TypeOrm(KeyOperations):
    def read(self, call: Call) -> None:
        owner = call.receiver
        is_runner = isinstance(owner, Name) and owner.last.lower() in (
            "queryrunner",
            "runner",
            "manager",
            "connection",
            "qr",
            "db",
        )
        read = _OPERATIONS.get(call.name) if is_runner or (isinstance(owner, Call) and call.name == "query") else None
        if read is not None:
            read(self, call)
            return
        blocks = [value for value in call.arguments if isinstance(value, Block)]
        for block in blocks:
            self.walk(block.statements)
        steps = chain(call)
        kind = next((_ROWS[step.name] for step in reversed(steps) if step.name in _ROWS), None)
        root = steps[0].receiver.text if isinstance(steps[0].receiver, Name) else ""
        if (
            blocks
            or call.name in _QUIET
            or call.name.startswith((".", "get", "has", "find"))
            or root in ("console", "Logger", "process")
        ):
            return
        if (kind is not None and len(steps) > 1) or (kind is not None and "anager" in root):
            self.emit(kind, call, has_where=any("here" in step.name for step in steps) or len(call.arguments) > 1)
        elif is_runner:
            self.dynamic(call, f"{call.name} is no method of a query runner")
        else:
            self.code(call)

    def query(self, call: Call) -> None:
        self.sql(call.at(0), call)

    def create_table(self, call: Call) -> None:
        said = described(call.at(0))
        listed = said.get("columns")
        columns = tuple(column_of(item, self.dialect) for item in items_of(listed))
        constraints = [foreign_key(item) for item in items_of(said.get("foreignKeys"))]
        constraints += [
            constraint_of(ConstraintKind.UNIQUE, item, self.dialect) for item in items_of(said.get("uniques"))
        ]
        constraints += [
            constraint_of(ConstraintKind.CHECK, item, self.dialect) for item in items_of(said.get("checks"))
        ]
        table, note = table_of(call.at(0)), "" if isinstance(listed, list) else "a part of it is computed"
        self.emit(
            Kind.CREATE_TABLE, call, table=table, columns=columns, constraints=tuple(constraints),
            if_not_exists=call.at(1) is True,
            note=note, resolved=bool(table),
        )  # fmt: skip
        for item in items_of(said.get("indices")):
            index, name = index_of(item)
            self.emit(Kind.CREATE_INDEX, call, table=table, index=index, name=name)

    def drop_table(self, call: Call) -> None:
        self.emit(
            Kind.DROP_TABLE, call, table=table_of(call.at(0)), if_exists=call.at(1) is True, cascade=call.at(2) is True
        )

    def rename_table(self, call: Call) -> None:
        self.emit(Kind.RENAME_TABLE, call, table=table_of(call.at(0)), new_name=table_of(call.at(1)))

    def truncate(self, call: Call) -> None:
        self.emit(Kind.TRUNCATE, call, table=table_of(call.at(0)))

    def add_columns(self, call: Call) -> None:
        for item in each_of(call):
            column = column_of(item, self.dialect)
            known = bool(column.name)
            self.emit(
                Kind.ADD_COLUMN, call, table=table_of(call.at(0)), column=column.name, definition=column, resolved=known
            )

    def drop_columns(self, call: Call) -> None:
        for item in each_of(call):
            column = name_of(item)
            self.emit(Kind.DROP_COLUMN, call, table=table_of(call.at(0)), column=column, resolved=bool(column))

    def rename_column(self, call: Call) -> None:
        old, new = call.at(1), call.at(2)
        names = [name_of(item) for item in (old, new)]
        self.emit(Kind.RENAME_COLUMN, call, table=table_of(call.at(0)), column=names[0], new_name=names[1])

    def change_column(self, call: Call) -> None:
        """TypeORM drops a column whose type or length changes, and adds it anew."""
        table = table_of(call.at(0))
        pairs = [(call.at(1), call.at(2))] if call.name == "changeColumn" else []
        for item in items_of(call.at(1)) if call.name == "changeColumns" else []:
            pairs.append((item.get("oldColumn"), item.get("newColumn")) if isinstance(item, dict) else (None, None))
        for old, new in pairs:
            name = name_of(old)
            column = column_of(new, self.dialect)
            if name and column.name and name != column.name:
                self.emit(Kind.RENAME_COLUMN, call, table=table, column=name, new_name=column.name)
            options = ("recreated",)
            self.emit(
                Kind.MODIFY_COLUMN, call, table=table, column=column.name or name, definition=column, options=options,
                resolved=bool(column.name),
            )  # fmt: skip

    def object_of(self, call: Call) -> None:
        kind = Kind.CREATE_OBJECT if call.name.startswith("create") else Kind.DROP_OBJECT
        what = call.name.removeprefix("create").removeprefix("drop").lower()
        name = name_of(call.at(0))
        self.emit(kind, call, object=what, name=name)

    def edge(self, call: Call) -> None:
        kinds = {"startTransaction": Kind.BEGIN, "commitTransaction": Kind.COMMIT, "rollbackTransaction": Kind.ROLLBACK}
        self.emit(kinds[call.name], call)


_EDGES = {"startTransaction": Kind.BEGIN, "commitTransaction": Kind.COMMIT, "rollbackTransaction": Kind.ROLLBACK}
_ROWS = {
    "update": Kind.UPDATE, "delete": Kind.DELETE, "insert": Kind.INSERT, "save": Kind.INSERT, "remove": Kind.DELETE,
    "upsert": Kind.INSERT,
}  # fmt: skip
_QUIET = frozenset({"raise", "release", "connect", "log", "resolve", "push", "map", "isInitialized"})
_OPERATIONS: Mapping[str, Callable[[Any, Call], None]] = {
    "query": _TypeOrm.query, "createTable": _TypeOrm.create_table, "dropTable": _TypeOrm.drop_table,
    "renameTable": _TypeOrm.rename_table,
    "clearTable": _TypeOrm.truncate, "addColumn": _TypeOrm.add_columns, "addColumns": _TypeOrm.add_columns,
    "dropColumn": _TypeOrm.drop_columns, "dropColumns": _TypeOrm.drop_columns, "renameColumn": _TypeOrm.rename_column,
    "changeColumn": _TypeOrm.change_column, "changeColumns": _TypeOrm.change_column,
    "createIndex": _TypeOrm.create_indexes,
    "createIndices": _TypeOrm.create_indexes, "dropIndex": _TypeOrm.drop_indexes, "dropIndices": _TypeOrm.drop_indexes,
    "createForeignKey": _TypeOrm.create_keys, "createForeignKeys": _TypeOrm.create_keys,
    "createPrimaryKey": _TypeOrm.primary_key, "dropPrimaryKey": _TypeOrm.primary_key,
    "updatePrimaryKeys": _TypeOrm.primary_key,
    **dict.fromkeys(
        ("createUniqueConstraint", "createUniqueConstraints", "createCheckConstraint", "createCheckConstraints",
         "createExclusionConstraint", "createExclusionConstraints"),
        _TypeOrm.create_constraints,
    ),
    **dict.fromkeys(
        ("dropUniqueConstraint", "dropUniqueConstraints", "dropCheckConstraint", "dropCheckConstraints",
        "dropForeignKey",
         "dropForeignKeys", "dropExclusionConstraint", "dropExclusionConstraints"),
        _TypeOrm.drop_constraints,
    ),
    **dict.fromkeys(
        ("createSchema", "dropSchema", "createDatabase", "dropDatabase", "createView", "dropView"), _TypeOrm.object_of
    ),
    **dict.fromkeys(_EDGES, _TypeOrm.edge),
}  # fmt: skip
