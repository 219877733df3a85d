"""Webhooks as GitHub sends them: signed, logged, never retried on their own."""

import contextlib
import hmac
import json
import queue
import threading
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from app.sandbox.state import Json, World, now

HOOK_ID = 40_000_500
# docs.github.com, "Best practices for using webhooks": an answer within ten seconds.
_TIMEOUT_SECONDS = 10.0
_SHOWN_RESPONSE = 4096
_AT_ONCE = 8


@dataclass(slots=True)
class Delivery:
    """One webhook in the log; status_code 0 while it is on its way."""

    id: int
    guid: str
    event: str
    payload: Json
    delivered_at: str
    headers: dict[str, str]
    raw: bytes
    redelivery: bool = False
    status: str = "pending"
    status_code: int = 0
    duration: float = 0.0
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: str = ""
    is_lost: bool = False
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def action(self) -> str | None:
        action = self.payload.get("action")
        return action if isinstance(action, str) else None

    @property
    def ok(self) -> bool:
        return 200 <= self.status_code < 300  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Unruly:
    """The shares of deliveries that are lost and that come twice, and up to how many seconds late they are."""

    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0


class Hooks:
    """Sends events to one address from a thread of its own, in order, and keeps the log."""

    def __init__(self, world: World, secret: str, app_id: int) -> None:
        self.url: str | None = None
        self.unruly: Unruly | None = None
        self.log: list[Delivery] = []
        self._world = world
        self._secret = secret.encode()
        self._app_id = app_id
        self._waiting: queue.Queue[Delivery | None] = queue.Queue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._deliver_all, name="sandbox-webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send what is waiting, then end the thread."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def emit(self, event: str, payload: Json, *, guid: str | None = None) -> Delivery:
        """Log an event and queue it; without an address it counts as failed at once. A guid marks a redelivery."""
        raw = json.dumps(payload, separators=(",", ":")).encode()
        name = guid or str(uuid.uuid4())
        headers = self._headers(event, name, raw)
        delivery = Delivery(
            self._world.next_id(), name, event, payload, now(), headers, raw, redelivery=guid is not None
        )
        with self._world.lock:
            self.log.append(delivery)
        if self.url is None or self._thread is None:
            _fail(delivery, "failed to connect to host", httpx.codes.BAD_GATEWAY)
        else:
            self._waiting.put(delivery)
        return delivery

    def settle(self, seconds: float) -> bool:
        """Wait until every delivery of the log has an outcome; whether that happened in time."""
        end = time.monotonic() + seconds
        with self._world.lock:
            deliveries = list(self.log)
        return all(delivery.done.wait(max(0.0, end - time.monotonic())) for delivery in deliveries)

    def find(self, delivery_id: int) -> Delivery | None:
        return next((delivery for delivery in self.log if delivery.id == delivery_id), None)

    def _headers(self, event: str, guid: str, raw: bytes) -> dict[str, str]:
        return {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/sandbox",
            "X-GitHub-Delivery": guid,
            "X-GitHub-Event": event,
            "X-GitHub-Hook-ID": str(HOOK_ID),
            "X-GitHub-Hook-Installation-Target-ID": str(self._app_id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature": sign(raw, self._secret, "sha1"),
            "X-Hub-Signature-256": sign(raw, self._secret, "sha256"),
        }

    def _deliver_all(self) -> None:
        with (
            httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=False) as client,
            ThreadPoolExecutor(_AT_ONCE, "sandbox-webhooks") as others,
        ):
            while (delivery := self._waiting.get()) is not None:
                if self.unruly is None:
                    self._deliver(client, delivery)
                else:
                    others.submit(self._deliver_unruly, client, delivery, self.unruly)

    def _deliver_unruly(self, client: httpx.Client, delivery: Delivery, unruly: Unruly) -> None:
        draws = self._world.draws
        with self._world.lock:
            delivery.is_lost, is_doubled = draws.random() < unruly.lost, draws.random() < unruly.doubled
            late = draws.uniform(0, unruly.late)
        time.sleep(late)
        if delivery.is_lost:
            _fail(delivery, "failed to connect to host", httpx.codes.BAD_GATEWAY)
            return
        if is_doubled:
            with contextlib.suppress(httpx.HTTPError):
                client.post(self.url or "", content=delivery.raw, headers=delivery.headers)
        self._deliver(client, delivery)

    def _deliver(self, client: httpx.Client, delivery: Delivery) -> None:
        started = time.monotonic()
        try:
            answer = client.post(self.url or "", content=delivery.raw, headers=delivery.headers)
        except httpx.TimeoutException:
            _fail(delivery, "timed out", httpx.codes.GATEWAY_TIMEOUT)
        except httpx.HTTPError:
            _fail(delivery, "failed to connect to host", httpx.codes.BAD_GATEWAY)
        else:
            delivery.status_code = answer.status_code
            delivery.status = "OK" if delivery.ok else f"Invalid HTTP Response: {answer.status_code}"
            delivery.response_headers = dict(answer.headers)
            delivery.response_body = answer.text[:_SHOWN_RESPONSE]
        delivery.duration = round(time.monotonic() - started, 3)
        delivery.done.set()


def sign(raw: bytes, secret: bytes, method: str = "sha256") -> str:
    """The signature header over the exact bytes of a delivery."""
    return f"{method}={hmac.new(secret, raw, method).hexdigest()}"


def _fail(delivery: Delivery, status: str, code: int) -> None:
    delivery.status, delivery.status_code = status, int(code)
    delivery.done.set()


def shape(delivery: Delivery, installation_id: int, *, full: bool = False) -> Json:
    """A delivery as GET /app/hook/deliveries shows it; `full` adds request and response."""
    shown: Json = {
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": delivery.delivered_at,
        "redelivery": delivery.redelivery,
        "duration": delivery.duration,
        "status": delivery.status,
        "status_code": delivery.status_code,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": installation_id,
        "repository_id": _repository_id(delivery.payload),
        "throttled_at": None,
    }
    if full:
        shown["url"] = ""
        shown["request"] = {"headers": delivery.headers, "payload": delivery.payload}
        shown["response"] = {"headers": delivery.response_headers, "payload": delivery.response_body or None}
    return shown


def _repository_id(payload: Mapping[str, object]) -> int | None:
    repository = payload.get("repository")
    found = repository.get("id") if isinstance(repository, dict) else None
    return found if isinstance(found, int) else None
