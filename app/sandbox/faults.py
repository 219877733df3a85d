"""Faults: what is answered instead of the truth, and the limits that hold for a while."""

import fnmatch
import math
import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.sandbox.operations import Answer
from app.sandbox.state import Fault, World

_ABORT = "sandbox.abort"
_LIMITED = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to "
    "GitHub Support for help, please include the request ID."
)


def pick_fault(world: World, line: str) -> Fault | None:
    """The first fault that hits a request, written as "METHOD /path"; each hit uses it up a little."""
    for fault in world.faults:
        matches = fault.left > 0 and fnmatch.fnmatchcase(line, f"*{fault.match}*")
        if matches and (fault.chance >= 1 or world.draws.random() < fault.chance):
            fault.left -= 1
            return fault
    return None


def refuse_limited(world: World, who: str) -> Answer | None:
    """The refusal of a credential that was told to wait and does not."""
    left = world.limits.get(who, 0.0) - time.time()
    return _limited(403, left) if left > 0 else None


def spoilt(world: World, fault: Fault, who: str) -> Answer:
    """What is answered because of a fault."""
    if fault.retry_after:
        world.limits[who] = time.time() + fault.retry_after
        return _limited(fault.status, fault.retry_after)
    return Answer({"message": "Server Error"}, fault.status, dict(fault.headers))


def _limited(status: int, seconds: float) -> Answer:
    return Answer({"message": _LIMITED}, status, {"Retry-After": str(math.ceil(seconds))})


def principal(request: Request) -> str:
    """Whose limits a request counts for: there is one installation, and the App in its own name."""
    credential = request.headers.get("authorization", "").rpartition(" ")[2]
    return "installation" if credential.startswith("ghs_") else "app"


class Abortable:
    """Outermost: lets an answer close the connection, which no ASGI message can say."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # uvicorn's `send` is a method of the object that holds the connection.
        scope[_ABORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await self._application(scope, receive, send)


class Dropped(Response):
    """No answer: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = scope.get(_ABORT)
        if connection is None:
            await super().__call__(scope, receive, send)
            return
        connection.abort()
        while (await receive())["type"] != "http.disconnect":
            pass
