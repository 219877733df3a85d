"""A file of a repository as the migrations it holds, whoever wrote it."""

from dataclasses import replace

from app.readiness.detectors.migrations.frameworks.choosing import EXTENSIONS, read_program
from app.readiness.detectors.migrations.layouts.dialects import dialect_of_file
from app.readiness.detectors.migrations.layouts.naming import name_of
from app.readiness.detectors.migrations.layouts.sql_files import Neighbour, SqlFile, read_sql_file
from app.readiness.detectors.migrations.model import Dialect, Kind, Migration, Op, Span
from app.readiness.formats.source import Source
from app.readiness.paths import Role, role_of

LARGEST = 2_000_000
"""Bytes; a larger file is a dump, and is reported as not analysed."""

_PLACES = ("migrat", "changelog", "liquibase", "versions/", "changes/", "changesets/", "db/", "alembic")
_IGNORED = frozenset({Role.VENDORED, Role.GENERATED, Role.TEST})
_ENDINGS = (*EXTENSIONS, ".sql")


def may_hold_migrations(path: str) -> bool:
    """By the path alone; generous, because a look at the content follows."""
    if not path.endswith(_ENDINGS) or role_of(path) in _IGNORED:
        return False
    return path.endswith(".sql") or any(place in path.lower() for place in _PLACES)


def read_migrations(path: str, content: bytes, dialect: Dialect, neighbour: Neighbour) -> tuple[Migration, ...]:
    """None at all for a file that is no migration; never raises for what the file holds.

    A file of SQL is read as for the database its words speak of, which may be another than `dialect`.
    """
    source = Source(path, content)
    if len(content) > LARGEST or source.is_binary:
        why = "larger than 2 MB" if len(content) > LARGEST else "not a text"
        return (_unread(path, why),) if path.endswith(".sql") and name_of(path) else ()
    found = read_program(source, dialect)
    if found is not None:
        return found
    if not path.endswith(".sql"):
        return ()
    meant = dialect_of_file(path, source.text, dialect)
    migration = read_sql_file(SqlFile(path, source.text, neighbour), meant)
    if migration is None:
        return ()
    return (replace(migration, dialect=meant) if meant is not dialect else migration,)


def _unread(path: str, why: str) -> Migration:
    op = Op(Kind.DYNAMIC, Span(path, 1, 1), resolved=False, note=why)
    named = name_of(path)
    return Migration(path, named.tool if named else "sql", (op,), line=named.line if named else "", problems=(why,))
