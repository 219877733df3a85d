"""The last questions before a request leaves: is the gate open, and may this task still write?"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpx

from app.github.errors import Unreachable
from app.github.gate import RateGate, refuse_when_closed

# Asked before every request but reads; returns the Unix time before which it must be on its way, or raises.
Permit = Callable[[], Awaitable[float]]
# An answer older than this is asked for again: the process may have been paused, or a connection slow to open.
FRESH_SECONDS = 0.25
_ROUNDS = 5
# What httpcore tells directly before the first byte of a request, and directly before those of its body.
_LAST_MOMENTS = ("send_request_headers.started", "send_request_body.started")
_permit: ContextVar[Permit | None] = ContextVar("permit", default=None)


@contextmanager
def asked_before_writes(permit: Permit) -> Iterator[None]:
    """Within, no write of this task is sent unless `permit` was asked directly before."""
    before = _permit.set(permit)
    try:
        yield
    finally:
        _permit.reset(before)


class LastQuestions:
    """For one request; `trace` asks again when time has passed, so that a process that slept does not send late."""

    def __init__(
        self, request: httpx.Request, gate: RateGate, installation_id: int, clock: Callable[[], float]
    ) -> None:
        self._gate = gate
        self._installation_id = installation_id
        self._clock = clock
        self._permit = None if request.method == "GET" else _permit.get()
        self._fresh_until = 0.0

    async def ask(self) -> None:
        """Later while the gate is closed; what the permit raises; Unreachable when nobody can say in time."""
        for _ in range(_ROUNDS):
            asked = self._clock()
            try:
                await refuse_when_closed(self._gate, self._installation_id, self._clock)
                deadline = await self._permit() if self._permit else asked + FRESH_SECONDS
            except OSError as error:
                raise Unreachable(0, f"not sent, for nobody could say whether it may be ({error!r})") from None
            self._fresh_until = min(asked + FRESH_SECONDS, deadline)
            if self._clock() < self._fresh_until:
                return
        raise Unreachable(0, "not sent, for it took too long to find out whether it may be")

    async def trace(self, event: str, _info: Any) -> None:
        """httpcore calls this at every step; an exception keeps it from taking the step."""
        if event.endswith(_LAST_MOMENTS) and self._clock() >= self._fresh_until:
            await self.ask()
