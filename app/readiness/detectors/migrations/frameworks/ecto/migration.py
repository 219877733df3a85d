"""Migrations of Ecto."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ast_grep_py import SgNode

from app.readiness.conditions.code import LIMIT, find_nodes, syntax_tree
from app.readiness.detectors.migrations.frameworks.ecto.operations import TableOperations
from app.readiness.detectors.migrations.frameworks.inflection import table_of_model
from app.readiness.detectors.migrations.frameworks.syntax.elixir import ElixirReader
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Block,
    Call,
    Name,
    Value,
    chain,
    is_given,
)
from app.readiness.detectors.migrations.model import (
    Dialect,
    Direction,
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


class _Ecto(TableOperations):
    """Reads `change`, or `up` and `down`."""

    is_refused = False

    def read(self, call: Call) -> None:
        read = _OPERATIONS.get(call.name) if call.receiver is None or "migration" in call.path.lower() else None
        if read is not None:
            read(self, call)
        else:
            self.other(call)

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
        is_repo = any(step.name == "repo" for step in steps) or (isinstance(root, Name) and root.text.endswith("Repo"))
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
        else:
            self.code(call)


def _from(source: Value) -> str:
    """The table of a query: by its name, or after the schema module."""
    while isinstance(source, Call) and source.arguments:
        source = source.arguments[0]
    if isinstance(source, Name) and source.last[:1].isupper():
        return table_of_model(source.last)
    return table_name(source) if isinstance(source, str) and source.isidentifier() else ""


_ROWS = {
    "update_all": Kind.UPDATE, "delete_all": Kind.DELETE, "insert_all": Kind.INSERT, "update_all!": Kind.UPDATE,
}  # fmt: skip
_OPERATIONS: Mapping[str, Callable[[Any, Call], None]] = {
    "create": _Ecto.create, "create_if_not_exists": _Ecto.create, "alter": _Ecto.alter, "drop": _Ecto.drop,
    "drop_if_exists": _Ecto.drop, "rename": _Ecto.rename, "execute": _Ecto.execute, "execute_file": _Ecto.file,
    "flush": _Ecto.nothing, "raise": _Ecto.refuse, "repo": _Ecto.nothing, "direction": _Ecto.nothing,
    "prefix": _Ecto.nothing,
}  # fmt: skip
