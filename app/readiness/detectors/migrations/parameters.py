"""What `with` says about the database, and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.readiness.detectors.migrations.model import Dialect

_NAMES = {
    "postgresql": Dialect.POSTGRES,
    "postgres": Dialect.POSTGRES,
    "pg": Dialect.POSTGRES,
    "mysql": Dialect.MYSQL,
    "mariadb": Dialect.MARIADB,
    "sqlite": Dialect.SQLITE,
    "sqlite3": Dialect.SQLITE,
}
_MOST_DIGITS = 6
SMALL = 10_000
"""Rows up to which a lock is over before anybody notices."""


@dataclass(frozen=True, slots=True)
class Table:
    """rows: how many, None when nobody says; hot: many queries a second."""

    rows: int | None = None
    hot: bool = False

    @property
    def is_small(self) -> bool:
        return self.rows is not None and self.rows <= SMALL and not self.hot


@dataclass(frozen=True, slots=True)
class Parameters:
    """database: None when nobody says; version: () likewise; tables by name; is_rolling: two versions run at once."""

    database: Dialect | None = None
    version: tuple[int, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    is_rolling: bool = True

    def table(self, name: str) -> Table:
        return self.tables.get(name) or self.tables.get(name.rpartition(".")[2]) or Table()


def read_parameters(values: Mapping[str, Any], deploy: str = "rolling") -> Parameters:
    """The policy's values; one that means nothing is left out, for the policy has been checked before."""
    raw = values.get("tables")
    tables = raw.items() if isinstance(raw, Mapping) else ()
    return Parameters(
        _NAMES.get(str(values.get("database") or "").lower()),
        version_of(str(values.get("version") or "")),
        {str(name).lower(): _table(value) for name, value in tables},
        deploy != "recreate",
    )


def _table(value: Any) -> Table:
    if not isinstance(value, Mapping):
        return Table()
    rows = value.get("rows")
    is_count = isinstance(rows, int | float) and not isinstance(rows, bool)
    return Table(int(rows) if is_count and rows is not None else None, value.get("hot") is True)


def version_of(text: str) -> tuple[int, ...]:
    """`8.0.36` is (8, 0, 36); anything else is ()."""
    parts = text.split(".")
    return (
        tuple(int(part) for part in parts)
        if all(part.isdigit() and len(part) <= _MOST_DIGITS for part in parts)
        else ()
    )
