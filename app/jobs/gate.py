"""The rate gate kept in the database, so that every process and the next start honour it."""

import time

from app.store import repositories
from app.store.database import Database

# Other processes' closures are noticed after so many seconds.
FRESH_SECONDS = 1.0


class StoredGate:
    """app.github.gate.RateGate over the installation table; the App's own requests are gated in memory only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, tuple[float, float]] = {}

    async def closed_until(self, installation_id: int) -> float:
        looked_at, until = self._known.get(installation_id, (0.0, 0.0))
        now = time.time()
        if until > now or now - looked_at < FRESH_SECONDS:
            return until
        async with self._database.transaction() as connection:
            stored = await repositories.gate(connection, installation_id)
        self._known[installation_id] = (now, max(until, stored))
        return self._known[installation_id][1]

    async def close(self, installation_id: int, until: float) -> None:
        looked_at, known = self._known.get(installation_id, (0.0, 0.0))
        self._known[installation_id] = (looked_at, max(known, until))
        async with self._database.transaction() as connection:
            await repositories.close_gate(connection, installation_id, until)
