"""Which database a repository runs on, where the policy does not say."""

import re
from collections.abc import Iterable

from app.readiness.detectors.migrations.judging.change import Database
from app.readiness.detectors.migrations.layouts.dialects import guess_dialect, vote
from app.readiness.detectors.migrations.model import Dialect
from app.readiness.detectors.migrations.parameters import Parameters, version_of
from app.readiness.detectors.migrations.tree import Tree

_IMAGE = re.compile(
    r"(?:image:|FROM)\s*[\"']?(?:[\w./-]*/)?(postgres|postgis|timescaledb|mysql|mariadb)(?:-ha)?:(\d+(?:\.\d+){0,2})"
)
_WORDS = (
    (
        Dialect.POSTGRES,
        re.compile(
            r"postgres|psycopg|asyncpg|\bpgx\b|lib/pq|postgrex|Npgsql|[\"'](?:gem )?pg[\"']|\bpg\b\s*[:=\"']",
            re.IGNORECASE,
        ),
    ),
    (Dialect.MYSQL, re.compile(r"mysql|trilogy|myxql", re.IGNORECASE)),
    (Dialect.MARIADB, re.compile(r"mariadb", re.IGNORECASE)),
    (Dialect.SQLITE, re.compile(r"sqlite", re.IGNORECASE)),
)
_LOCKS = ("migration_lock.toml", "meta/_journal.json")
_NAMES = frozenset(
    ("database.yml", "docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml", "settings.py",
     "schema.prisma", "mix.exs",
     "go.mod", "cargo.toml", "requirements.txt", "pyproject.toml", "package.json", "gemfile", "pom.xml", "build.gradle",
     "build.gradle.kts", "knexfile.js", "knexfile.ts", "drizzle.config.ts", "ormconfig.json", "alembic.ini",
     ".env.example",
     "application.yml", "application.properties", "composer.json", "base.py")
)  # fmt: skip
_MOST_FILES = 40
_DEEPEST = 4
_SAMPLES = 12


def find_database(parameters: Parameters, tree: Tree, migrations: Iterable[str]) -> Database:
    """The policy's word; else what the tool wrote down, what the SQL speaks, what the repository depends on."""
    images = _images(tree)
    if parameters.database is not None:
        version = parameters.version or _version(images, parameters.database)
        return Database(parameters.database, version, said=True)
    paths = list(migrations)
    dialect = _locked(tree, paths) or _spoken(tree, paths) or _depended_on(tree) or next(iter(images), None)
    if dialect is None:
        return Database(version=parameters.version)
    return Database(dialect, parameters.version or _version(images, dialect), said=True)


def _locked(tree: Tree, paths: list[str]) -> Dialect | None:
    """What Prisma and Drizzle wrote beside their migrations."""
    for folder in dict.fromkeys(part for path in paths for part in _above(path)):
        for name in _LOCKS:
            text = tree.text(f"{folder}/{name}")[:2000].lower() if tree.holds(f"{folder}/{name}") else ""
            found = [dialect for dialect, word in _WORDS if word.search(text)]
            if found:
                return found[-1]
    return None


def _above(path: str) -> list[str]:
    folder = path.rpartition("/")[0]
    return [folder, folder.rpartition("/")[0]]


def _spoken(tree: Tree, paths: list[str]) -> Dialect | None:
    sql = [path for path in paths if path.endswith(".sql")][-_SAMPLES:]
    return vote(guess_dialect(tree.text(path)) for path in sql)


def _depended_on(tree: Tree) -> Dialect | None:
    """PostgreSQL where it is among several: SQLite often only stands for it in tests."""
    found = {dialect for path in _telling(tree) for dialect, word in _WORDS if word.search(tree.text(path))}
    for dialect in (Dialect.POSTGRES, Dialect.MARIADB, Dialect.MYSQL, Dialect.SQLITE):
        if dialect in found:
            return Dialect.MYSQL if dialect is Dialect.MARIADB and Dialect.MYSQL in found else dialect
    return None


def _telling(tree: Tree) -> list[str]:
    paths = (path for path in tree.snapshot.entries if path.rpartition("/")[2].lower() in _NAMES and tree.holds(path))
    return sorted((path for path in paths if path.count("/") <= _DEEPEST), key=lambda path: path.count("/"))[
        :_MOST_FILES
    ]


def _images(tree: Tree) -> dict[Dialect, tuple[int, ...]]:
    """Images of databases in compose files and pipelines, with their versions."""
    found: dict[Dialect, tuple[int, ...]] = {}
    for path in tree.snapshot.entries:
        name = path.rpartition("/")[2].lower()
        if not name.endswith((".yml", ".yaml")) or not ("compose" in name or path.startswith(".github/workflows/")):
            continue
        for match in _IMAGE.finditer(tree.text(path)[:200_000]):
            word = match[1].lower()
            dialect = {"mysql": Dialect.MYSQL, "mariadb": Dialect.MARIADB}.get(word, Dialect.POSTGRES)
            if dialect not in found and word != "timescaledb":
                found[dialect] = version_of(match[2])
    return found


def _version(images: dict[Dialect, tuple[int, ...]], dialect: Dialect) -> tuple[int, ...]:
    return images.get(dialect, ())
