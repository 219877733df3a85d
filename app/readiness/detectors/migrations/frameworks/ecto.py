"""Migrations of Ecto."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ast_grep_py import SgNode

from app.readiness.conditions.code import LIMIT, find_nodes, syntax_tree
from app.readiness.detectors.migrations.frameworks.ecto_columns import column_of, default_of, target_of, type_of
from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.sql_pieces import check_of
from app.readiness.detectors.migrations.frameworks.syntax.elixir import ElixirReader
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Block,
    Call,
    Name,
    Value,
    chain,
    flatten,
    is_given,
    word,
)
from app.readiness.detectors.migrations.model import (
    Column,
    Constraint,
    ConstraintKind,
    DefaultKind,
    Dialect,
    Direction,
    Index,
    Kind,
    Migration,
    Transaction,
)
from app.readiness.detectors.migrations.sql.names import table_name
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source

_FILE = re.compile(r"(?:^|/)(\d+)_([^/]+)\.exs?$")


def is_ecto(path: str, content: bytes) -> bool:
    is_named = _FILE.search(path) is not None and b"Migration" in content
    return path.endswith((".exs", ".ex")) and (is_named or b"use Ecto.Migration" in content)


def read_ecto(source: Source, dialect: Dialect) -> Migration:
    """Raises `Malformed`."""
    if len(source.content) > LIMIT:
        raise Malformed(f"larger than {LIMIT:,} bytes")
    root = source.parse(syntax_tree)
    modules = find_nodes(root, _MODULES) or [root]
    lowering = _Ecto(source, dialect)
    for module in modules:
        _read_module(module, lowering)
    file = _FILE.search(source.path)
    return Migration(
        source.path, "ecto", tuple(lowering.ops), line=source.path.rpartition("/")[0], version=file[1] if file else "",
        id=file[2] if file else "", transaction=lowering.transaction, reversible=lowering.is_reversible,
    )  # fmt: skip


_MODULES = '{"kind": "do_block", "inside": {"kind": "call", "regex": "^defmodule"}}'


def _read_module(module: SgNode, lowering: "_Ecto") -> None:
    reader = ElixirReader()
    reader.read(module)
    is_alone = reader.names.get("@disable_ddl_transaction") is True
    lowering.transaction = Transaction.NONE if is_alone else Transaction.IMPLICIT
    lowering.is_locked = is_alone and reader.names.get("@disable_migration_lock") is not True
    for direction, name in ((Direction.UP, "change"), (Direction.UP, "up"), (Direction.DOWN, "down")):
        if name in reader.functions:
            lowering.turn(direction)
            lowering.walk(reader.run(reader.functions[name].body))
    if "up" in reader.functions:
        lowering.is_reversible = "down" in reader.functions and not lowering.is_refused


class _Ecto(Lowering):
    """is_locked: the migration lock is held in a transaction although the migration itself runs in none."""

    is_locked = False
    is_reversible = True
    is_refused = False

    def walk(self, values: Iterable[Value]) -> None:
        for value in flatten(list(values)):
            if isinstance(value, list):
                self.walk(value)
            elif isinstance(value, Call):
                self.operate(value)

    def operate(self, call: Call) -> None:
        read = _OPERATIONS.get(call.name) if call.receiver is None or "migration" in call.path.lower() else None
        if read is not None:
            read(self, call)
        else:
            self.other(call)

    def create(self, call: Call) -> None:
        what = call.at(0)
        if not isinstance(what, Call):
            self.dynamic(call, "what is created is computed")
            return
        optional = call.name.endswith("if_not_exists")
        if what.name == "table":
            self.table(call, what, optional)
        elif what.name in ("index", "unique_index"):
            self.index(call, what, optional)
        elif what.name == "constraint":
            self.constraint(call, what)
        else:
            self.dynamic(call, f"{what.name} is not known")

    def table(self, call: Call, what: Call, optional: bool) -> None:
        inner = [value for value in flatten(call.block.statements if call.block else ()) if isinstance(value, Call)]
        columns = (
            []
            if what.options.get("primary_key") is False
            else [Column("id", "bigint", False, is_primary=True, identity=True)]
        )
        known = True
        for given in inner:
            if given.name.startswith("add"):
                columns.append(column_of(given, self.dialect))
            elif given.name == "timestamps":
                columns += self.timestamps(given)
            else:
                known = False
        note = "" if known else "a part of it is computed"
        self.emit(
            Kind.CREATE_TABLE, call, table=target_of(what), columns=tuple(columns), if_not_exists=optional, note=note
        )

    def index(self, call: Call, what: Call, optional: bool) -> None:
        columns = what.at(1)
        items = columns if isinstance(columns, list) else [columns]
        names = tuple("" if "(" in word(item) or " " in word(item) else word(item).lower() for item in items)
        unique = what.name == "unique_index" or what.options.get("unique") is True
        index = Index(names, unique, word(what.options.get("using")).lower(), what.options.get("where") is not None)
        concurrent = what.options.get("concurrently") is True
        fields: dict[str, Any] = {
            "name": _index_name(what, names),
            "index": index,
            "concurrent": concurrent,
            "if_not_exists": optional,
        }
        self.emit(Kind.CREATE_INDEX, call, table=target_of(what), **fields)
        self.note_lock(concurrent)

    def note_lock(self, concurrent: bool) -> None:
        if concurrent and self.is_locked:
            note = "the migration lock is held in a transaction; @disable_migration_lock lets go of it"
            self.ops[-1] = replace(self.ops[-1], transaction=Transaction.IMPLICIT, note=note)

    def constraint(self, call: Call, what: Call) -> None:
        name, not_valid = word(what.at(1)).lower(), what.options.get("validate") is False
        if what.has("check"):
            found = check_of(word(what.options["check"]), name, self.dialect, not_valid=not_valid)
        else:
            found = Constraint(
                ConstraintKind.EXCLUDE if what.has("exclude") else ConstraintKind.UNKNOWN, (), name, None, not_valid
            )
        self.emit(Kind.ADD_CONSTRAINT, call, table=target_of(what), constraint=found)

    def alter(self, call: Call) -> None:
        what = call.at(0)
        table = target_of(what) if isinstance(what, Call) else ""
        same = False
        for given in flatten(call.block.statements if call.block else ()):
            if isinstance(given, Call):
                before = len(self.ops)
                self.change(given, table, same)
                same = same or len(self.ops) > before

    def change(self, call: Call, table: str, same: bool) -> None:
        """One line in an `alter` block; all of them are one statement."""
        if call.name in ("add", "add_if_not_exists"):
            self.add(call, table, same)
        elif call.name in ("remove", "remove_if_exists"):
            column = word(call.at(0)).lower()
            self.emit(
                Kind.DROP_COLUMN, call, same=same, table=table, column=column, if_exists=call.name.endswith("exists")
            )
            self.is_reversible = self.is_reversible and len(call.arguments) > 1
        elif call.name == "modify":
            self.modify(call, table, same)
        elif call.name == "timestamps":
            for place, column in enumerate(self.timestamps(call)):
                self.emit(
                    Kind.ADD_COLUMN, call, same=same or place > 0, table=table, column=column.name, definition=column
                )
        else:
            self.dynamic(call, f"{call.name} is not known in an alter block")

    def add(self, call: Call, table: str, same: bool) -> None:
        column = column_of(call, self.dialect)
        fields: dict[str, Any] = {"table": table, "column": column.name, "if_not_exists": call.name.endswith("exists")}
        self.emit(Kind.ADD_COLUMN, call, same=same, definition=replace(column, references=None), **fields)
        self.refer(call, table, column)

    def refer(self, call: Call, table: str, column: Column) -> None:
        kind = call.at(1)
        if column.references is not None and isinstance(kind, Call):
            not_valid = kind.options.get("validate") is False
            constraint = Constraint(
                ConstraintKind.FOREIGN, (column.name,), word(kind.options.get("name")), column.references, not_valid
            )
            self.emit(Kind.ADD_CONSTRAINT, call, same=True, table=table, constraint=constraint, options=("implied",))

    def modify(self, call: Call, table: str, same: bool) -> None:
        """The type is always said; `from:` says what it and the options were."""
        column = column_of(call, self.dialect)
        before = call.options.get("from")
        items = before if isinstance(before, list) else [before]
        old = (
            type_of(items[0], items[1] if len(items) > 1 and isinstance(items[1], dict) else {}, self.dialect)
            if before is not None
            else ""
        )
        self.is_reversible = self.is_reversible and before is not None
        told: Mapping[str, Value] = items[1] if len(items) > 1 and isinstance(items[1], dict) else {}
        fields: dict[str, Any] = {"table": table, "column": column.name}
        if old != column.type or not old:
            self.emit(Kind.ALTER_TYPE, call, same=same, old_type=old, new_type=column.type, **fields)
            same = True
        if "null" in call.options and call.options["null"] is not told.get("null"):
            self.emit(
                Kind.SET_NOT_NULL if call.options["null"] is False else Kind.DROP_NOT_NULL, call, same=same, **fields
            )
            same = True
        if "default" in call.options:
            kind, _ = default_of(call.options["default"], self.dialect)
            what = Kind.DROP_DEFAULT if kind is DefaultKind.NONE else Kind.SET_DEFAULT
            self.emit(what, call, same=same, default=kind, **fields)
        self.refer(call, table, column)

    def timestamps(self, call: Call) -> list[Column]:
        options = {"null": False, **call.options}
        names = [options.get("inserted_at", "inserted_at"), options.get("updated_at", "updated_at")]
        kind = options.get("type", "naive_datetime")
        return [
            column_of(Call("add", None, (name, kind), options), self.dialect) for name in names if name is not False
        ]

    def drop(self, call: Call) -> None:
        what = call.at(0)
        if not isinstance(what, Call):
            self.dynamic(call, "what is dropped is computed")
            return
        fields: dict[str, Any] = {"table": target_of(what), "if_exists": call.name.endswith("exists")}
        cascade = word(call.options.get("mode")) == "cascade"
        if what.name == "table":
            self.emit(Kind.DROP_TABLE, call, cascade=cascade, **fields)
        elif what.name in ("index", "unique_index"):
            columns = what.at(1)
            names = tuple(word(item).lower() for item in (columns if isinstance(columns, list) else [columns]))
            concurrent = what.options.get("concurrently") is True
            self.emit(
                Kind.DROP_INDEX,
                call,
                name=_index_name(what, names),
                concurrent=concurrent,
                index=Index(names),
                **fields,
            )
            self.note_lock(concurrent)
        else:
            name = word(what.at(1)).lower()
            constraint = Constraint(ConstraintKind.UNKNOWN, (), name)
            self.emit(Kind.DROP_CONSTRAINT, call, name=name, constraint=constraint, cascade=cascade, **fields)

    def rename(self, call: Call) -> None:
        what, new = call.at(0), call.options.get("to")
        table = target_of(what) if isinstance(what, Call) else ""
        if isinstance(new, Call):
            self.emit(Kind.RENAME_TABLE, call, table=table, new_name=target_of(new))
        elif isinstance(what, Call) and what.name == "index":
            self.emit(
                Kind.RENAME_INDEX,
                call,
                table=table,
                name=word(what.options.get("name")).lower(),
                new_name=word(new).lower(),
            )
        else:
            self.emit(
                Kind.RENAME_COLUMN, call, table=table, column=word(call.at(1)).lower(), new_name=word(new).lower()
            )

    def execute(self, call: Call) -> None:
        """The way up, and the way down if there is one; each a text or a function."""
        self.run(call.at(0), call)
        if is_given(call.at(1)):
            self.turn(Direction.DOWN)
            self.run(call.at(1), call)
            self.turn(Direction.UP)
        elif self.direction is Direction.UP:
            self.is_reversible = False

    def run(self, value: Value, call: Call) -> None:
        if isinstance(value, Block):
            self.walk(value.statements)
        else:
            self.sql(value, call)

    def file(self, call: Call) -> None:
        self.dynamic(call, "the SQL lies in another file")

    def refuse(self, call: Call) -> None:
        self.is_refused = True

    def nothing(self, call: Call) -> None:
        return

    def other(self, call: Call) -> None:
        """Rows through the repository, SQL through it, or a program."""
        steps = chain(call)
        root = steps[0].receiver
        is_repo = any(step.name == "repo" for step in steps) or isinstance(root, Name) and root.text.endswith("Repo")
        if call.name in ("query", "query!") and call.arguments:
            text = next((value for value in call.arguments if isinstance(value, str)), call.arguments[0])
            self.sql(text, call)
        elif is_repo and call.name in _ROWS:
            source = call.at(0)
            named = (
                any("where" in (step.name, *step.options) for step in chain(source))
                if isinstance(source, Call)
                else False
            )
            nested = isinstance(source, Call) and isinstance(source.at(0), Call) and source.name == "where"
            self.emit(_ROWS[call.name], call, table=_from(source), has_where=named or nested)
        elif isinstance(root, Name) and root.last in ("Migration", "Migrations") and call.name in ("up", "down"):
            self.dynamic(call, f"{root.text} lies in a library")
        elif call.block is not None or any(isinstance(value, Block) for value in call.arguments):
            blocks = [value for value in call.arguments if isinstance(value, Block)]
            self.walk([value for block in blocks for value in block.statements])
            self.walk(call.block.statements if call.block is not None else ())
        elif isinstance(root, Name) and root.text in ("IO", "Logger", "Application", "System", "Code", "Process"):
            return
        elif not any(op.kind is Kind.CODE and op.direction is self.direction for op in self.ops):
            self.emit(Kind.CODE, call, name=call.name)


def _from(source: Value) -> str:
    while isinstance(source, Call) and source.arguments:
        source = source.arguments[0]
    return table_name(source) if isinstance(source, str) and source.isidentifier() else ""


def _index_name(what: Call, columns: tuple[str, ...]) -> str:
    """The name that is given or that Ecto makes of table and columns."""
    given = word(what.options.get("name")).lower()
    table = target_of(what).rpartition(".")[2]
    return given or ("_".join([table, *columns, "index"]) if all(columns) else "")


_ROWS = {
    "update_all": Kind.UPDATE, "delete_all": Kind.DELETE, "insert_all": Kind.INSERT, "update_all!": Kind.UPDATE,
}  # fmt: skip
_OPERATIONS: Mapping[str, Callable[[Any, Call], None]] = {
    "create": _Ecto.create, "create_if_not_exists": _Ecto.create, "alter": _Ecto.alter, "drop": _Ecto.drop,
    "drop_if_exists": _Ecto.drop, "rename": _Ecto.rename, "execute": _Ecto.execute, "execute_file": _Ecto.file,
    "flush": _Ecto.nothing, "raise": _Ecto.refuse, "repo": _Ecto.nothing, "direction": _Ecto.nothing, "prefix": _Ecto.nothing,
}  # fmt: skip
