"""What Ecto does to tables, columns, indexes and constraints."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.readiness.detectors.migrations.frameworks.ecto.columns import column_of, default_of, target_of, type_of
from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.sql_pieces import check_of
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Call,
    Value,
    flatten,
    word,
)
from app.readiness.detectors.migrations.model import (
    Column,
    Constraint,
    ConstraintKind,
    DefaultKind,
    Index,
    Kind,
    Transaction,
)


class TableOperations(Lowering):
    """is_locked: the migration lock is held in a transaction although the migration itself runs in none."""

    is_locked = False
    is_reversible = True

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
            for place, stamp in enumerate(self.timestamps(call)):
                self.emit(
                    Kind.ADD_COLUMN, call, same=same or place > 0, table=table, column=stamp.name, definition=stamp
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


def _index_name(what: Call, columns: tuple[str, ...]) -> str:
    """The name that is given or that Ecto makes of table and columns."""
    given = word(what.options.get("name")).lower()
    table = target_of(what).rpartition(".")[2]
    return given or ("_".join([table, *columns, "index"]) if all(columns) else "")
