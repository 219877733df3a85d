"""POST /webhooks/github: verified over the raw bytes, kept before it is acknowledged."""

import asyncio
import hmac
import json
import time
from collections.abc import Callable, Coroutine, Mapping
from hashlib import sha256
from typing import Any

import structlog
from starlette.types import Receive, Scope, Send

from app.jobs.intake import is_name, slim
from app.jobs.metrics import DELIVERIES
from app.store.inbox import Inbox, Received

PATH = "/webhooks/github"
# GitHub sends nothing larger: https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap
MAX_BODY = 25 * 1024 * 1024
# A sender that takes longer than GitHub itself waits has gone.
BODY_SECONDS = 30.0
# The inbox may be waited for so long; GitHub gives up after ten seconds.
KEEP_SECONDS = 8.0
log = structlog.get_logger("webhook")


class Refused(Exception):
    """The answer to a delivery that is not kept."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Webhook:
    """An ASGI application for one path; `wake` hints to the queue that a delivery waits."""

    def __init__(
        self, inbox: Inbox, secrets: tuple[bytes, ...], wake: Callable[[str], Coroutine[Any, Any, None]]
    ) -> None:
        self._inbox = inbox
        self._secrets = secrets
        self._wake = wake
        self._hints: set[asyncio.Task[None]] = set()
        self._refusals = Refusals()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        try:
            if scope["method"] != "POST":
                raise Refused(405, "only POST is answered here")
            received = await self._receive(headers, receive)
            await self._keep(received)
        except Refused as refused:
            DELIVERIES.labels(event="refused", outcome=str(refused.status)).inc()
            self._refusals.note(refused, headers)
            await _answer(send, refused.status, {"error": refused.reason})
            return
        DELIVERIES.labels(event=received.event if received.state == "received" else "other", outcome="kept").inc()
        if received.state == "received":
            self._hint(received.guid)
        await _answer(send, 202, {"delivery": received.guid, "state": received.state})

    async def _receive(self, headers: Mapping[str, str], receive: Receive) -> Received:
        told = headers.get("content-length", "")
        if told.isdecimal() and int(told[:20]) > MAX_BODY:
            raise Refused(413, "the payload is larger than 25 MB")
        try:
            body = await asyncio.wait_for(_read(receive), BODY_SECONDS)
        except TimeoutError:
            raise Refused(408, "the payload did not arrive in time") from None
        if not is_signed(body, headers.get("x-hub-signature-256", ""), self._secrets):
            raise Refused(401, "the signature does not match the webhook secret")
        return parse(body, headers)

    async def _keep(self, received: Received) -> None:
        try:
            await asyncio.wait_for(self._inbox.keep(received), KEEP_SECONDS)
        except Exception as error:
            log.error("delivery not kept", delivery=received.guid, error=type(error).__name__)
            raise Refused(503, "the delivery could not be stored; deliver it again") from None

    def _hint(self, guid: str) -> None:
        task = asyncio.create_task(self._wake(guid))
        self._hints.add(task)
        task.add_done_callback(self._hints.discard)


class Refusals:
    """One short log line a second at most for refused requests, so that nobody can fill the disk."""

    def __init__(self) -> None:
        self._last = 0.0
        self._unlogged = 0

    def note(self, refused: Refused, headers: Mapping[str, str]) -> None:
        now = time.monotonic()
        if now - self._last < 1.0:
            self._unlogged += 1
            return
        guid = headers.get("x-github-delivery", "")[:64]
        log.warning("delivery refused", status=refused.status, delivery=guid, not_logged=self._unlogged)
        self._last, self._unlogged = now, 0


def is_signed(body: bytes, signature: str, secrets: tuple[bytes, ...]) -> bool:
    """Whether any of the secrets signed these bytes; every secret is tried, in constant time each."""
    matches = [
        hmac.compare_digest(b"sha256=" + hmac.new(secret, body, sha256).hexdigest().encode(), signature.encode())
        for secret in secrets
    ]
    return any(matches)


def parse(body: bytes, headers: Mapping[str, str]) -> Received:
    """The slim row of a delivery; raises Refused when it is not JSON or has no id."""
    guid, event = headers.get("x-github-delivery", ""), headers.get("x-github-event", "")
    if not (guid and event and is_name(guid) and is_name(event)):
        raise Refused(400, "the headers X-GitHub-Delivery and X-GitHub-Event are required")
    try:
        payload: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "the payload is not JSON; choose content type application/json in the webhook") from None
    return slim(guid=guid, event=event, payload=payload, received_at=time.time(), via="webhook")


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "the sender went away")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            raise Refused(413, "the payload is larger than 25 MB")
        if not message.get("more_body"):
            return b"".join(parts)


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


async def _answer(send: Send, status: int, document: Mapping[str, str]) -> None:
    body = json.dumps(document).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
