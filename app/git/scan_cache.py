"""What blobs yielded in earlier evaluations, kept on disk by key; losing it costs only time."""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

KEYS_A_QUERY = 500
MAX_ROWS = 400_000
_WAIT_SECONDS = 2.0
_TABLE = (
    "CREATE TABLE IF NOT EXISTS fact (key TEXT PRIMARY KEY, value BLOB NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID"
)


class ScanCache:
    """A file that several processes may use at once; a damaged, locked or unwritable one is as good as empty.

    After 400,000 facts the half that was used longest ago is dropped.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """The values of the keys that are known."""
        try:
            with self._open() as database:
                return dict(self._found(database, list(dict.fromkeys(keys))))
        except (sqlite3.Error, OSError):
            return {}

    def put(self, facts: Mapping[str, bytes]) -> None:
        today = int(time.time() // 86_400)
        rows = [(key, value, today) for key, value in facts.items()]
        try:
            with self._open() as database, database:
                database.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?, ?)", rows)
                self._trim(database)
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
            database.execute(_TABLE)
            yield database

    def _found(self, database: sqlite3.Connection, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for start in range(0, len(keys), KEYS_A_QUERY):
            asked = keys[start : start + KEYS_A_QUERY]
            places = ",".join("?" * len(asked))
            yield from database.execute(f"SELECT key, value FROM fact WHERE key IN ({places})", asked)  # noqa: S608

    def _trim(self, database: sqlite3.Connection) -> None:
        (rows,) = database.execute("SELECT count(*) FROM fact").fetchone()
        if rows > MAX_ROWS:
            oldest = "SELECT key FROM fact ORDER BY used, key LIMIT ?"
            database.execute(f"DELETE FROM fact WHERE key IN ({oldest})", (rows - MAX_ROWS // 2,))  # noqa: S608
