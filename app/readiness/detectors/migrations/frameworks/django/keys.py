"""Indexes and constraints as Django writes them."""

from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Value, word
from app.readiness.detectors.migrations.model import Constraint, ConstraintKind, Index

_METHODS = {
    "GinIndex": "gin",
    "GistIndex": "gist",
    "BrinIndex": "brin",
    "HashIndex": "hash",
    "SpGistIndex": "spgist",
    "BloomIndex": "bloom",
}


def field_names(value: Value) -> tuple[str, ...]:
    """Columns of a list of fields, "" for an expression."""
    items = value if isinstance(value, list) else []
    return tuple(word(item).lstrip("-").lower() for item in items)


def index_of(value: Value) -> tuple[Index, str]:
    """An index and its name; one that is computed has neither columns nor name."""
    if not isinstance(value, Call):
        return Index(), ""
    columns = field_names(value.options.get("fields", [])) or ("",) * len(value.arguments)
    method = _METHODS.get(value.name, "" if value.name == "Index" else value.name.removesuffix("Index").lower())
    return Index(columns, False, method, value.has("condition")), word(value.options.get("name")).lower()


def constraint_of(value: Value, *, not_valid: bool = False) -> Constraint | Index:
    """A constraint; one that is unique under a condition or over an expression is an index in the database."""
    if not isinstance(value, Call):
        return Constraint(ConstraintKind.UNKNOWN, not_valid=not_valid)
    name = word(value.options.get("name")).lower()
    if value.name.endswith("UniqueConstraint"):
        columns = field_names(value.options.get("fields", []))
        if value.options.get("condition") is not None or value.arguments or value.has("opclasses", "include"):
            return Index(columns or ("",) * len(value.arguments), True, "", value.options.get("condition") is not None)
        return Constraint(ConstraintKind.UNIQUE, columns, name)
    if value.name.endswith("CheckConstraint"):
        return Constraint(ConstraintKind.CHECK, (), name, not_valid=not_valid)
    if value.name.endswith("ExclusionConstraint"):
        return Constraint(ConstraintKind.EXCLUDE, (), name)
    return Constraint(ConstraintKind.UNKNOWN, (), name, not_valid=not_valid)


def unique_groups(value: Value) -> list[tuple[str, ...]]:
    """Groups of `unique_together`: a set of tuples, or one tuple of names."""
    items = value if isinstance(value, list) else []
    if isinstance(value, Call):
        items = value.arguments[0] if value.arguments and isinstance(value.arguments[0], list) else []
    if items and all(isinstance(item, str) for item in items):
        return [field_names(items)]
    return [field_names(item) for item in items if isinstance(item, list)]
