"""From a payload to the slim row the inbox keeps, whichever way it reached us."""

import json
import re
from typing import Any

from app.jobs.events import is_routed
from app.jobs.fields import keep_fields, number_at, text_at, without_names
from app.jobs.quick_fields import quick_fields
from app.store.received import Received

# GitHub's actions are words such as `ready_for_review`.
_ACTION = re.compile(r"[a-z_]{0,64}")
# What the tables keep of a delivery's id, event and action; GitHub's are at most 40 characters long.
MAX_NAME = 64


def is_name(text: str) -> bool:
    """Whether the tables take it: one odd character would refuse every delivery of the same commit."""
    return len(text) <= MAX_NAME and text.isascii() and text.isprintable()


def slim(*, guid: str, event: str, payload: Any, received_at: float, via: str) -> Received:
    """via: `webhook`, or `catch-up` for what the webhook missed; unknown events and shapes become `ignored` rows."""
    fields = keep_fields(payload) if isinstance(payload, dict) else {}
    text = json.dumps(fields)
    return _received(guid=guid, event=event, fields=fields, text=text, received_at=received_at, via=via)


def slim_body(*, guid: str, event: str, body: bytes | bytearray, received_at: float) -> Received:
    """The same from the bytes of a webhook; raises ValueError or RecursionError when they are not JSON."""
    if quick := quick_fields(body):
        fields, text = quick
        return _received(guid=guid, event=event, fields=fields, text=text, received_at=received_at, via="webhook")
    return slim(guid=guid, event=event, payload=json.loads(body), received_at=received_at, via="webhook")


def _received(*, guid: str, event: str, fields: dict[str, Any], text: str, received_at: float, via: str) -> Received:
    action = text_at(fields, "action")
    if not _ACTION.fullmatch(action):
        action = ""
    named = without_names(fields) | ({"action": action} if "action" in fields else {})
    return Received(
        guid=guid,
        event=event,
        action=action,
        installation_id=number_at(fields, "installation.id"),
        repository_id=number_at(fields, "repository.id"),
        fields=text if named == fields else json.dumps(named),
        received_at=received_at,
        state="received" if is_routed(event, action) else "ignored",
        via=via,
    )
