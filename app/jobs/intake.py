"""From a payload to the slim row the inbox keeps, whichever way it reached us."""

import json
from typing import Any

from app.jobs.events import is_routed
from app.jobs.fields import keep_fields, number_at, text_at
from app.store.inbox import Received

# What the tables keep of a delivery's id, event and action; GitHub's are at most 40 characters long.
MAX_NAME = 64


def is_name(text: str) -> bool:
    """Whether the tables take it: one odd character would refuse every delivery of the same commit."""
    return len(text) <= MAX_NAME and text.isascii() and text.isprintable()


def slim(*, guid: str, event: str, payload: Any, received_at: float, via: str) -> Received:
    """via: `webhook`, or `catch-up` for what the webhook missed; unknown events and shapes become `ignored` rows."""
    fields = keep_fields(payload) if isinstance(payload, dict) else {}
    action = text_at(fields, "action")
    if not is_name(action):
        action = ""
    return Received(
        guid=guid,
        event=event,
        action=action,
        installation_id=number_at(fields, "installation.id"),
        repository_id=number_at(fields, "repository.id"),
        fields=json.dumps(fields),
        received_at=received_at,
        state="received" if is_routed(event, action) else "ignored",
        via=via,
    )
