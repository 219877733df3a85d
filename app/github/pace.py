"""The pace of writing: what people are notified of goes out one at a time, slowly."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from app.github.errors import Later

# Below GitHub's 80 a minute and 500 an hour, and a second apart, of
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
GAP = 1.0
WINDOWS = ((60.0, 59), (3600.0, 400))
# Who would have to wait longer than this is sent away to come back later.
LONGEST_WAIT = 5.0
_MOST_WAITING = 5
# A process that slept past its place takes another one: the next writer may be at it by now.
_LATE = 0.5
_TRIES = 3
_INSTALLATIONS = 1024


class Places(Protocol):
    """The line of writes of each installation, which all processes share; times are Unix seconds."""

    async def take(self, installation_id: int, now: float, *, creates: bool) -> float:
        """Takes the next place and returns its time; Later, taking none, when it is over five seconds away."""
        ...


def next_place(now: float, last: float, created: Sequence[float], *, creates: bool) -> float:
    """The earliest time for a write; Later when that is too far away.

    last is the last place taken, created the times of the contents that many places ago as WINDOWS counts, 0 for none.
    """
    due = max(now, last + GAP) if last else now
    if creates:
        due = max([due, *(at + seconds for at, (seconds, _) in zip(created, WINDOWS, strict=True) if at)])
    if due - now > LONGEST_WAIT:
        raise Later(due)
    return due


class MemoryPlaces:
    """The line of one process, forgotten when it ends."""

    def __init__(self) -> None:
        self._last: dict[int, float] = {}
        self._created: dict[int, deque[float]] = {}

    async def take(self, installation_id: int, now: float, *, creates: bool) -> float:
        most = max(count for _, count in WINDOWS)
        created = self._created.setdefault(installation_id, deque(maxlen=most))
        ago = [created[-count] if len(created) >= count else 0.0 for _, count in WINDOWS]
        due = next_place(now, self._last.get(installation_id, 0.0), ago, creates=creates)
        self._last[installation_id] = due
        if creates:
            created.append(due)
        return due


@dataclass(slots=True)
class _Line:
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class ContentPace:
    """Turns for writing, one at a time in this process and a second apart in all; `clock` gives Unix seconds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        places: Places | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._places = places or MemoryPlaces()
        self._lines: OrderedDict[int, _Line] = OrderedDict()

    @asynccontextmanager
    async def turn(self, installation_id: int, *, creates: bool) -> AsyncIterator[None]:
        """The only write of this installation here, some seconds from now, or Later when too many are before it.

        `creates` is true for what makes new content (an issue, a comment): only that counts by minute and hour.
        """
        line = self._line(installation_id)
        if line.waiting >= _MOST_WAITING:
            raise Later(self._clock() + line.waiting * GAP)
        line.waiting += 1
        try:
            async with line.writing:
                await self._wait_for_place(installation_id, creates=creates)
                yield
        finally:
            line.waiting -= 1

    async def _wait_for_place(self, installation_id: int, *, creates: bool) -> None:
        """The place is taken by whoever writes next, so a slow write before it cannot eat the gap after it."""
        for _ in range(_TRIES):
            now = self._clock()
            due = await self._places.take(installation_id, now, creates=creates)
            if (wait := due - self._clock()) > 0:
                await self._sleep(wait)
            if self._clock() - due <= _LATE:
                return
        raise Later(self._clock() + GAP)

    def _line(self, installation_id: int) -> _Line:
        line = self._lines.setdefault(installation_id, _Line())
        self._lines.move_to_end(installation_id)
        if len(self._lines) > _INSTALLATIONS:
            self._lines.popitem(last=False)
        return line
