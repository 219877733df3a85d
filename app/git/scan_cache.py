"""What blobs yielded in earlier evaluations, kept on disk by key; losing it costs only time."""

import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

KEYS_A_QUERY = 500
MAX_ROWS = 400_000
_WAIT_SECONDS = 2.0
MAX_TREE_BYTES = 512 * 1024 * 1024
_TABLES = (
    "CREATE TABLE IF NOT EXISTS fact (key TEXT PRIMARY KEY, value BLOB NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS tree (repository TEXT, plan TEXT, value BLOB NOT NULL, used INTEGER NOT NULL,"
    " PRIMARY KEY (repository, plan))",
)


class ScanCache:
    """A file that several processes may use at once; a damaged, locked or unwritable one is as good as empty.

    After 400,000 facts the half that was used longest ago is dropped; of whole trees, one of each repository under
    each plan, the oldest go when there are more than 512 MiB of them. `repository` is any name that tells them apart.
    """

    def __init__(self, path: Path, repository: str = "") -> None:
        self._path = path
        self._repository = repository

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """The values of the keys that are known."""
        try:
            with self._open() as database:
                return dict(self._found(database, list(dict.fromkeys(keys))))
        except (sqlite3.Error, OSError):
            return {}

    def put(self, facts: Mapping[str, bytes]) -> None:
        rows = [(key, value, _today()) for key, value in facts.items()]

        def write(database: sqlite3.Connection) -> None:
            database.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?, ?)", rows)
            (count,) = database.execute("SELECT count(*) FROM fact").fetchone()
            if count > MAX_ROWS:
                oldest = "SELECT key FROM fact ORDER BY used, key LIMIT ?"
                database.execute(f"DELETE FROM fact WHERE key IN ({oldest})", (count - MAX_ROWS // 2,))  # noqa: S608

        self._write(write)

    def get_tree(self, plan: str) -> bytes | None:
        """What `put_tree` was given last for this repository and plan."""
        query = "SELECT value FROM tree WHERE repository = ? AND plan = ?"
        try:
            with self._open() as database:
                row = database.execute(query, (self._repository, plan)).fetchone()
            return None if row is None else zlib.decompress(row[0])
        except (sqlite3.Error, OSError, zlib.error):
            return None

    def put_tree(self, plan: str, facts: bytes) -> None:
        row = (self._repository, plan, zlib.compress(facts, 1), _today())

        def write(database: sqlite3.Connection) -> None:
            database.execute("INSERT OR REPLACE INTO tree VALUES (?, ?, ?, ?)", row)
            sizes = database.execute("SELECT rowid, length(value) FROM tree ORDER BY used DESC, rowid DESC").fetchall()
            total = 0
            for rowid, size in sizes:
                total += size
                if total > MAX_TREE_BYTES:
                    database.execute("DELETE FROM tree WHERE rowid = ?", (rowid,))

        self._write(write)

    def _write(self, write: Callable[[sqlite3.Connection], None]) -> None:
        """One transaction; a damaged file is thrown away, any other failure costs only what was to be kept."""
        try:
            with self._open() as database, database:
                write(database)
        except sqlite3.DatabaseError as error:
            if not isinstance(error, sqlite3.OperationalError):
                self._path.unlink(missing_ok=True)
        except OSError:
            return

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS)) as database:
            # After a power cut the file may be damaged: then it is thrown away.
            database.execute("PRAGMA synchronous = OFF")
            database.execute("PRAGMA journal_mode = WAL")
            for table in _TABLES:
                database.execute(table)
            yield database

    def _found(self, database: sqlite3.Connection, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for start in range(0, len(keys), KEYS_A_QUERY):
            asked = keys[start : start + KEYS_A_QUERY]
            places = ",".join("?" * len(asked))
            yield from database.execute(f"SELECT key, value FROM fact WHERE key IN ({places})", asked)  # noqa: S608


def _today() -> int:
    return int(time.time() // 86_400)
