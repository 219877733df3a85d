"""The rate gate: after GitHub said wait, nothing is sent for that installation."""

import time
from collections.abc import Callable
from typing import Protocol

from app.github.errors import Later

APP = 0  # the gate of requests that the App makes in its own name, for no installation


class RateGate(Protocol):
    """Where the closed gates are kept, for every process; times are Unix seconds."""

    async def closed_until(self, installation_id: int) -> float:
        """The time until which nothing may be sent; 0 or a time in the past when the gate is open."""
        ...

    async def close(self, installation_id: int, until: float) -> None:
        """Keep the gate closed at least until then; a later time that is already known stays."""
        ...


class MemoryGate:
    """A gate for one process that forgets when it ends."""

    def __init__(self) -> None:
        self._until: dict[int, float] = {}

    async def closed_until(self, installation_id: int) -> float:
        return self._until.get(installation_id, 0.0)

    async def close(self, installation_id: int, until: float) -> None:
        self._until[installation_id] = max(until, self._until.get(installation_id, 0.0))


async def refuse_when_closed(gate: RateGate, installation_id: int, clock: Callable[[], float] = time.time) -> None:
    """Later when the gate is closed at this moment."""
    until = await gate.closed_until(installation_id)
    if until > clock():
        raise Later(until)
