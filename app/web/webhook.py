"""POST /webhooks/github: verified over the raw bytes, kept before it is acknowledged."""

import asyncio
import hmac
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import structlog
from msgspec.json import Encoder
from starlette.types import Receive, Scope, Send

from app.jobs.intake import is_name, slim_body
from app.jobs.metrics import DELIVERIES
from app.store.received import Keeper, Received
from app.web.body import Bodies, Refused

PATH = "/webhooks/github"
# The inbox may be waited for so long; GitHub gives up after ten seconds.
KEEP_SECONDS = 8.0
# Hints are for the few: what arrives faster than this is found by the sweep before a worker could get to it.
HINTS_A_SECOND = 50
_ENCODER = Encoder()
_JSON = (b"content-type", b"application/json")
log = structlog.get_logger("webhook")
Wake = Callable[[str], Coroutine[Any, Any, None]]


class Webhook:
    """An ASGI application for one path; `wake` hints to the queue that a delivery waits."""

    def __init__(self, inbox: Keeper, secrets: tuple[bytes, ...], wake: Wake | None) -> None:
        self._inbox = inbox
        self._secrets = secrets
        self._hints = Hints(wake) if wake else None
        self._bodies = Bodies()
        self._refusals = Refusals()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        try:
            if scope["method"] != "POST":
                raise Refused(405, "only POST is answered here")
            received = await self._receive(headers, receive)
            await self._keep(received)
        except Refused as refused:
            DELIVERIES.labels(event="refused", outcome=str(refused.status)).inc()
            self._refusals.note(refused, headers)
            await _refuse(send, refused)
            return
        is_received = received.state == "received"
        DELIVERIES.labels(event=received.event if is_received else "other", outcome="kept").inc()
        if is_received and self._hints:
            self._hints.give(received.guid)
        await _answer(send, 202, {"delivery": received.guid, "state": received.state})

    async def _receive(self, headers: Mapping[bytes, bytes], receive: Receive) -> Received:
        with await self._bodies.read(receive, text_of(headers, b"content-length")) as body:
            if not is_signed(body, headers.get(b"x-hub-signature-256", b""), self._secrets):
                raise Refused(401, "the signature does not match the webhook secret")
            return parse(body, headers)

    async def _keep(self, received: Received) -> None:
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                await self._inbox.keep(received)
        except Exception as error:
            log.error("delivery not kept", delivery=received.guid, error=type(error).__name__)
            raise Refused(503, "the delivery could not be stored; deliver it again") from None


class Hints:
    """Hints given beside the answers, at most HINTS_A_SECOND."""

    def __init__(self, wake: Wake) -> None:
        self._wake = wake
        self._under_way: set[asyncio.Task[None]] = set()
        self._second = 0
        self._given = 0

    def give(self, guid: str) -> None:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._given = second, 0
        if self._given >= HINTS_A_SECOND:
            return
        self._given += 1
        task = asyncio.create_task(self._wake(guid))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


class Refusals:
    """One short log line a second at most for refused requests, so that nobody can fill the disk."""

    def __init__(self) -> None:
        self._last = 0.0
        self._unlogged = 0

    def note(self, refused: Refused, headers: Mapping[bytes, bytes]) -> None:
        now = time.monotonic()
        if now - self._last < 1.0:
            self._unlogged += 1
            return
        guid = text_of(headers, b"x-github-delivery")[:64]
        log.warning("delivery refused", status=refused.status, delivery=guid, not_logged=self._unlogged)
        self._last, self._unlogged = now, 0


def is_signed(body: bytes | bytearray, signature: bytes, secrets: tuple[bytes, ...]) -> bool:
    """Whether any of the secrets signed these bytes; every secret is tried, in constant time each."""
    matches = [
        hmac.compare_digest(b"sha256=" + hmac.digest(secret, body, "sha256").hex().encode(), signature)
        for secret in secrets
    ]
    return any(matches)


def parse(body: bytes | bytearray, headers: Mapping[bytes, bytes]) -> Received:
    """The slim row of a delivery; raises Refused when it is not JSON or has no id."""
    guid, event = text_of(headers, b"x-github-delivery"), text_of(headers, b"x-github-event")
    if not (guid and event and is_name(guid) and is_name(event)):
        raise Refused(400, "the headers X-GitHub-Delivery and X-GitHub-Event are required")
    try:
        return slim_body(guid=guid, event=event, body=body, received_at=time.time())
    except (ValueError, RecursionError):
        raise Refused(400, "the payload is not JSON; choose content type application/json in the webhook") from None


def text_of(headers: Mapping[bytes, bytes], name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


async def _refuse(send: Send, refused: Refused) -> None:
    extra = ((b"retry-after", str(refused.retry_after).encode()),) if refused.retry_after else ()
    await _answer(send, refused.status, {"error": refused.reason}, *extra)


async def _answer(send: Send, status: int, document: Mapping[str, str], *extra: tuple[bytes, bytes]) -> None:
    body = _ENCODER.encode(document)
    headers = [_JSON, (b"content-length", str(len(body)).encode()), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
