"""Where migrations lie, told from paths alone."""

import re

from app.readiness.detectors.migrations.layouts.naming import name_of
from app.readiness.paths import Role, role_of

LARGEST = 2_000_000
"""Bytes; a larger file is a dump, and is reported as not analysed."""

_ENDINGS = (
    ".sql", ".py", ".rb", ".exs", ".ex", ".xml", ".yaml", ".yml", ".json", ".php", ".ts", ".js", ".mts",
    ".mjs", ".cts", ".cjs", ".cs",
)  # fmt: skip
_PLACES = ("migrat", "changelog", "liquibase", "versions/", "changes/", "changesets/", "db/", "alembic")
_PROGRAM = re.compile(
    r"(?:^|/)(?:migrations|versions|migrate|post_migrate|Migrations|changelog|changelogs)/(?:[^/]+/)*(?!__init__|env\.)[^/]*\d[^/]*\.\w+$"
)
_SCHEMA = re.compile(r"(?:^|/)db/(?:[^/]+_)?(?:schema\.rb|structure\.sql)$")
_IGNORED = frozenset({Role.VENDORED, Role.GENERATED, Role.TEST})


def may_hold_migrations(path: str) -> bool:
    """Generous, because a look at the content follows."""
    if not path.endswith(_ENDINGS) or role_of(path) in _IGNORED:
        return False
    return path.endswith(".sql") or any(place in path.lower() for place in _PLACES)


def is_named_migration(path: str) -> bool:
    """Strict: a number in a folder of migrations."""
    if not may_hold_migrations(path):
        return False
    return name_of(path) is not None if path.endswith(".sql") else _PROGRAM.search(path) is not None


def is_schema_file(path: str) -> bool:
    """Whether a file says how the schema is, not how it changes."""
    return _SCHEMA.search(path) is not None
