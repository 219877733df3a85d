"""Names that only the migrations before can tell: of tables, of columns of relations, of join tables.

A file of Django says model and field. Which table and column these are was said where they were made.
"""

from dataclasses import dataclass, field, replace

from app.readiness.detectors.migrations.model import Direction, Kind, Migration, Op

_MODEL = "model="


@dataclass(slots=True)
class DjangoNames:
    """What the migrations so far made plain. tables: name by app and model to the true one; columns: by true table."""

    tables: dict[str, str] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)

    def settle(self, migration: Migration) -> Migration:
        """A migration with true names, one of another tool as it is; to be called in their order."""
        if migration.tool != "django":
            return migration
        ops = tuple(self._settle(op) if op.direction is Direction.UP else op for op in migration.ops)
        return replace(migration, ops=ops)

    def _settle(self, op: Op) -> Op:
        if op.kind is Kind.CREATE_TABLE:
            return self._create(op)
        table = self.tables.get(op.table, op.table)
        op = op if table == op.table else replace(op, table=table)
        if op.kind is Kind.RENAME_TABLE and op.object:
            return self._rename(op, table)
        if op.kind is Kind.DROP_COLUMN and f"{table}_{op.column}" in self.columns:
            return replace(op, kind=Kind.DROP_TABLE, table=f"{table}_{op.column}", column="")
        if op.column:
            op = self._column(op, table)
        return op

    def _create(self, op: Op) -> Op:
        given = next((option.removeprefix(_MODEL) for option in op.options if option.startswith(_MODEL)), op.table)
        self.tables[given] = op.table
        self.columns[op.table] = {column.name for column in op.columns}
        return op

    def _rename(self, op: Op, table: str) -> Op:
        """A model with a table of its own choosing keeps it when the model is renamed."""
        logical = next((name for name, true in self.tables.items() if true == table), table)
        is_chosen = op.object == "model" and logical != table
        new = table if is_chosen else op.new_name
        self.tables.pop(logical, None)
        self.tables[op.new_name if op.object == "model" else logical] = new
        self.columns[new] = self.columns.pop(table, set())
        return replace(op, kind=Kind.STATE) if is_chosen or new == table else op

    def _column(self, op: Op, table: str) -> Op:
        known = self.columns.setdefault(table, set())
        if op.kind is Kind.ADD_COLUMN:
            known.add(op.column)
        elif (
            op.kind in (Kind.DROP_COLUMN, Kind.RENAME_COLUMN) and op.column not in known and f"{op.column}_id" in known
        ):
            new = f"{op.new_name}_id" if op.new_name else ""
            op = replace(op, column=f"{op.column}_id", new_name=new)
        if op.kind is Kind.DROP_COLUMN:
            known.discard(op.column)
        elif op.kind is Kind.RENAME_COLUMN:
            known.discard(op.column)
            known.add(op.new_name)
        return op
