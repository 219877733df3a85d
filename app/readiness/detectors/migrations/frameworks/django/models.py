"""Tables that Django creates: of a model, and between two models."""

from app.readiness.detectors.migrations.frameworks.django.app_lowering import AppLowering
from app.readiness.detectors.migrations.frameworks.django.fields import (
    column_of,
    has_column,
    is_join,
    is_relation,
    target_table,
)
from app.readiness.detectors.migrations.frameworks.django.keys import constraint_of, index_of, unique_groups
from app.readiness.detectors.migrations.frameworks.syntax.reading import PAIR
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Value, is_given, word
from app.readiness.detectors.migrations.model import Column, Constraint, ConstraintKind, Index, Kind, References


def create_model(into: AppLowering, call: Call) -> None:
    """A table, then its indexes; a proxy or unmanaged model has no table of ours."""
    model = word(call.at(0, "name"))
    options = call.at(2, "options")
    options = options if isinstance(options, dict) else {}
    name = into.table(model)
    if options.get("proxy") is True or options.get("managed") is False:
        into.emit(Kind.STATE, call, table=name)
        return
    fields = _fields(call.at(1, "fields"))
    table = word(options.get("db_table")).strip('"').lower() or name
    columns = [column_of(field, key, into.app, model, into.dialect) for key, field in fields if has_column(field)]
    unique = unique_groups(options.get("unique_together"))
    constraints = [Constraint(ConstraintKind.UNIQUE, group) for group in unique]
    found = [constraint_of(item) for item in _items(options.get("constraints"))]
    constraints += [item for item in found if isinstance(item, Constraint)]
    known = isinstance(call.at(1, "fields"), list)
    into.emit(
        Kind.CREATE_TABLE, call, table=table, columns=_with_key(columns), constraints=tuple(constraints),
        options=(f"model={name}",), note="" if known else "its fields are computed",
    )  # fmt: skip
    for key, field in fields:
        if is_join(field):
            join_table(into, call, field, model, key, owner=table)
        elif (is_relation(field) and field.options.get("db_index") is not False) or field.options.get(
            "db_index"
        ) is True:
            column = column_of(field, key, into.app, model, into.dialect)
            into.emit(Kind.CREATE_INDEX, call, table=table, index=Index((column.name,)), options=("implied",))
    for item in _items(options.get("indexes")):
        index, named = index_of(item)
        into.emit(Kind.CREATE_INDEX, call, table=table, index=index, name=named)
    for item in found:
        if isinstance(item, Index):
            into.emit(Kind.CREATE_INDEX, call, table=table, index=item)


def _fields(value: Value) -> list[tuple[str, Call]]:
    items = value if isinstance(value, list) else []
    pairs = [item for item in items if isinstance(item, list) and len(item) == PAIR]
    return [(word(name), field) for name, field in pairs if word(name) and isinstance(field, Call)]


def _items(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _with_key(columns: list[Column]) -> tuple[Column, ...]:
    if any(column.is_primary for column in columns):
        return tuple(columns)
    return (Column("id", "bigint", False, is_primary=True, identity=True), *columns)


def join_table(into: AppLowering, call: Call, field: Call, model: str, name: str, *, owner: str = "") -> None:
    """The table of a many-to-many field; with a model of its own in between there is nothing to create."""
    table = owner or into.table(model)
    through = field.options.get("through")
    if is_given(through) and through is not None:
        into.emit(Kind.STATE, call, table=table, column=name.lower())
        return
    here, there = References(table), References(target_table(field.at(0, "to"), into.app, model))
    columns = (
        Column("id", "bigint", False, is_primary=True, identity=True),
        Column(f"{model}_id".lower(), "", False, references=here),
        Column(f"{there.table.partition('_')[2] or 'other'}_id", "", False, references=there),
    )
    join = word(field.options.get("db_table")).lower() or f"{table}_{name.lower()}"
    into.emit(Kind.CREATE_TABLE, call, table=join, columns=columns, options=("implied",))
