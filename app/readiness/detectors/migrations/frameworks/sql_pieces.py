"""Pieces of SQL that a framework's call holds: the expression of a default or of a check, a type."""

from dataclasses import replace
from functools import lru_cache

from app.readiness.detectors.migrations.model import Column, Constraint, ConstraintKind, DefaultKind, Dialect
from app.readiness.detectors.migrations.sql.constraints import read_constraint
from app.readiness.detectors.migrations.sql.cursor import Cursor
from app.readiness.detectors.migrations.sql.defaults import is_null, kind_of_default
from app.readiness.detectors.migrations.sql.tokens import Token, Tokens

LENGTH = 4_000


def _tokens(text: str, dialect: Dialect) -> list[Token]:
    reader = Tokens(text, dialect, [])
    found: list[Token] = []
    place = 0
    while (token := reader.read(place)) is not None:
        found.append(token)
        place = token.end
    return found


@lru_cache(maxsize=1024)
def expression_default(expression: str, dialect: Dialect) -> DefaultKind:
    """What a default written in SQL gives."""
    tokens = _tokens(expression[:LENGTH], dialect)
    if not tokens or is_null(tokens):
        return DefaultKind.NONE
    return kind_of_default(tokens)


def check_of(expression: str, name: str, dialect: Dialect, *, not_valid: bool = False) -> Constraint:
    """A check whose expression is SQL; "" for one that is computed."""
    if not expression.strip():
        return Constraint(ConstraintKind.CHECK, (), name, not_valid=not_valid)
    found = read_constraint(Cursor(_tokens(f"CHECK ({expression[:LENGTH]})", dialect)))
    return replace(found, kind=ConstraintKind.CHECK, name=name, not_valid=not_valid)


def with_default(column: Column, kind: DefaultKind, text: str = "") -> Column:
    return replace(column, default=kind, default_text=text)
