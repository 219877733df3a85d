"""Deliveries on their way into the database: many in one commit, and nobody is answered before it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

# One commit takes at most so many deliveries (measured in the performance notes: more gains nothing).
BATCH = 256


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery to keep; fields is JSON text, received_at in seconds since 1970."""

    guid: str
    event: str
    action: str
    installation_id: int | None
    repository_id: int | None
    fields: str
    received_at: float
    state: str = "received"
    via: str = "webhook"


class Keeper(ABC):
    """Commits waiting deliveries together; `keep` returns after the commit."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Received, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    @abstractmethod
    async def commit(self, rows: Sequence[Received]) -> None:
        """Stores every row whose guid is new, all in one transaction."""

    async def keep(self, received: Received) -> None:
        """Stores the delivery once per guid; raises the database's error when it could not be stored."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((received, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await future

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                await self.commit([received for received, _ in batch])
            except Exception as error:
                _settle(batch, error)
            else:
                _settle(batch, None)


def _settle(batch: list[tuple[Received, asyncio.Future[None]]], error: Exception | None) -> None:
    for _, future in batch:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
