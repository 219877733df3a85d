"""One migration of Rails: its class, its ways up and down, and what it says of itself."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ast_grep_py import SgNode

from app.readiness.conditions.code import LIMIT, syntax_tree
from app.readiness.detectors.migrations.frameworks.inflection import table_of_model
from app.readiness.detectors.migrations.frameworks.rails.constraints import ConstraintOperations
from app.readiness.detectors.migrations.frameworks.syntax.reading import child_of, named
from app.readiness.detectors.migrations.frameworks.syntax.ruby import RubyReader
from app.readiness.detectors.migrations.frameworks.syntax.ruby_class import functions_of
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Name, chain, flatten
from app.readiness.detectors.migrations.model import Dialect, Direction, Kind, Migration, Phase, Transaction
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source

_FILE = re.compile(r"(?:^|/)(\d{3,})_([^/]+)\.rb$")
_CLASS = re.compile(rb"^class\s+[\w:]+\s*<\s*(?:ActiveRecord::Migration|Gitlab::Database::Migration)\b", re.MULTILINE)
NEWEST = 8.0
_VERSION = re.compile(r"\[\s*(\d+\.\d+)\s*\]")
_SCHEMA = re.compile(
    r"column|table|index|constraint|foreign|drop|create_|alter|rename|enum|partition|trigger|reference|view|change_|add_|remove_"
)


def is_rails(path: str, content: bytes) -> bool:
    is_named = _FILE.search(path) is not None and b"Migration" in content
    return path.endswith(".rb") and (is_named or _CLASS.search(content) is not None)


def read_rails(source: Source, dialect: Dialect) -> Migration:
    """Raises `Malformed`."""
    if len(source.content) > LIMIT:
        raise Malformed(f"larger than {LIMIT:,} bytes")
    root = source.parse(syntax_tree)
    classes = list(_migration_classes(root))
    if not classes:
        raise Malformed("no migration class")
    reader = RubyReader(root)
    reader.run(_constants(root))
    lowering = RailsLowering(source, dialect, classes[0][1])
    lowering.phase = Phase.POST if "/post_migrate/" in f"/{source.path}" else Phase.PRE
    for body, lowering.version in classes:
        said = list(flatten(reader.run(named(body))))
        reader.functions = functions_of(body)
        is_alone = any(isinstance(value, Call) and value.name == "disable_ddl_transaction!" for value in said)
        lowering.transaction = Transaction.NONE if is_alone else Transaction.IMPLICIT
        lowering.turn(Direction.UP)
        lowering.run(reader)
    file = _FILE.search(source.path)
    return Migration(
        source.path, "rails", tuple(lowering.ops), line=source.path.rpartition("/")[0], version=file[1] if file else "",
        id=file[2] if file else "", transaction=lowering.transaction, reversible=lowering.is_reversible,
    )  # fmt: skip


def _migration_classes(root: SgNode) -> Iterator[tuple[SgNode, float]]:
    """The body of each class with `change` or `up`, and the version it names; before 5.0 none was named."""
    for node in root.find_all(kind="class"):
        body = child_of(node, "body_statement")
        if body is not None and {"change", "up", "down"} & set(functions_of(body)):
            parent = child_of(node, "superclass")
            words = parent.text().lstrip("< ").strip() if parent is not None else ""
            found = _VERSION.search(words)
            yield body, float(found[1]) if found else 4.2 if words == "ActiveRecord::Migration" else NEWEST


def _constants(root: SgNode) -> list[SgNode]:
    return [node for node in named(root) if node.kind() == "assignment"]


class RailsLowering(ConstraintOperations):
    """Reads `change`, or `up` and `down`."""

    def run(self, reader: RubyReader) -> None:
        functions = reader.functions
        if "change" in functions:
            self.walk(reader.run(functions["change"].body))
        if "up" in functions:
            self.walk(reader.run(functions["up"].body))
            self.is_reversible = "down" in functions
        if "down" in functions:
            self.turn(Direction.DOWN)
            down = reader.run(functions["down"].body)
            self.walk(down)
            raised = any(isinstance(value, Call) and value.name in ("raise", "fail") for value in flatten(down))
            self.is_reversible = self.is_reversible and not raised

    def read(self, call: Call) -> None:
        read = OPERATIONS.get(call.name) if self.is_own(call) else None
        if read is not None:
            read(self, call)
        elif call.name in _WRAPPERS:
            _WRAPPERS[call.name](self, call)
        else:
            self.other(call)

    def is_own(self, call: Call) -> bool:
        """Whether the receiver is the migration or a connection."""
        owner = call.receiver
        if isinstance(owner, Call):
            return owner.name in ("connection", "lease_connection", "retrieve_connection", "get_connection")
        return owner is None or (isinstance(owner, Name) and owner.last in ("conn", "connection", "self", "db"))

    def within(self, call: Call) -> None:
        if call.block is not None:
            self.walk(call.block.statements)

    def assure(self, call: Call) -> None:
        outer, self.assured = self.assured, "safety_assured"
        self.within(call)
        self.assured = outer

    def up_only(self, call: Call) -> None:
        reversible = self.is_reversible
        self.within(call)
        self.is_reversible = reversible

    def down_only(self, call: Call) -> None:
        reversible, outer = self.is_reversible, self.direction
        self.turn(Direction.UP if outer is Direction.DOWN else Direction.DOWN)
        self.within(call)
        self.turn(outer)
        self.is_reversible = reversible

    def transact(self, call: Call) -> None:
        """A transaction of its own, whatever the class says."""
        outer, self.transaction = self.transaction, Transaction.OWN
        self.batch += 1
        self.within(call)
        self.transaction = outer
        self.batch += 1

    def revert(self, call: Call) -> None:
        if call.block is None:
            self.dynamic(call, "another migration is reverted")
            return
        before = len(self.ops)
        self.within(call)
        del self.ops[before:]
        self.dynamic(call, "a block is reverted")

    def execute(self, call: Call) -> None:
        self.sql(call.at(0), call)
        self.is_reversible = False

    def other(self, call: Call) -> None:
        """Rows through a model, a program, or a method that this file does not hold."""
        steps = chain(call)
        first = steps[0]
        root = first.receiver if isinstance(first.receiver, Name) else None
        names = [step.name for step in steps]
        changed = next((_ROWS[name] for name in reversed(names) if name in _ROWS), None)
        if root is not None and root.text[:1].isupper() and changed is not None:
            batched = any(name in ("in_batches", "find_in_batches", "each_batch", "find_each") for name in names)
            filtered = any(name in ("where", "find_by", "not", "limit", "find", "joins") for name in names)
            table = table_of_model(root.last)
            options = ("batched",) if batched else ()
            self.emit(changed, call, table=table, has_where=filtered, options=options)
        elif call.block is not None and any(
            name.endswith(("each", "batches", "batch", "times", "map", "tap", "then")) for name in names[-1:]
        ):
            self.within(call)
            self.code(call)
        elif call.block is not None and first.receiver is None and not _SCHEMA.search(call.name):
            self.within(call)
        elif (
            call.name in _QUIET or (root is not None and root.text.split(".")[0] in _QUIET_OWNERS) or names[0] in _QUIET
        ):
            return
        elif call.receiver is None and _SCHEMA.search(call.name):
            self.dynamic(call, f"{call.name} is no method of Rails or of this file")
        else:
            self.code(call)


_ROWS: Mapping[str, Kind] = {
    "update_all": Kind.UPDATE, "delete_all": Kind.DELETE, "destroy_all": Kind.DELETE, "insert_all": Kind.INSERT,
    "insert_all!": Kind.INSERT, "upsert_all": Kind.INSERT, "delete_by": Kind.DELETE, "destroy_by": Kind.DELETE,
    "update_counters": Kind.UPDATE,
}  # fmt: skip
_QUIET = frozenset({
    "=", "raise", "fail", "say", "puts", "p", "print", "reset_column_information", "reset_column_information!",
    "require", "require_relative", "private", "include", "extend", "column_exists?", "table_exists?",
    "index_exists?", "foreign_key_exists?", "index_name_exists?", "data_source_exists?", "return", "next",
    "set_lock_timeout", "set_statement_timeout", "disable_statement_timeout", "sleep", "freeze", "tables",
    "adapter_name", "extension_enabled?", "indexes", "columns", "constraint_exists?", "check_constraint_exists?",
    "quote_table_name", "quote_column_name", "quote", "clear_cache!",
})  # fmt: skip
_QUIET_OWNERS = frozenset({"Rails", "Logger", "Kernel", "ENV", "StrongMigrations", "ActiveSupport", "Time", "GC"})
_WRAPPERS: Mapping[str, Callable[[Any, Call], None]] = {
    "safety_assured": RailsLowering.assure, "up_only": RailsLowering.up_only, "reversible": RailsLowering.within,
    "up": RailsLowering.up_only, "down": RailsLowering.down_only, "revert": RailsLowering.revert,
    "transaction": RailsLowering.transact, "say_with_time": RailsLowering.within,
    "suppress_messages": RailsLowering.within,
    "with_lock_retries": RailsLowering.within, "without_timeout": RailsLowering.within,
}  # fmt: skip
OPERATIONS: Mapping[str, Callable[[Any, Call], None]] = {
    "create_table": RailsLowering.create_table, "create_join_table": RailsLowering.create_join_table,
    "change_table": RailsLowering.change_table, "drop_table": RailsLowering.drop_table,
    "drop_tables": RailsLowering.drop_table,
    "drop_join_table": RailsLowering.drop_join_table, "rename_table": RailsLowering.rename_table,
    "add_column": RailsLowering.add_column, "add_columns": RailsLowering.add_columns,
    "remove_column": RailsLowering.remove_column, "remove_columns": RailsLowering.remove_columns,
    "rename_column": RailsLowering.rename_column, "change_column": RailsLowering.change_column,
    "change_column_null": RailsLowering.change_column_null,
    "change_column_default": RailsLowering.change_column_default,
    "add_timestamps": RailsLowering.add_timestamps, "remove_timestamps": RailsLowering.remove_timestamps,
    "add_reference": RailsLowering.add_reference, "add_belongs_to": RailsLowering.add_reference,
    "remove_reference": RailsLowering.remove_reference, "remove_belongs_to": RailsLowering.remove_reference,
    "add_index": RailsLowering.add_index, "remove_index": RailsLowering.remove_index,
    "rename_index": RailsLowering.rename_index, "change_column_comment": RailsLowering.comment,
    "change_table_comment": RailsLowering.comment, "add_foreign_key": RailsLowering.add_foreign_key,
    "add_check_constraint": RailsLowering.add_check, "add_unique_constraint": RailsLowering.add_unique,
    "add_unique_key": RailsLowering.add_unique, "add_exclusion_constraint": RailsLowering.add_exclusion,
    "validate_constraint": RailsLowering.validate, "validate_foreign_key": RailsLowering.validate,
    "validate_check_constraint": RailsLowering.validate, "remove_foreign_key": RailsLowering.remove_constraint,
    "remove_check_constraint": RailsLowering.remove_constraint,
    "remove_unique_constraint": RailsLowering.remove_constraint,
    "remove_unique_key": RailsLowering.remove_constraint,
    "remove_exclusion_constraint": RailsLowering.remove_constraint,
    "execute": RailsLowering.execute, "exec_query": RailsLowering.execute, "exec_update": RailsLowering.execute,
    "exec_delete": RailsLowering.execute, "select_all": RailsLowering.execute, "execute_batch": RailsLowering.execute,
    **dict.fromkeys(
        ("enable_extension", "disable_extension", "create_enum", "drop_enum", "rename_enum", "add_enum_value",
         "rename_enum_value", "create_schema", "drop_schema", "rename_schema", "create_view", "drop_view",
         "update_view",
         "replace_view", "refresh_view", "create_function", "drop_function", "update_function", "create_trigger",
         "drop_trigger", "update_trigger"),
        RailsLowering.object_of,
    ),
}  # fmt: skip
