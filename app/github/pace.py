"""The pace of writing: what people are notified of goes out one at a time, slowly."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from app.github.errors import Later

# Below GitHub's 80 a minute and 500 an hour, and a second apart, of
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
GAP = 1.0
WINDOWS = ((60.0, 59), (3600.0, 400))
_LONGEST_WAIT = 5.0
_INSTALLATIONS = 1024


@dataclass(slots=True)
class _Turns:
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    promised: float = 0.0
    started: float = 0.0
    created: deque[float] = field(default_factory=lambda: deque(maxlen=max(most for _, most in WINDOWS)))


class ContentPace:
    """Turns for writing, per installation and for this process; `clock` gives Unix seconds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._turns: OrderedDict[int, _Turns] = OrderedDict()

    @asynccontextmanager
    async def turn(self, installation_id: int, *, creates: bool) -> AsyncIterator[None]:
        """The only write of this installation, at most five seconds from now, else Later.

        `creates` is true for what makes new content (an issue, a comment): only that counts by minute and hour.
        """
        turns = self._of(installation_id)
        due = self._promise(turns, creates=creates)
        await self._sleep_until(due)
        async with turns.writing:
            # A slow write before this one may have eaten the gap.
            await self._sleep_until(turns.started + GAP if turns.started else 0.0)
            turns.started = self._clock()
            yield

    def _promise(self, turns: _Turns, *, creates: bool) -> float:
        now = self._clock()
        due = _due(turns, now, creates=creates)
        if due - now > _LONGEST_WAIT:
            raise Later(due)
        turns.promised = due
        if creates:
            turns.created.append(due)
        return due

    async def _sleep_until(self, due: float) -> None:
        if (wait := due - self._clock()) > 0:
            await self._sleep(wait)

    def _of(self, installation_id: int) -> _Turns:
        turns = self._turns.setdefault(installation_id, _Turns())
        self._turns.move_to_end(installation_id)
        if len(self._turns) > _INSTALLATIONS:
            self._turns.popitem(last=False)
        return turns


def _due(turns: _Turns, now: float, *, creates: bool) -> float:
    due = max(now, turns.promised + GAP) if turns.promised else now
    if not creates:
        return due
    for seconds, most in WINDOWS:
        if len(turns.created) >= most:
            due = max(due, turns.created[-most] + seconds)
    return due
