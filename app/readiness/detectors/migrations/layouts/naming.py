"""Migrations in SQL told by their paths: the tool, the version, the way."""

import re
from dataclasses import dataclass

from app.readiness.detectors.migrations.model import Direction

_FLYWAY = re.compile(r"(?P<kind>[VUB])(?P<version>\d+(?:[._]\d+)*)__(?P<name>.*)\.sql")
_REPEATABLE = re.compile(r"R__.*\.sql")
_NUMBERED = re.compile(
    r"(?P<version>\d+(?:[._-]\d+)*)(?P<name>[^/]*?)(?:\.(?P<way>up|down|do|undo))?\.sql", re.IGNORECASE
)
_STAMPED_FOLDER = re.compile(r"(\d{4,}[\d-]*)[_-].*|\d+_\w+|(\d{14})")
_WAY = re.compile(r".*\.(up|down|do|undo)\.sql")
_FOLDERS = frozenset(
    ("migrations", "migration", "migrate", "db-migrations", "dbmigrations", "db_migrations", "sql-migrations",
     "drizzle", "flyway", "schema_migrations", "versions", "changelog", "changelogs", "changesets",
     "migrator", "upgrades", "upgrade")
)  # fmt: skip
_COUNTED = re.compile(r"\d{2,}[_.-]")
_ELSEWHERE = frozenset(
    ("seeds", "seed", "queries", "query", "data", "fixtures", "docs", "initdb", "docker-entrypoint-initdb.d", "dumps",
     "backup", "backups", "reports", "exercises", "solutions", "answers", "snippets", "procedures", "functions",
     "views")
)  # fmt: skip
"""Where numbers are an order of running, or of reading, and nothing is run twice."""
_NOT_MIGRATIONS = re.compile(
    r"(.*[._-])?(schema|structure|seeds?|seed[._-].*|fixtures?|dump|init[._-]db|queries|rollback[._-]all)\.sql",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a path says; tool "sql" where only the folder is telling. line: what shares one sequence of versions."""

    tool: str
    line: str
    version: str = ""
    direction: Direction = Direction.UP
    is_paired: bool = False
    is_repeatable: bool = False
    is_baseline: bool = False


def name_of(path: str) -> Named | None:
    """None for a file that is no migration by its path; what it holds may say otherwise."""
    if not path.lower().endswith(".sql"):
        return None
    folder, _, name = path.rpartition("/")
    if (found := _FLYWAY.fullmatch(name)) is not None:
        version = found["version"].replace("_", ".")
        way = Direction.DOWN if found["kind"] == "U" else Direction.UP
        return Named("flyway", folder, version, way, is_baseline=found["kind"] == "B")
    if _REPEATABLE.fullmatch(name):
        return Named("flyway", folder, is_repeatable=True)
    parts = [part.lower() for part in folder.split("/")]
    above, _, last = folder.rpartition("/")
    in_migrations = not _FOLDERS.isdisjoint(parts) or any("migrat" in part for part in parts)
    if name == "migration.sql" and in_migrations:
        return Named("prisma", above, last)
    if name in ("up.sql", "down.sql") and _STAMPED_FOLDER.fullmatch(last):
        way = Direction.UP if name == "up.sql" else Direction.DOWN
        return Named("diesel", above, last.partition("_")[0], way, is_paired=True)
    return _name_of_numbered(folder, name, in_migrations)


def _name_of_numbered(folder: str, name: str, in_migrations: bool) -> Named | None:
    found = _NUMBERED.fullmatch(name)
    way = found["way"] if found else None
    direction = Direction.DOWN if (way or "").lower() in ("down", "undo") else Direction.UP
    if found is not None and way:
        return Named("golang-migrate", folder, found["version"], direction, is_paired=True)
    is_counted = found is not None and bool(_COUNTED.match(name)) and _ELSEWHERE.isdisjoint(folder.lower().split("/"))
    if not (in_migrations or is_counted) or _NOT_MIGRATIONS.fullmatch(name):
        return None
    if other := _WAY.fullmatch(name):
        direction = Direction.DOWN if other[1] in ("down", "undo") else Direction.UP
    return Named("sql", folder, found["version"] if found else "", direction)


def order_of(version: str) -> tuple[int, ...]:
    """Versions as they are compared: `1.10` after `1.9`, `0007` as 7; () where there is none."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:8])
