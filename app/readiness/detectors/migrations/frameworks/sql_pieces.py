"""Pieces of SQL that a framework's call holds: the expression of a default or of a check, a type."""

from dataclasses import replace
from functools import lru_cache

from app.readiness.detectors.migrations.frameworks.syntax.values import Value
from app.readiness.detectors.migrations.model import Constraint, ConstraintKind, DefaultKind, Dialect
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


def literal_default(value: Value) -> tuple[DefaultKind, str]:
    """A default that is a value of the program: the same for every row, whatever it is."""
    if isinstance(value, str):
        return DefaultKind.CONST, f"'{value[:LENGTH]}'"
    return DefaultKind.CONST, str(value).lower() if isinstance(value, bool | int | float) else "a value"


def sql_default(expression: Value, dialect: Dialect) -> tuple[DefaultKind, str]:
    """A default that is SQL; one that is put together at run time is taken to differ from row to row."""
    if not isinstance(expression, str) or not expression.strip():
        return DefaultKind.VOLATILE, "an expression"
    return expression_default(str(expression), dialect), str(expression).lower()[:LENGTH]
