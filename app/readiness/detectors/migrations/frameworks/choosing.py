"""Which framework wrote a migration, told from its path and a few words in it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.readiness.detectors.migrations.frameworks.alembic.revision import is_alembic, read_alembic
from app.readiness.detectors.migrations.frameworks.django.migration import is_django, read_django
from app.readiness.detectors.migrations.frameworks.ecto.migration import is_ecto, read_ecto
from app.readiness.detectors.migrations.frameworks.entity_framework.migration import (
    is_entity_framework,
    read_entity_framework,
)
from app.readiness.detectors.migrations.frameworks.knex.migration import is_knex, read_knex
from app.readiness.detectors.migrations.frameworks.laravel.migration import is_laravel, read_laravel
from app.readiness.detectors.migrations.frameworks.liquibase.changelog import is_liquibase, read_liquibase
from app.readiness.detectors.migrations.frameworks.liquibase.formatted import is_formatted, read_formatted
from app.readiness.detectors.migrations.frameworks.rails.migration import is_rails, read_rails
from app.readiness.detectors.migrations.frameworks.rails.schema import is_rails_schema, read_rails_schema
from app.readiness.detectors.migrations.frameworks.sequelize.migration import is_sequelize, read_sequelize
from app.readiness.detectors.migrations.frameworks.syntax.reading import broken_line
from app.readiness.detectors.migrations.frameworks.typeorm.migration import is_typeorm, read_typeorm
from app.readiness.detectors.migrations.model import Dialect, Kind, Migration, Op, Span
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source


@dataclass(frozen=True, slots=True)
class Framework:
    """name: the tool of its migrations; extensions: of its files; is_its: by path and content."""

    name: str
    extensions: tuple[str, ...]
    is_its: Callable[[str, bytes], bool]
    read: Callable[[Source, Dialect], Migration | tuple[Migration, ...]]


_SCRIPTS = (".js", ".ts", ".mjs", ".cjs")
FRAMEWORKS: tuple[Framework, ...] = (
    Framework("django", (".py",), is_django, read_django),
    Framework("alembic", (".py",), is_alembic, read_alembic),
    Framework("rails", (".rb",), is_rails, read_rails),
    Framework("rails-schema", (".rb", ".sql"), is_rails_schema, read_rails_schema),
    Framework("ecto", (".exs", ".ex"), is_ecto, read_ecto),
    Framework("liquibase", (".xml", ".yaml", ".yml", ".json"), is_liquibase, read_liquibase),
    Framework("liquibase", (".sql",), is_formatted, read_formatted),
    Framework("laravel", (".php",), is_laravel, read_laravel),
    Framework("typeorm", _SCRIPTS, is_typeorm, read_typeorm),
    Framework("sequelize", _SCRIPTS, is_sequelize, read_sequelize),
    Framework("knex", _SCRIPTS, is_knex, read_knex),
    Framework("entity-framework", (".cs",), is_entity_framework, read_entity_framework),
)
_PARSED = (".rb", ".exs", ".ex", ".php", ".cs", *_SCRIPTS)
EXTENSIONS = tuple(sorted({extension for framework in FRAMEWORKS for extension in framework.extensions}))


def framework_of(path: str, content: bytes) -> Framework | None:
    """The framework whose migration a file is; None for everything else."""
    return next((it for it in FRAMEWORKS if path.endswith(it.extensions) and it.is_its(path, content)), None)


def read_program(source: Source, dialect: Dialect) -> tuple[Migration, ...] | None:
    """The migrations of a file, None when no framework wrote it; what cannot be read is one that is not analysed."""
    framework = framework_of(source.path, source.content)
    if framework is None:
        return None
    try:
        read = framework.read(source, dialect)
        migrations = read if isinstance(read, tuple) else (read,)
        line = broken_line(source) if source.path.endswith(_PARSED) else 0
    except Malformed as error:
        return (unread(source.path, framework.name, error),)
    except (RecursionError, IndexError) as error:
        return (unread(source.path, framework.name, Malformed(f"it does not parse: {type(error).__name__}")),)
    if not line:
        return migrations
    doubt = Op(Kind.DYNAMIC, Span(source.path, line, line), resolved=False, note="a part of it does not parse")
    return (*migrations[:-1], replace(migrations[-1], ops=(*migrations[-1].ops, doubt)))


def unread(path: str, tool: str, error: Malformed) -> Migration:
    """A migration whose file is beyond reading: one operation that says why."""
    line = max(error.line, 1)
    op = Op(Kind.DYNAMIC, Span(path, line, line), resolved=False, note=error.reason)
    return Migration(path, tool, (op,), line=path.rpartition("/")[0], problems=(error.reason,))
