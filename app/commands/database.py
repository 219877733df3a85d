"""`readygate db`: bring the database up to date, back it up, restore it."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from app.errors import InvalidInput, ReadygateError
from app.settings import Settings
from app.store import schema

_SQLITE = "sqlite+aiosqlite:///"
_DUMP_SECONDS = 3600


def upgrade() -> None:
    """Apply every migration the database lacks; safe to run twice and from several machines at once."""
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    schema.upgrade(settings.database)
    print(f"The database is at revision {schema.expected_revision()}.")


def backup(file: Path) -> None:
    """Write a consistent copy of the database while it is in use.

    Parameters
    ----------
    file:
        Where to write it: an SQLite file, or a pg_dump archive for PostgreSQL. It must not exist yet.
    """
    if file.exists():
        raise InvalidInput(f"{file} exists already", mend="Name a new file; a backup is never overwritten.")
    url = Settings().database
    if url.startswith(_SQLITE):
        source = Path(url.removeprefix(_SQLITE))
        if not source.is_file():
            raise InvalidInput(f"there is no database at {source}", mend="Is READYGATE_DATA_DIR set as for `serve`?")
        _make_private(file)
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(file)) as there:
            here.backup(there)
    else:
        _make_private(file)
        _postgres("pg_dump", url, ["--format=custom", "--file", str(file)])
    print(f"Wrote {file}, {file.stat().st_size} bytes.")


def _make_private(file: Path) -> None:
    """A backup holds the keys of fingerprints and names from private repositories."""
    file.touch(mode=0o600, exist_ok=False)


def restore(file: Path, *, yes: bool = False) -> None:
    """Put a backup in the place of the database. Stop every web and worker process first.

    Parameters
    ----------
    file:
        What `readygate db backup` wrote.
    yes:
        Required: what the database holds now is replaced.
    """
    if not file.is_file():
        raise InvalidInput(f"{file} is not a file")
    if not yes:
        raise InvalidInput("this replaces what the database holds now", mend="Say so with --yes.")
    url = Settings().database
    if url.startswith(_SQLITE):
        _restore_sqlite(file, Path(url.removeprefix(_SQLITE)))
    else:
        _postgres("pg_restore", url, ["--clean", "--if-exists", "--single-transaction", str(file)])
    schema.upgrade(url)
    print(f"Restored {file}; the database is at revision {schema.expected_revision()}.")


def _restore_sqlite(file: Path, target: Path) -> None:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as check:
        try:
            verdict = check.execute("PRAGMA integrity_check").fetchone()[0]
            check.execute("SELECT version_num FROM alembic_version")
        except sqlite3.OperationalError:
            verdict = "it holds no Readygate tables"
        except sqlite3.DatabaseError:
            verdict = "not an SQLite database"
    if verdict != "ok":
        raise InvalidInput(f"{file} is no backup that can be restored: {verdict}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as there:
        source.backup(there)


def _postgres(tool: str, url: str, arguments: list[str]) -> None:
    """Runs a PostgreSQL client tool; the password goes through the environment, never through the arguments."""
    binary = shutil.which(tool)
    if binary is None:
        raise ReadygateError(f"{tool} is not installed", mend="Debian: apt-get install postgresql-client")
    parts = make_url(url)
    environment = {
        "PGHOST": parts.host or str(parts.query.get("host", "")),
        "PGPORT": str(parts.port or parts.query.get("port", 5432)),
        "PGUSER": parts.username or str(parts.query.get("user", "")),
        "PGPASSWORD": str(parts.password or ""),
        "PGSSLMODE": str(parts.query.get("ssl", "prefer")),
        "PATH": str(Path(binary).parent),
    }
    command = [binary, "--dbname", parts.database or "", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=_DUMP_SECONDS, check=False)
    if done.returncode:
        raise ReadygateError(f"{tool} failed: {done.stderr.decode(errors='replace').strip()[:500]}")
