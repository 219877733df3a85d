"""A file of a repository as the migrations it holds, whoever wrote it."""

from dataclasses import replace
from typing import Any, cast

from app.readiness.detectors.migrations.layouts.dialects import dialect_of_file
from app.readiness.detectors.migrations.layouts.naming import name_of
from app.readiness.detectors.migrations.layouts.sql_files import Neighbour, SqlFile, read_sql_file
from app.readiness.detectors.migrations.model import Dialect, Kind, Migration, Op, Span
from app.readiness.detectors.migrations.places import LARGEST
from app.readiness.formats.source import Source
from app.readiness.lazy import lazily

# Grammars of ten frameworks, of which a repository has one or two.
choosing = cast(Any, lazily("app.readiness.detectors.migrations.frameworks.choosing"))


def read_migrations(path: str, content: bytes, dialect: Dialect, neighbour: Neighbour) -> tuple[Migration, ...]:
    """None at all for a file that is no migration; never raises for what the file holds.

    A file of SQL is read as for the database its words speak of, which may be another than `dialect`.
    """
    source = Source(path, content)
    if len(content) > LARGEST or source.is_binary:
        why = "larger than 2 MB" if len(content) > LARGEST else "not a text"
        return (_unread(path, why),) if path.endswith(".sql") and name_of(path) else ()
    if not path.endswith(".sql") or _is_of_framework(path, content):
        found = cast(tuple[Migration, ...] | None, choosing.read_program(source, dialect))
        if found is not None or not path.endswith(".sql"):
            return found or ()
    meant = dialect_of_file(path, source.text, dialect)
    migration = read_sql_file(SqlFile(path, source.text, neighbour), meant)
    if migration is None:
        return ()
    return (replace(migration, dialect=meant) if meant is not dialect else migration,)


def _is_of_framework(path: str, content: bytes) -> bool:
    """SQL that a framework has its own say about: formatted changelogs of Liquibase, the schema of Rails."""
    return b"liquibase" in content[:2_000].lower() or path.endswith("structure.sql")


def _unread(path: str, why: str) -> Migration:
    op = Op(Kind.DYNAMIC, Span(path, 1, 1), resolved=False, note=why)
    named = name_of(path)
    return Migration(path, named.tool if named else "sql", (op,), line=named.line if named else "", problems=(why,))
