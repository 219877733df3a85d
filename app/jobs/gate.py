"""What all processes keep together towards GitHub: the closed rate gates, and the line of writes."""

import asyncio
import time

from app.github.pace import WINDOWS, next_place
from app.store import pace, repositories
from app.store.database import Database, is_passing

_AGAIN_SECONDS = 0.1


class StoredGate:
    """app.github.gate.RateGate over the installation table; the App's own gate is the row with id 0."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, float] = {}

    async def closed_until(self, installation_id: int) -> float:
        """Read before every request: another process may have closed it a moment ago."""
        until = self._known.get(installation_id, 0.0)
        if until > time.time():
            return until
        async with self._database.reading() as connection:
            stored = await repositories.gate(connection, installation_id)
        self._known[installation_id] = max(until, stored)
        return self._known[installation_id]

    async def close(self, installation_id: int, until: float) -> None:
        """Tries until the others can know: a database that is away now may be back before GitHub wants to hear us."""
        self._known[installation_id] = max(self._known.get(installation_id, 0.0), until)
        while True:
            try:
                async with self._database.transaction() as connection:
                    await repositories.close_gate(connection, installation_id, until)
            except Exception as error:
                if not is_passing(error) or time.time() > until:
                    raise
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return


class StoredPlaces:
    """app.github.pace.Places in the database: N workers together keep the pace of one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, installation_id: int, now: float, *, creates: bool) -> float:
        counts, longest = [count for _, count in WINDOWS], max(seconds for seconds, _ in WINDOWS)
        async with self._database.transaction() as connection:
            await pace.hold(connection, installation_id)
            last = await pace.newest(connection, installation_id)
            created = await pace.created(connection, installation_id, counts) if creates else []
            due = next_place(now, last, created, creates=creates)
            await pace.take(connection, installation_id, due, creates=creates, forget=now - longest)
        return due
