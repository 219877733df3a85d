"""One migration of Knex: what `up` and `down` do with `knex.schema`."""

import re

from app.readiness.conditions.code import LIMIT, syntax_tree
from app.readiness.detectors.migrations.frameworks.knex.tables import TableOperations, chains_of
from app.readiness.detectors.migrations.frameworks.syntax.script_module import ScriptModule
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Block,
    Call,
    Name,
    chain,
    word,
)
from app.readiness.detectors.migrations.model import (
    Dialect,
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
    reader = ScriptModule()
    reader.read(source.parse(syntax_tree))
    lowering = _Knex(source, dialect)
    config = reader.names.get("config")
    if (isinstance(config, dict) and config.get("transaction") is False) or reader.names.get(
        "config.transaction"
    ) is False:
        lowering.transaction = Transaction.NONE
    is_reversible = lowering.walk_ways(reader, "up", "down")
    file = _FILE.search(source.path)
    return Migration(
        source.path, "knex", tuple(lowering.ops), line=source.path.rpartition("/")[0], version=file[1] if file else "",
        id=source.path.rpartition("/")[2], transaction=lowering.transaction, reversible=is_reversible,
    )  # fmt: skip


class _Knex(TableOperations):
    """Reads chains that begin at `knex`, at its schema, or at a transaction."""

    def read(self, call: Call) -> None:
        """A chain: schema calls one after another, `then`, SQL, or rows of a table."""
        steps = chain(call)
        names = [step.name for step in steps]
        root = steps[0].receiver.text if isinstance(steps[0].receiver, Name) else ""
        schema = next((word(step.at(0)) for step in steps if step.name == "withSchema"), "")
        kind = next((_ROWS[name] for name in reversed(names) if name in _ROWS), None)
        raw = next((step for step in steps if step.name == "raw"), None)
        if root.endswith(("schema", "Schema")) or {"createTable", "alterTable", "dropTable"} & set(names):
            for step in steps:
                self.step(step, schema)
        elif kind is not None:
            self.rows(kind, steps)
        elif raw is not None:
            self.sql(raw.at(0), raw)
        else:
            self.blocks(steps)

    def rows(self, kind: Kind, steps: list[Call]) -> None:
        """`knex("users").where(…).update(…)`."""
        named = (word(step.at(0)) for step in steps if step.name in ("from", "into", "table"))
        table = word(steps[0].at(0)) or next(named, "")
        filtered = any("where" in step.name.lower() for step in steps)
        self.emit(kind, steps[-1], table=table_name(table) if table else "", has_where=filtered)

    def blocks(self, steps: list[Call]) -> None:
        """What is passed on: `transaction(trx => …)`, `then(() => …)`; anything else is a program."""
        blocks = [value for step in steps for value in step.arguments if isinstance(value, Block)]
        for block in blocks:
            self.walk(block.statements)
        is_logged = isinstance(steps[0].receiver, Name) and steps[0].receiver.text == "console"
        if not blocks and not is_logged and not {steps[0].name, steps[-1].name} & _QUIET:
            self.code(steps[-1])

    def step(self, call: Call, schema: str) -> None:
        given = word(call.at(0))
        table = table_name(schema, *given.split(".")) if given else ""
        block = next((value for value in call.arguments if isinstance(value, Block)), None)
        if call.name in ("createTable", "createTableIfNotExists"):
            self.create(call, table, block, optional=call.name.endswith("Exists"))
        elif call.name in ("table", "alterTable"):
            for steps in chains_of(block):
                self.change(steps, table)
        elif call.name in ("dropTable", "dropTableIfExists"):
            if_exists = call.name.endswith("Exists")
            self.emit(Kind.DROP_TABLE, call, table=table, if_exists=if_exists, resolved=bool(table))
        elif call.name == "renameTable":
            self.emit(Kind.RENAME_TABLE, call, table=table, new_name=plain_name(word(call.at(1))))
        elif call.name == "raw":
            self.sql(call.at(0), call)
        elif not self.other_object(call, table) and block is not None:
            self.walk(block.statements)

    def other_object(self, call: Call, name: str) -> bool:
        """Schemas and views; whether it was one."""
        what = "schema" if "Schema" in call.name else "view"
        if call.name == "refreshMaterializedView":
            self.emit(Kind.REFRESH_VIEW, call, name=name, concurrent=call.at(1) is True)
            return True
        verb = next((verb for verb in _VERBS if call.name.startswith(verb)), "")
        if verb:
            self.emit(_VERBS[verb], call, object=what, name=name, replaces="Replace" in call.name)
        return bool(verb)


_VERBS = {
    "create": Kind.CREATE_OBJECT, "drop": Kind.DROP_OBJECT, "alter": Kind.ALTER_OBJECT, "rename": Kind.ALTER_OBJECT,
}  # fmt: skip
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
