"""One revision of Alembic: where it stands in the graph, and its ways up and down."""

import re

from app.readiness.detectors.migrations.frameworks.alembic.operations import AlembicOperations
from app.readiness.detectors.migrations.frameworks.syntax.python import PythonReader, python_tree
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    HOLE,
    Block,
    Call,
    Name,
    Value,
    chain,
    flatten,
    word,
)
from app.readiness.detectors.migrations.model import Dialect, Direction, Kind, Migration, Transaction
from app.readiness.formats.source import Source

_MARK = re.compile(rb"^(?:from alembic\b|import alembic\b|down_revision\b)", re.MULTILINE)
_SCHEMA = re.compile(
    r"column|table|index|constraint|foreign|drop|create|alter|rename|enum|schema|migrate|sequence|view", re.IGNORECASE
)
_BINDS = re.compile(
    r"^(?:bind|conn|connection|connectable|session|db|engine|cursor|cur|op|trans|tx|s)$|get_bind$|\.session$",
    re.IGNORECASE,
)


def is_alembic(path: str, content: bytes) -> bool:
    return path.endswith(".py") and b"def upgrade" in content and _MARK.search(content) is not None


def read_alembic(source: Source, dialect: Dialect) -> Migration:
    """Raises `Malformed`."""
    reader = PythonReader(python_tree(source))
    said = reader.names
    lowering = _Revision(source, dialect)
    ways = ((Direction.UP, "upgrade"), (Direction.DOWN, "downgrade"))
    found = {
        name: tuple(flatten(reader.run(reader.functions[name].body))) for _, name in ways if name in reader.functions
    }
    for direction, name in ways:
        lowering.turn(direction)
        lowering.walk(found.get(name, ()))
    name = source.path.rpartition("/")[2].removesuffix(".py")
    return Migration(
        source.path, "alembic", tuple(lowering.ops), line=source.path.rpartition("/")[0],
        version=word(said.get("revision")),
        id=word(said.get("revision")) or name, parents=_revisions(said.get("down_revision")),
        replaces=_revisions(said.get("replaces")), reversible=_is_reversible(found.get("downgrade"), lowering),
    )  # fmt: skip


def _revisions(value: Value) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(str(item) for item in items if isinstance(item, str))


def _is_reversible(down: tuple[Value, ...] | None, lowering: AlembicOperations) -> bool:
    """Whether the way down does something, or the way up had nothing to undo."""
    if down is None or any(isinstance(value, Call) and value.name == "raise" for value in down):
        return False
    undone = any(op.direction is Direction.DOWN for op in lowering.ops)
    return undone or not any(op.direction is Direction.UP for op in lowering.ops)


class _Revision(AlembicOperations):
    """batch_names: what the batch that is open is called."""

    batch_names: tuple[str, ...] = ()

    def read(self, call: Call) -> None:
        owner = call.receiver
        if call.name == "batch_alter_table" and call.block is not None:
            self.within_batch(call)
        elif call.name == "autocommit_block" and call.block is not None:
            self.outside(call.block)
        elif call.block is not None:
            self.walk((call.receiver, *call.block.statements))
        elif isinstance(owner, Name) and owner.last in ("op", "operations", *self.batch_names):
            self.operate(call)
        elif isinstance(owner, Name) and owner.last.startswith("batch"):
            self.dynamic(call, "the table of the batch is not known")
        else:
            self.other(call)

    def within_batch(self, call: Call) -> None:
        name, schema = word(call.at(0, "table_name")).lower(), word(call.options.get("schema")).lower()
        outer = self.batch_table, self.batch_names
        self.batch_table = f"{schema}.{name}" if schema else name or HOLE
        self.batch_names = call.block.parameters if call.block is not None else ()
        self.walk(call.block.statements if call.block is not None else ())
        self.batch_table, self.batch_names = outer

    def outside(self, block: Block) -> None:
        """Statements that commit one by one."""
        outer, self.transaction = self.transaction, Transaction.NONE
        self.walk(block.statements)
        self.transaction = outer
        self.batch += 1

    def other(self, call: Call) -> None:
        """A call of something else than `op`: SQL through a connection, rows through the ORM, or a program."""
        names = [step.name for step in chain(call)]
        first = chain(call)[0]
        root = first.receiver.text if isinstance(first.receiver, Name) else first.name
        if call.name in ("execute", "exec_driver_sql", "scalar", "scalars", "executemany") and call.arguments:
            self.statement_of(call.arguments[0], call)
        elif call.name in ("create", "drop") and ("Enum" in names[:1] or "ENUM" in names[:1]):
            kind = Kind.CREATE_OBJECT if call.name == "create" else Kind.DROP_OBJECT
            self.emit(kind, call, object="type", name=word(first.options.get("name")).lower())
        elif "query" in names and call.name in ("update", "delete"):
            kind = Kind.UPDATE if call.name == "update" else Kind.DELETE
            self.emit(
                kind, call, has_where=any(name in ("filter", "filter_by", "where") for name in names), resolved=False
            )
        elif call.name in (
            "fetchall",
            "fetchone",
            "fetchmany",
            "first",
            "all",
            "one",
            "mappings",
            "scalar_one",
            "scalar_one_or_none",
        ):
            self.walk((call.receiver,))
        elif call.name == "raise" or _BINDS.search(root) or root.lower() in _QUIET:
            return
        elif _SCHEMA.search(call.name) and call.name not in ("has_table", "get_table_names", "table", "column"):
            self.dynamic(call, f"{call.name} is no function of this file")
        else:
            self.code(call)


_QUIET = frozenset({
    "print", "logger", "logging", "log", "inspect", "inspector", "warnings", "context", "config", "insp", "os",
    "time", "sa", "sqlalchemy", "len", "str", "int", "list", "dict", "range", "enumerate", "zip", "isinstance",
    "getattr", "hasattr", "set", "sorted", "uuid", "datetime", "json", "re", "math", "postgresql", "mysql", "text",
    "table", "column", "timedelta", "op", "util", "dialect", "is_sqlite", "is_postgresql", "append", "extend",
})  # fmt: skip
