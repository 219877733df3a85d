"""One migration of Laravel: its class, and what `up` and `down` do through `Schema` and `DB`."""

import re

from ast_grep_py import SgNode

from app.readiness.conditions.code import LIMIT, syntax_tree
from app.readiness.detectors.migrations.frameworks.inflection import table_of_model
from app.readiness.detectors.migrations.frameworks.laravel.blueprint import BlueprintOperations, others_of, table_of
from app.readiness.detectors.migrations.frameworks.syntax.php import PhpReader
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Block,
    Call,
    Name,
    chain,
    word,
    words,
)
from app.readiness.detectors.migrations.model import Dialect, Kind, Migration, Transaction
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source

_FILE = re.compile(r"(?:^|/)(\d{4}_\d{2}_\d{2}_\d+)_([^/]+)\.php$")
_PATH = re.compile(r"(?:^|/)(?:[Mm]igrations?|db)/")
_SQL = frozenset(
    {"statement", "unprepared", "select", "insert", "update", "delete", "selectOne", "affectingStatement", "scalar"}
)
_FILTERS = re.compile(r"^(?:or)?where|^find$|^limit$|^take$", re.IGNORECASE)


def is_laravel(path: str, content: bytes) -> bool:
    named = _FILE.search(path) is not None or _PATH.search(path) is not None
    return path.endswith(".php") and named and b"Illuminate" in content and b"function up" in content


def read_laravel(source: Source, dialect: Dialect) -> Migration:
    """Raises `Malformed`."""
    if len(source.content) > LIMIT:
        raise Malformed(f"larger than {LIMIT:,} bytes")
    reader = _reader(source.parse(syntax_tree))
    lowering = _Laravel(source, dialect)
    if reader.names.get("$this->withinTransaction") is False or dialect.is_mysql:
        lowering.transaction = Transaction.NONE
    is_reversible = lowering.walk_ways(reader, "up", "down")
    file = _FILE.search(source.path)
    return Migration(
        source.path, "laravel", tuple(lowering.ops), line=source.path.rpartition("/")[0],
        version=file[1] if file else "",
        id=source.path.rpartition("/")[2].removesuffix(".php"), transaction=lowering.transaction,
        reversible=is_reversible,
    )  # fmt: skip


def _reader(root: SgNode) -> PhpReader:
    for body in root.find_all(kind="declaration_list"):
        reader = PhpReader()
        reader.read(body)
        if "up" in reader.functions:
            return reader
    raise Malformed("no migration class")


class _Laravel(BlueprintOperations):
    def read(self, call: Call) -> None:
        steps = chain(call)
        root = steps[0].receiver
        name = root.text.rpartition("\\")[2] if isinstance(root, Name) else ""
        names = [step.name for step in steps]
        if name == "Schema" or "getSchemaBuilder" in names or "schema" in name.lower():
            self.schema(next((step for step in steps if step.name not in ("connection", "setConnection")), call), call)
        elif (
            steps[-1].name in _SQL
            and (name == "DB" or "connection" in names or "getConnection" in names)
            and "table" not in names
        ):
            self.sql(steps[-1].at(0), call)
        elif steps[-1].name == "transaction" and call.block is not None:
            self.walk(call.block.statements)
        else:
            self.rows(steps, name, call)

    def schema(self, step: Call, call: Call) -> None:
        table = table_of(step.at(0))
        block = next((value for value in step.arguments if isinstance(value, Block)), None)
        name = step.name
        if name == "create":
            self.new_table(call, table, block)
        elif name in ("table", "whenTableDoesntHaveColumn", "whenTableHasColumn"):
            self.change_table(call, table, block)
            self.walk(others_of(block))
        elif name in ("drop", "dropIfExists"):
            self.emit(Kind.DROP_TABLE, call, table=table, if_exists=name == "dropIfExists", resolved=bool(table))
        elif name == "rename":
            self.emit(Kind.RENAME_TABLE, call, table=table, new_name=table_of(step.at(1)))
        elif name == "dropColumns":
            for column in words(step.at(1)):
                self.emit(Kind.DROP_COLUMN, call, table=table, column=column.lower())
        elif name in ("dropAllTables", "dropAllViews", "dropDatabaseIfExists"):
            self.emit(Kind.DROP_OBJECT, call, object="database", name=word(step.at(0)), cascade=True)
        elif name == "withoutForeignKeyConstraints" and block is not None:
            self.walk(block.statements)
        elif not name.startswith(("has", "get", "enable", "disable", "default", "morph", "blueprint", "connection")):
            self.dynamic(call, f"{name} is no method of Schema")

    def rows(self, steps: list[Call], owner: str, call: Call) -> None:
        """Rows through the query builder or a model, or a program."""
        names = [step.name for step in steps]
        kind = next((_ROWS[name] for name in reversed(names) if name in _ROWS), None)
        is_query = "table" in names or (
            owner[:1].isupper() and owner not in ("Artisan", "Log", "Cache", "Storage", "File", "Carbon")
        )
        if kind is not None and is_query:
            model = table_of_model(owner) if owner not in ("DB", "") else ""
            table = next((word(step.at(0)).lower() for step in steps if step.name == "table"), model)
            batched = ("batched",) if any(name.startswith(("chunk", "lazy", "each")) for name in names) else ()
            self.emit(kind, call, table=table, has_where=any(_FILTERS.match(name) for name in names), options=batched)
        elif call.block is not None:
            self.walk([value for value in call.block.statements if isinstance(value, Call)])
            self.code(call)
        elif call.name not in _QUIET and owner not in ("Log", "Cache", "config", "Artisan"):
            self.code(call)


_ROWS = {
    "update": Kind.UPDATE, "delete": Kind.DELETE, "insert": Kind.INSERT, "insertOrIgnore": Kind.INSERT,
    "upsert": Kind.INSERT,
    "create": Kind.INSERT, "truncate": Kind.TRUNCATE, "forceDelete": Kind.DELETE, "updateOrInsert": Kind.UPDATE,
    "updateOrCreate": Kind.UPDATE, "insertGetId": Kind.INSERT, "increment": Kind.UPDATE, "decrement": Kind.UPDATE,
    "insertUsing": Kind.INSERT, "firstOrCreate": Kind.INSERT,
}  # fmt: skip
_QUIET = frozenset({
    "error", "warning", "info", "debug", "raise", "env", "config", "app", "resolve", "collect", "now",
    "dump", "dd", "echo", "print", "get", "first", "count", "exists", "pluck", "getDriverName",
    "getDoctrineSchemaManager", "getConnection", "connection", "getTable", "value", "all", "max", "min",
    "sum", "isEmpty", "isNotEmpty", "has", "json_encode", "json_decode", "in_array", "array_map",
    "listTableIndexes", "listTableForeignKeys", "getPdo", "quoteIdentifier", "set_time_limit", "ini_set",
})  # fmt: skip
