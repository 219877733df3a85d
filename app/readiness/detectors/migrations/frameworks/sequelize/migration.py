"""Migrations of Sequelize: what `up` and `down` ask of the query interface."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.readiness.conditions.code import LIMIT, syntax_tree
from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.sequelize.columns import column_of, constraint_of, index_of, table_of
from app.readiness.detectors.migrations.frameworks.syntax.script_module import ScriptModule
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Block,
    Call,
    Name,
    chain,
    word,
    words,
)
from app.readiness.detectors.migrations.model import (
    Constraint,
    ConstraintKind,
    Dialect,
    Index,
    Kind,
    Migration,
    Transaction,
)
from app.readiness.detectors.migrations.sql.names import plain_name
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source

_FILE = re.compile(r"(?:^|/)(\d{8,})[-_]?([^/]*)\.(?:js|ts|mjs|cjs)$")


def is_sequelize(path: str, content: bytes) -> bool:
    return path.endswith((".js", ".ts", ".mjs", ".cjs")) and b"queryInterface" in content and "migrat" in path.lower()


def read_sequelize(source: Source, dialect: Dialect) -> Migration:
    """Raises `Malformed`."""
    if len(source.content) > LIMIT:
        raise Malformed(f"larger than {LIMIT:,} bytes")
    reader = ScriptModule()
    reader.read(source.parse(syntax_tree))
    lowering = _Sequelize(source, dialect)
    lowering.transaction = Transaction.NONE
    is_reversible = lowering.walk_ways(reader, "up", "down")
    file = _FILE.search(source.path)
    return Migration(
        source.path, "sequelize", tuple(lowering.ops), line=source.path.rpartition("/")[0],
        version=file[1] if file else "",
        id=source.path.rpartition("/")[2], transaction=Transaction.NONE, reversible=is_reversible,
    )  # fmt: skip


class _Sequelize(Lowering):
    """Sequelize opens no transaction of its own; `sequelize.transaction(…)` does."""

    def read(self, call: Call) -> None:
        steps = chain(call)
        blocks = [value for step in steps for value in step.arguments if isinstance(value, Block)]
        if len(steps) > 1 and call.name in ("then", "catch", "finally"):
            self.walk([steps[-2], *(value for block in blocks for value in block.statements)])
            return
        read = _OPERATIONS.get(call.name)
        if read is not None and isinstance(call.receiver, Name):
            read(self, call)
        elif call.name == "transaction" and blocks:
            self.transact(blocks[0])
        elif blocks:
            self.walk([value for block in blocks for value in block.statements])
        elif (
            isinstance(call.receiver, Name)
            and call.receiver.last == "queryInterface"
            and not call.name.startswith(("show", "describe", "quote"))
        ):
            self.dynamic(call, f"{call.name} is no method of the query interface")
        elif call.name not in _QUIET:
            self.code(call)

    def transact(self, block: Block) -> None:
        outer, self.transaction = self.transaction, Transaction.OWN
        self.batch += 1
        self.walk(block.statements)
        self.transaction = outer
        self.batch += 1

    def query(self, call: Call) -> None:
        self.sql(call.at(0), call)

    def create_table(self, call: Call) -> None:
        columns, given = [], call.at(1)
        constraints: list[Constraint] = []
        for name, item in given.items() if isinstance(given, dict) else ():
            columns.append(column_of(name, item, self.dialect))
        options = call.at(2)
        unique = options.get("uniqueKeys") if isinstance(options, dict) else None
        for key in unique.values() if isinstance(unique, dict) else ():
            fields = key.get("fields") if isinstance(key, dict) else key
            constraints.append(Constraint(ConstraintKind.UNIQUE, tuple(plain_name(name) for name in words(fields))))
        note = "" if isinstance(given, dict) else "a part of it is computed"
        self.emit(
            Kind.CREATE_TABLE, call, table=table_of(call.at(0)), columns=tuple(columns),
            constraints=tuple(constraints), note=note,
            if_not_exists=True,
        )  # fmt: skip

    def drop_table(self, call: Call) -> None:
        self.emit(Kind.DROP_TABLE, call, table=table_of(call.at(0)), if_exists=True)

    def drop_all(self, call: Call) -> None:
        self.emit(Kind.DROP_OBJECT, call, object="database", cascade=True)

    def rename_table(self, call: Call) -> None:
        self.emit(Kind.RENAME_TABLE, call, table=table_of(call.at(0)), new_name=table_of(call.at(1)))

    def add_column(self, call: Call) -> None:
        column = column_of(word(call.at(1)), call.at(2), self.dialect)
        known = bool(column.name and isinstance(call.at(2), dict | Name | Call))
        self.emit(
            Kind.ADD_COLUMN, call, table=table_of(call.at(0)), column=column.name, definition=column, resolved=known
        )

    def remove_column(self, call: Call) -> None:
        column = plain_name(word(call.at(1)))
        self.emit(Kind.DROP_COLUMN, call, table=table_of(call.at(0)), column=column, resolved=bool(column))

    def rename_column(self, call: Call) -> None:
        old, new = plain_name(word(call.at(1))), plain_name(word(call.at(2)))
        self.emit(Kind.RENAME_COLUMN, call, table=table_of(call.at(0)), column=old, new_name=new)

    def change_column(self, call: Call) -> None:
        column = column_of(word(call.at(1)), call.at(2), self.dialect)
        self.emit(
            Kind.MODIFY_COLUMN,
            call,
            table=table_of(call.at(0)),
            column=column.name,
            definition=column,
            resolved=bool(column.name),
        )

    def add_index(self, call: Call) -> None:
        index, name, concurrent = index_of(call)
        self.emit(Kind.CREATE_INDEX, call, table=table_of(call.at(0)), index=index, name=name, concurrent=concurrent)

    def remove_index(self, call: Call) -> None:
        given, options = call.at(1), call.at(2)
        concurrent = isinstance(options, dict) and options.get("concurrently") is True
        table = table_of(call.at(0))
        columns = tuple(plain_name(name) for name in words(given)) if isinstance(given, list) else ()
        name = plain_name(word(given)) if isinstance(given, str) else "_".join([table, *columns])
        self.emit(
            Kind.DROP_INDEX,
            call,
            table=table,
            name=name,
            concurrent=concurrent,
            index=Index(columns) if columns else None,
        )

    def add_constraint(self, call: Call) -> None:
        constraint = constraint_of(call, self.dialect)
        known = constraint.kind is not ConstraintKind.UNKNOWN
        self.emit(Kind.ADD_CONSTRAINT, call, table=table_of(call.at(0)), constraint=constraint, resolved=known)

    def remove_constraint(self, call: Call) -> None:
        name = plain_name(word(call.at(1)))
        constraint = Constraint(ConstraintKind.UNKNOWN, (), name)
        self.emit(Kind.DROP_CONSTRAINT, call, table=table_of(call.at(0)), name=name, constraint=constraint)

    def rows(self, call: Call) -> None:
        kind = {"bulkInsert": Kind.INSERT, "bulkUpdate": Kind.UPDATE, "bulkDelete": Kind.DELETE}[call.name]
        where = call.at(2 if kind is Kind.UPDATE else 1)
        has_where = (
            kind is Kind.INSERT
            or (isinstance(where, dict) and bool(where))
            or (where is not None and not isinstance(where, dict | Name))
        )
        self.emit(kind, call, table=table_of(call.at(0)), has_where=has_where)

    def object_of(self, call: Call) -> None:
        kind = Kind.CREATE_OBJECT if call.name.startswith("create") else Kind.DROP_OBJECT
        self.emit(
            kind,
            call,
            object=call.name.removeprefix("create").removeprefix("drop").lower(),
            name=plain_name(word(call.at(0))),
        )


_QUIET = frozenset(
    {
        "raise",
        "log",
        "resolve",
        "commit",
        "rollback",
        "describeTable",
        "showAllTables",
        "transaction",
        "require",
        "push",
        "error",
    }
)
_OPERATIONS: Mapping[str, Callable[[Any, Call], None]] = {
    "query": _Sequelize.query, "createTable": _Sequelize.create_table, "dropTable": _Sequelize.drop_table,
    "dropAllTables": _Sequelize.drop_all, "renameTable": _Sequelize.rename_table, "addColumn": _Sequelize.add_column,
    "removeColumn": _Sequelize.remove_column, "renameColumn": _Sequelize.rename_column,
    "changeColumn": _Sequelize.change_column,
    "addIndex": _Sequelize.add_index, "removeIndex": _Sequelize.remove_index,
    "addConstraint": _Sequelize.add_constraint,
    "removeConstraint": _Sequelize.remove_constraint, "bulkInsert": _Sequelize.rows, "bulkUpdate": _Sequelize.rows,
    "bulkDelete": _Sequelize.rows, "createSchema": _Sequelize.object_of, "dropSchema": _Sequelize.object_of,
    "dropEnum": _Sequelize.object_of, "createFunction": _Sequelize.object_of, "dropFunction": _Sequelize.object_of,
}  # fmt: skip
