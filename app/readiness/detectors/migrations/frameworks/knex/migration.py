"""One migration of Knex: what `up` and `down` do with `knex.schema`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from app.readiness.conditions.code import LIMIT, syntax_tree
from app.readiness.detectors.migrations.frameworks.knex.columns import COLUMNS, column_of, references_of
from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.sql_pieces import check_of
from app.readiness.detectors.migrations.frameworks.syntax.script import ScriptReader
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Block,
    Call,
    Name,
    Value,
    chain,
    flatten,
    word,
    words,
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
from app.readiness.detectors.migrations.sql.names import plain_name, table_name
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source

_FILE = re.compile(r"(?:^|/)(\d{8,})[_-]([^/]+)\.(?:js|ts|mjs|cjs)$")
_UP = re.compile(rb"\bup\b")


def is_knex(path: str, content: bytes) -> bool:
    lower = path.lower()
    is_named = "migrat" in lower and _UP.search(content) is not None
    return (
        path.endswith((".js", ".ts", ".mjs", ".cjs"))
        and is_named
        and b"knex" in content.lower()
        and not path.endswith(".d.ts")
    )


def read_knex(source: Source, dialect: Dialect) -> Migration:
    """Raises `Malformed`."""
    if len(source.content) > LIMIT:
        raise Malformed(f"larger than {LIMIT:,} bytes")
    reader = ScriptReader()
    reader.read(source.parse(syntax_tree))
    lowering = _Knex(source, dialect)
    config = reader.names.get("config")
    if (
        isinstance(config, dict)
        and config.get("transaction") is False
        or reader.names.get("config.transaction") is False
    ):
        lowering.transaction = Transaction.NONE
    is_refused = False
    for direction, name in ((Direction.UP, "up"), (Direction.DOWN, "down")):
        if name in reader.functions:
            lowering.turn(direction)
            found = tuple(flatten(reader.run(reader.functions[name].body)))
            is_refused = name == "down" and any(isinstance(value, Call) and value.name == "raise" for value in found)
            lowering.walk(found)
    ups = any(op.direction is Direction.UP for op in lowering.ops)
    downs = any(op.direction is Direction.DOWN for op in lowering.ops)
    file = _FILE.search(source.path)
    return Migration(
        source.path, "knex", tuple(lowering.ops), line=source.path.rpartition("/")[0], version=file[1] if file else "",
        id=source.path.rpartition("/")[2], transaction=lowering.transaction, reversible=not is_refused and (downs or not ups),
    )  # fmt: skip


class _Knex(Lowering):
    """schema: what `withSchema` named for the chain that is read."""

    def walk(self, values: Iterable[Value]) -> None:
        for value in flatten(list(values)):
            if isinstance(value, list):
                self.walk(value)
            elif isinstance(value, Call):
                self.read(chain(value))

    def read(self, steps: list[Call]) -> None:
        """A chain: schema calls one after another, `then`, SQL, or rows of a table."""
        names = [step.name for step in steps]
        root = steps[0].receiver.text if isinstance(steps[0].receiver, Name) else ""
        schema = next((word(step.at(0)) for step in steps if step.name == "withSchema"), "")
        if steps[-1].name == "raw" and not root.endswith("schema") and len(steps) == 1:
            self.sql(steps[0].at(0), steps[0])
            return
        if (
            root.endswith("schema")
            or root.endswith("Schema")
            or {"createTable", "alterTable", "dropTable"} & set(names)
        ):
            for step in steps:
                self.step(step, schema)
            return
        kind = next((_ROWS[name] for name in reversed(names) if name in _ROWS), None)
        if kind is not None:
            table = word(steps[0].at(0)) or next(
                (word(s.at(0)) for s in steps if s.name in ("from", "into", "table")), ""
            )
            filtered = any(name.lower().startswith(("where", "andwhere", "orwhere")) for name in names)
            self.emit(kind, steps[-1], table=table_name(table) if table else "", has_where=filtered)
        elif any(name == "raw" for name in names):
            step = next(step for step in steps if step.name == "raw")
            self.sql(step.at(0), step)
        else:
            self.blocks(steps)

    def blocks(self, steps: list[Call]) -> None:
        """What is passed on: `transaction(trx => …)`, `then(() => …)`; anything else is a program."""
        found = False
        for step in steps:
            for value in step.arguments:
                if isinstance(value, Block):
                    self.walk(value.statements)
                    found = True
        is_quiet = (
            steps[-1].name in _QUIET
            or steps[0].name in _QUIET
            or isinstance(steps[0].receiver, Name)
            and steps[0].receiver.text == "console"
        )
        if (
            not found
            and not is_quiet
            and not any(op.kind is Kind.CODE and op.direction is self.direction for op in self.ops)
        ):
            self.emit(Kind.CODE, steps[-1], name=steps[-1].name)

    def step(self, call: Call, schema: str) -> None:
        name = call.name
        given = word(call.at(0))
        table = table_name(schema, *given.split(".")) if given else ""
        block = next((value for value in call.arguments if isinstance(value, Block)), None)
        if name in ("createTable", "createTableIfNotExists"):
            self.create(call, table, block, optional=name.endswith("Exists"))
        elif name in ("table", "alterTable"):
            for steps in _chains(block):
                self.change(steps, table)
        elif name in ("dropTable", "dropTableIfExists"):
            self.emit(Kind.DROP_TABLE, call, table=table, if_exists=name.endswith("Exists"), resolved=bool(table))
        elif name == "renameTable":
            self.emit(Kind.RENAME_TABLE, call, table=table, new_name=plain_name(word(call.at(1))))
        elif name == "raw":
            self.sql(call.at(0), call)
        elif name in (
            "createSchema",
            "createSchemaIfNotExists",
            "createView",
            "createViewOrReplace",
            "createMaterializedView",
            "createExtension",
        ):
            self.emit(
                Kind.CREATE_OBJECT,
                call,
                object="schema" if "Schema" in name else "view",
                name=table,
                replaces="Replace" in name,
            )
        elif name.startswith("drop"):
            self.emit(Kind.DROP_OBJECT, call, object="schema" if "Schema" in name else "view", name=table)
        elif name == "refreshMaterializedView":
            self.emit(Kind.REFRESH_VIEW, call, name=table, concurrent=call.at(1) is True)
        elif name in ("alterView", "renameView"):
            self.emit(Kind.ALTER_OBJECT, call, object="view", name=table)
        elif block is not None:
            self.walk(block.statements)

    def create(self, call: Call, table: str, block: Block | None, *, optional: bool) -> None:
        columns: list[Column] = []
        constraints: list[Constraint] = []
        indexes: list[tuple[Index, str]] = []
        known = True
        for steps in _chains(block):
            first = steps[0].name
            if first in COLUMNS:
                columns.append(column_of(steps, self.dialect))
                indexes += [(Index((columns[-1].name,)), "")] if any(step.name == "index" for step in steps[1:]) else []
            elif first == "timestamps":
                columns += _timestamps(steps[0])
            elif first == "index":
                indexes.append((_index(steps[0]), plain_name(word(steps[0].at(1)))))
            elif (constraint := _constraint(steps, self.dialect)) is not None:
                constraints.append(constraint)
            elif first not in _TABLE_OPTIONS:
                known = False
        note = "" if known else "a part of it is computed"
        self.emit(
            Kind.CREATE_TABLE,
            call,
            table=table,
            columns=tuple(columns),
            constraints=tuple(constraints),
            if_not_exists=optional,
            note=note,
        )
        for index, name in indexes:
            self.emit(Kind.CREATE_INDEX, call, table=table, index=index, name=name)

    def change(self, steps: Sequence[Call], table: str) -> None:
        first, place = steps[0], steps[-1]
        name = first.name
        if name in COLUMNS:
            self.column(steps, table)
        elif name == "timestamps":
            for column in _timestamps(first):
                self.emit(Kind.ADD_COLUMN, place, table=table, column=column.name, definition=column)
        elif name in ("dropColumn", "dropColumns", "dropTimestamps"):
            columns = [column for value in first.arguments for column in words(value)]
            columns = ["created_at", "updated_at"] if name == "dropTimestamps" else columns or [""]
            for at, column in enumerate(columns):
                self.emit(
                    Kind.DROP_COLUMN, place, same=at > 0, table=table, column=plain_name(column), resolved=bool(column)
                )
        elif name == "renameColumn":
            self.emit(
                Kind.RENAME_COLUMN,
                place,
                table=table,
                column=plain_name(word(first.at(0))),
                new_name=plain_name(word(first.at(1))),
            )
        elif name in ("setNullable", "dropNullable"):
            kind = Kind.DROP_NOT_NULL if name == "setNullable" else Kind.SET_NOT_NULL
            self.emit(kind, place, table=table, column=plain_name(word(first.at(0))))
        elif name == "index":
            self.emit(Kind.CREATE_INDEX, place, table=table, index=_index(first), name=plain_name(word(first.at(1))))
        elif (constraint := _constraint(steps, self.dialect)) is not None:
            self.emit(Kind.ADD_CONSTRAINT, place, table=table, constraint=constraint)
        elif name.startswith("drop"):
            self.drop_key(first, table)
        elif name not in _TABLE_OPTIONS:
            self.dynamic(place, f"{name} is no method of a table builder")

    def column(self, steps: Sequence[Call], table: str) -> None:
        """A new column, then its keys; with `alter()` the whole column said anew."""
        place, said = steps[-1], {step.name for step in steps}
        column = column_of(steps, self.dialect)
        bare = replace(column, references=None, is_unique=False)
        fields: dict[str, Any] = {"table": table, "resolved": bool(table and column.name)}
        if "alter" in said:
            self.emit(Kind.MODIFY_COLUMN, place, column=column.name, definition=column, **fields)
            return
        self.emit(Kind.ADD_COLUMN, place, column=column.name, definition=bare, **fields)
        if column.is_unique:
            constraint = Constraint(ConstraintKind.UNIQUE, (column.name,))
            self.emit(Kind.ADD_CONSTRAINT, place, constraint=constraint, options=("implied",), **fields)
        if column.references is not None:
            constraint = Constraint(ConstraintKind.FOREIGN, (column.name,), "", column.references)
            self.emit(Kind.ADD_CONSTRAINT, place, constraint=constraint, options=("implied",), **fields)
        if "index" in said:
            self.emit(Kind.CREATE_INDEX, place, index=Index((column.name,)), options=("implied",), **fields)

    def drop_key(self, call: Call, table: str) -> None:
        """`dropForeign`, `dropUnique` and `dropIndex` are given columns and, after them, a name."""
        kinds = {
            "dropForeign": ConstraintKind.FOREIGN,
            "dropPrimary": ConstraintKind.PRIMARY,
            "dropUnique": ConstraintKind.UNIQUE,
        }
        columns = tuple(plain_name(column) for column in words(call.at(0)))
        end = call.name.removeprefix("drop").lower()
        name = plain_name(word(call.at(1))) or "_".join([table, *columns, end])
        if call.name == "dropIndex":
            self.emit(Kind.DROP_INDEX, call, table=table, name=name, index=Index(columns))
        elif call.name in kinds or call.name == "dropChecks":
            kind = kinds.get(call.name, ConstraintKind.CHECK)
            self.emit(Kind.DROP_CONSTRAINT, call, table=table, name=name, constraint=Constraint(kind, columns, name))
        else:
            self.dynamic(call, f"{call.name} is no method of a table builder")


def _chains(block: Block | None) -> list[list[Call]]:
    found = flatten(block.statements if block is not None else ())
    return [chain(value) for value in found if isinstance(value, Call) and value.name != "raise"]


def _constraint(steps: Sequence[Call], dialect: Dialect) -> Constraint | None:
    first = steps[0]
    columns = tuple(plain_name(column) for column in words(first.at(0)))
    options = first.at(1)
    name = plain_name(word(options.get("indexName")) if isinstance(options, dict) else word(options))
    if first.name == "unique":
        return Constraint(ConstraintKind.UNIQUE, columns, name)
    if first.name == "primary":
        return Constraint(ConstraintKind.PRIMARY, columns, name)
    if first.name == "foreign":
        return Constraint(ConstraintKind.FOREIGN, columns, name, references_of(steps))
    if first.name.startswith("check"):
        return check_of(word(first.at(0)) if first.name == "check" else "", "", dialect)
    return None


def _index(call: Call) -> Index:
    options = call.at(2)
    method = word(options.get("indexType", "")) if isinstance(options, dict) else word(options)
    is_unique = isinstance(options, dict) and options.get("storageEngineIndexType") == "unique"
    partial = isinstance(options, dict) and options.get("predicate") is not None
    columns = call.at(0)
    items = columns if isinstance(columns, list) else [columns]
    return Index(
        tuple(plain_name(word(item)) if isinstance(item, str) else "" for item in items),
        is_unique,
        method.lower(),
        partial,
    )


def _timestamps(call: Call) -> list[Column]:
    """`timestamps(useTimestamps, defaultToNow)`; with a default they are not null."""
    options = call.at(0)
    now = call.at(1) is True or isinstance(options, dict) and options.get("defaultToNow") is True
    default = DefaultKind.STABLE if now else DefaultKind.NONE
    return [
        Column(name, "timestamp with time zone", not now, default, "now()" if now else "")
        for name in ("created_at", "updated_at")
    ]


_TABLE_OPTIONS = frozenset(
    {"comment", "engine", "charset", "collate", "inherits", "queryContext", "specificType", "raise"}
)
_ROWS = {
    "update": Kind.UPDATE, "insert": Kind.INSERT, "del": Kind.DELETE, "delete": Kind.DELETE, "truncate": Kind.TRUNCATE,
    "increment": Kind.UPDATE, "decrement": Kind.UPDATE, "batchInsert": Kind.INSERT,
}  # fmt: skip
_QUIET = frozenset(
    {
        "log",
        "select",
        "first",
        "hasTable",
        "hasColumn",
        "raise",
        "resolve",
        "pluck",
        "info",
        "error",
        "count",
        "push",
        "getLogger",
        "require",
    }
)
