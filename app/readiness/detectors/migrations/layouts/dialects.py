"""Which database a text of SQL is written for, told from words that only one of them knows."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from app.readiness.detectors.migrations.model import Dialect

# Looked for in the text in lower case with single blanks: searching for plain strings costs next to nothing.
_SIGNS: Mapping[Dialect, tuple[str, ...]] = {
    Dialect.POSTGRES: (
        "::", "$$", " serial", "bigserial", "smallserial", "jsonb", "timestamptz", "concurrently", "plpgsql",
        " bytea", "tsvector", "citext",
        "using gin", "using gist", "using btree", "using brin", "create extension", "create type",
        "create domain", "create sequence",
        "materialized view", "create policy", "alter type", "alter domain", "alter sequence",
        "alter extension", "set data type",
        "set not null", "drop not null", "not valid", "validate constraint", "gen_random_uuid",
        "uuid_generate", " now()", " time zone",
        "character varying", " returning ", "alter table only", " uuid", " owner to ", " as identity",
        "exclude using", "attach partition",
        "detach partition", "row level security", "reindex", "vacuum full", "security definer",
    ),
    Dialect.MYSQL: (
        "auto_increment", "engine=", "engine =", " unsigned", "algorithm=", "algorithm =", "delimiter ",
        "utf8mb", "mediumtext", "longtext",
        "tinytext", "mediumint", "longblob", "mediumblob", "character set", "lock=none", "drop foreign key",
        "fulltext", " modify column ",
        "on update current_timestamp", "rename table ", "foreign_key_checks", " change column ", " modify `",
        " change `", "drop primary key",
        "insert ignore", "unlock tables",
    ),
    Dialect.SQLITE: (
        "autoincrement", "pragma ", "without rowid", "datetime('now'", "strftime(", "virtual table",
        "unixepoch", "insert or ignore",
        "insert or replace", "sqlite_",
    ),
}  # fmt: skip
_IN_PATHS = {
    "mysql": Dialect.MYSQL,
    "mariadb": Dialect.MARIADB,
    "postgres": Dialect.POSTGRES,
    "postgresql": Dialect.POSTGRES,
    "psql": Dialect.POSTGRES,
    "pg": Dialect.POSTGRES,
    "cockroach": Dialect.POSTGRES,
    "sqlite": Dialect.SQLITE,
    "sqlite3": Dialect.SQLITE,
}
_WORDS_OF_PATH = re.compile(r"[/._\-]")
_COMMENT = re.compile(r"--[^\n]*+|/\*(?!!)(?:[^*]++|\*(?!/))*+\*/")
_LONGEST = 50_000
_SURE = 2


def votes_of(text: str) -> Mapping[Dialect, int]:
    """How many telling words of each database the text holds."""
    head = " ".join(_COMMENT.sub(" ", text[:_LONGEST]).lower().split())
    votes = {dialect: sum(sign in head for sign in signs) for dialect, signs in _SIGNS.items()}
    if "`" in head and not votes[Dialect.POSTGRES]:
        votes[Dialect.SQLITE if votes[Dialect.SQLITE] else Dialect.MYSQL] += _SURE
    return votes


def guess_dialect(text: str) -> Dialect | None:
    """The database with the most telling words; None where none is told or two are told alike."""
    ranked = sorted(votes_of(text).items(), key=lambda vote: -vote[1])
    return ranked[0][0] if ranked[0][1] > ranked[1][1] else None


def dialect_of_path(path: str) -> Dialect | None:
    """What a folder or a part of the name says, such as `migrations/mysql/1.sql` or `1.sqlite3.up.sql`."""
    return _IN_PATHS.get(database_word(path))


def database_word(path: str) -> str:
    """The last word of the path that names a database, or ""."""
    words = reversed(_WORDS_OF_PATH.split(path.lower()))
    return next((word for word in words if word in _IN_PATHS), "")


def dialect_of_file(path: str, text: str, dialect: Dialect) -> Dialect:
    """The repository's database, unless the path names another or the text speaks only of another."""
    named = dialect_of_path(path)
    if named is not None:
        return dialect if named.is_mysql and dialect.is_mysql else named
    votes = votes_of(text)
    own = votes[Dialect.MYSQL if dialect.is_mysql else dialect]
    other, count = max(votes.items(), key=lambda vote: vote[1])
    is_other = own == 0 and count >= _SURE and not (other.is_mysql and dialect.is_mysql)
    return other if is_other else dialect


def vote(guesses: Iterable[Dialect | None]) -> Dialect | None:
    """What most files are written for."""
    counted = Counter(guess for guess in guesses if guess is not None)
    return counted.most_common(1)[0][0] if counted else None
