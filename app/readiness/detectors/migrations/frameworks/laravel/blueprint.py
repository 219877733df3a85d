"""What the calls on a Blueprint do, in `Schema::create` and in `Schema::table`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.readiness.detectors.migrations.frameworks.laravel.columns import COLUMNS, column_of, references_of
from app.readiness.detectors.migrations.frameworks.lowering import Lowering
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
from app.readiness.detectors.migrations.model import Column, Constraint, ConstraintKind, Index, Kind
from app.readiness.detectors.migrations.sql.names import table_name

_KEYS = {
    "index": "",
    "unique": "",
    "fullText": "fulltext",
    "fulltext": "fulltext",
    "spatialIndex": "spatial",
    "rawIndex": "",
    "vectorIndex": "hnsw",
}
_MORPHS = {
    "morphs": False,
    "nullableMorphs": True,
    "uuidMorphs": False,
    "nullableUuidMorphs": True,
    "ulidMorphs": False,
    "nullableUlidMorphs": True,
    "numericMorphs": False,
}
_STAMPS = ("timestamps", "nullableTimestamps", "timestampsTz", "nullableTimestampsTz", "datetimes")
_DROPPED = {
    "dropTimestamps": ("created_at", "updated_at"), "dropTimestampsTz": ("created_at", "updated_at"),
    "dropSoftDeletes": ("deleted_at",),
    "dropSoftDeletesTz": ("deleted_at",), "dropRememberToken": ("remember_token",),
}  # fmt: skip
_QUIET = frozenset({"engine", "charset", "collation", "comment", "temporary", "if", "innodb", "after"})


class BlueprintOperations(Lowering):
    """Laravel sends the columns that a Blueprint adds first, then its commands; each of those is a statement."""

    def new_table(self, call: Call, table: str, block: Block | None) -> None:
        columns: list[Column] = []
        constraints: list[Constraint] = []
        indexes: list[tuple[Index, str]] = []
        known = True
        for steps in steps_of(block):
            found = columns_of(steps, self)
            columns += found
            indexes += _column_indexes(steps, found)
            if steps[0].name in _KEYS or steps[0].name in ("primary", "foreign"):
                constraint, made = key_of(steps)
                constraints += [constraint] if constraint is not None else []
                indexes += [made] if made is not None else []
            elif not found and steps[0].name not in _QUIET:
                known = False
        self.emit(
            Kind.CREATE_TABLE, call, table=table, columns=tuple(columns), constraints=tuple(constraints),
            note="" if known else "a part of it is computed",
        )  # fmt: skip
        for index, name in indexes:
            self.emit(Kind.CREATE_INDEX, call, table=table, index=index, name=name)

    def change_table(self, call: Call, table: str, block: Block | None) -> None:
        for steps in steps_of(block):
            self.change(steps, table)

    def change(self, steps: Sequence[Call], table: str) -> None:
        first, place = steps[0], steps[-1]
        found = columns_of(steps, self)
        if found:
            self.columns(steps, table, found)
        elif first.name in _KEYS or first.name in ("primary", "foreign"):
            self.key(steps, table, place)
        elif first.name.startswith("rename"):
            self.rename(first, table)
        elif first.name in ("drop", "dropIfExists"):
            self.emit(Kind.DROP_TABLE, place, table=table)
        elif first.name.startswith(("drop", "remove")):
            self.drop(first, table)
        elif first.name not in _QUIET:
            self.dynamic(place, f"{first.name} is no method of a Blueprint")

    def rename(self, call: Call, table: str) -> None:
        old, new = word(call.at(0)).lower(), word(call.at(1)).lower()
        if call.name == "rename":
            self.emit(Kind.RENAME_TABLE, call, table=table, new_name=old)
        elif call.name == "renameIndex":
            self.emit(Kind.RENAME_INDEX, call, table=table, name=old, new_name=new)
        else:
            self.emit(Kind.RENAME_COLUMN, call, table=table, column=old, new_name=new)

    def drop(self, call: Call, table: str) -> None:
        if (
            call.name in _DROPPED
            or "Morphs" in call.name
            or "Constrained" in call.name
            or call.name == "dropForeignIdFor"
        ):
            self.drop_group(call, table)
        elif "Column" in call.name:
            columns = [column for value in call.arguments for column in words(value)]
            for place, column in enumerate(columns or [""]):
                known = bool(column)
                self.emit(Kind.DROP_COLUMN, call, same=place > 0, table=table, column=column.lower(), resolved=known)
        else:
            self.drop_key(call, table)

    def columns(self, steps: Sequence[Call], table: str, found: list[Column]) -> None:
        """New columns, or with `change()` the whole column said anew."""
        place = steps[-1]
        for column in found:
            if any(step.name == "change" for step in steps):
                self.emit(Kind.MODIFY_COLUMN, place, table=table, column=column.name, definition=column)
                continue
            bare = replace(column, references=None, is_unique=False)
            self.emit(
                Kind.ADD_COLUMN,
                place,
                table=table,
                column=column.name,
                definition=bare,
                resolved=bool(table and column.name),
            )
            if column.is_unique:
                constraint = Constraint(ConstraintKind.UNIQUE, (column.name,))
                self.emit(Kind.ADD_CONSTRAINT, place, table=table, constraint=constraint, options=("implied",))
            if column.references is not None:
                constraint = Constraint(ConstraintKind.FOREIGN, (column.name,), "", column.references)
                self.emit(Kind.ADD_CONSTRAINT, place, table=table, constraint=constraint, options=("implied",))
        for index, name in _column_indexes(steps, found):
            if not index.is_unique:
                self.emit(Kind.CREATE_INDEX, place, table=table, index=index, name=name, options=("implied",))

    def key(self, steps: Sequence[Call], table: str, place: Call) -> None:
        constraint, index = key_of(steps)
        if constraint is not None:
            self.emit(Kind.ADD_CONSTRAINT, place, table=table, constraint=constraint)
        elif index is not None:
            self.emit(Kind.CREATE_INDEX, place, table=table, index=index[0], name=index[1])

    def drop_group(self, call: Call, table: str) -> None:
        name = word(call.at(0)).lower()
        columns = _DROPPED.get(call.name) or ((f"{name}_type", f"{name}_id") if call.name == "dropMorphs" else (name,))
        if "Constrained" in call.name:
            constraint = Constraint(ConstraintKind.FOREIGN, columns)
            self.emit(Kind.DROP_CONSTRAINT, call, table=table, name=f"{table}_{name}_foreign", constraint=constraint)
        for column in columns:
            self.emit(Kind.DROP_COLUMN, call, table=table, column=column)

    def drop_key(self, call: Call, table: str) -> None:
        """A text is the name, a list the columns it is made of."""
        kinds = {
            "dropForeign": ConstraintKind.FOREIGN,
            "dropPrimary": ConstraintKind.PRIMARY,
            "dropUnique": ConstraintKind.UNIQUE,
        }
        given = call.at(0)
        columns = tuple(column.lower() for column in words(given)) if isinstance(given, list) else ()
        end = call.name.removeprefix("drop").lower()
        name = "_".join([table, *columns, end]) if columns else word(given).lower()
        kind = kinds.get(call.name)
        if kind is not None:
            self.emit(Kind.DROP_CONSTRAINT, call, table=table, name=name, constraint=Constraint(kind, columns, name))
        elif call.name in ("dropIndex", "dropFullText", "dropFulltext", "dropSpatialIndex"):
            fields: dict[str, Any] = {"index": Index(columns)} if columns else {}
            self.emit(Kind.DROP_INDEX, call, table=table, name=name, **fields)
        else:
            self.dynamic(call, f"{call.name} is no method of a Blueprint")


def steps_of(block: Block | None) -> list[list[Call]]:
    """The chains of calls on the Blueprint in the closure that is given it."""
    return [steps for steps in _chains(block) if _is_on_it(steps, block)]


def others_of(block: Block | None) -> list[Call]:
    """What the closure calls beside it."""
    return [steps[-1] for steps in _chains(block) if not _is_on_it(steps, block)]


def _chains(block: Block | None) -> list[list[Call]]:
    found = flatten(block.statements if block is not None else ())
    return [chain(value) for value in found if isinstance(value, Call)]


def _is_on_it(steps: Sequence[Call], block: Block | None) -> bool:
    root = steps[0].receiver
    return isinstance(root, Name) and block is not None and root.text in block.parameters[:1]


def columns_of(steps: Sequence[Call], into: Lowering) -> list[Column]:
    """The columns that a chain defines, none for a chain that does something else."""
    first = steps[0]
    if first.name in _STAMPS:
        return [Column(name, "timestamp", True) for name in ("created_at", "updated_at")]
    if first.name in _MORPHS:
        name, nullable = word(first.at(0)).lower(), _MORPHS[first.name]
        kind = "uuid" if "uuid" in first.name.lower() else "bigint"
        return [Column(f"{name}_type", "varchar(255)", nullable), Column(f"{name}_id", kind, nullable)]
    return [column_of(steps, into.dialect)] if first.name in COLUMNS else []


def _column_indexes(steps: Sequence[Call], columns: list[Column]) -> list[tuple[Index, str]]:
    names = tuple(column.name for column in columns)
    if steps[0].name in _MORPHS:
        return [(Index(names), "")]
    said = {step.name for step in steps[1:]}
    return [(Index(names, "unique" in said), "")] if {"index", "unique"} & said else []


def key_of(steps: Sequence[Call]) -> tuple[Constraint | None, tuple[Index, str] | None]:
    """A constraint or an index on columns that the chain names."""
    first = steps[0]
    columns = tuple(column.lower() for column in words(first.at(0)))
    name = word(first.at(1)).lower()
    if first.name == "unique":
        return Constraint(ConstraintKind.UNIQUE, columns, name), None
    if first.name == "primary":
        return Constraint(ConstraintKind.PRIMARY, columns, name), None
    if first.name == "foreign":
        return Constraint(ConstraintKind.FOREIGN, columns, name, references_of(steps)), None
    return None, (Index(columns, False, _KEYS[first.name]), name)


def table_of(value: Value) -> str:
    name = word(value)
    return table_name(*name.split(".")) if name else ""
