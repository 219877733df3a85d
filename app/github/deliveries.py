"""GitHub's log of webhook deliveries, to find those that never arrived."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from app.github.answers import is_set, items, number, optional_number, optional_text, text, texts, value
from app.github.calls import Calls
from app.github.errors import GitHubError
from app.github.wire import Request


@dataclass(frozen=True, slots=True)
class DeliverySeen:
    """One attempt to deliver; `guid` stays the same when it is repeated, `delivered_at` is in Unix seconds."""

    id: int
    guid: str
    delivered_at: float
    redelivery: bool
    status: str
    status_code: int
    event: str
    action: str | None
    installation_id: int | None
    repository_id: int | None


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries, newest first, and the cursor of the next, older page ("" on the last)."""

    deliveries: tuple[DeliverySeen, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class DeliveryContent:
    """A delivery with what GitHub sent; header names as GitHub writes them."""

    delivery: DeliverySeen
    headers: dict[str, str]
    payload: Mapping[str, object]


class Deliveries(Calls):
    """What GitHub sent us; the log keeps three days."""

    async def hook_deliveries(self, cursor: str = "") -> DeliveryPage:
        """Up to 100 deliveries from the newest, or from the cursor, to older ones."""
        params = {"per_page": "100", **({"cursor": cursor} if cursor else {})}
        answer = await self._read(None, Request("GET", "app/hook/deliveries", params))
        deliveries = tuple(_seen(entry) for entry in items(answer.content))
        return DeliveryPage(deliveries, httpx.URL(answer.next_page).params.get("cursor", ""))

    async def hook_delivery(self, delivery_id: int) -> DeliveryContent:
        """One delivery with its payload; NotFound when the log no longer has it."""
        answer = await self._get(None, f"app/hook/deliveries/{delivery_id}")
        return DeliveryContent(_seen(answer), texts(answer, "request", "headers"), _payload(answer))


def _payload(answer: object) -> Mapping[str, object]:
    payload = value(answer, "request", "payload")
    if isinstance(payload, str):  # some servers keep the payload as the text that was sent
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            payload = None
    if not isinstance(payload, Mapping):
        raise GitHubError(200, f"delivery {number(answer, 'id')} has no payload any more")
    return payload


def _seen(answer: object) -> DeliverySeen:
    return DeliverySeen(
        id=number(answer, "id"),
        guid=text(answer, "guid"),
        delivered_at=datetime.fromisoformat(text(answer, "delivered_at")).timestamp(),
        redelivery=is_set(answer, "redelivery"),
        status=text(answer, "status"),
        status_code=number(answer, "status_code"),
        event=text(answer, "event"),
        action=optional_text(answer, "action"),
        installation_id=optional_number(answer, "installation_id"),
        repository_id=optional_number(answer, "repository_id"),
    )
