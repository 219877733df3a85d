"""A payload of every action of every webhook event that GitHub documents."""

import hmac
import json
from hashlib import sha256
from typing import Any

import httpx
import pytest
from official_payloads import official_payloads
from pydantic import TypeAdapter

from app.jobs.events import Work, is_routed, route
from app.jobs.fields import keep_fields
from app.jobs.quick_fields import quick_fields
from app.store import inbox
from app.store.database import Database
from app.store.fast_inbox import open_inbox
from app.web.webhook import PATH, Webhook

pytestmark = pytest.mark.slow
SECRET = b"first"


def checked_payloads() -> list[tuple[str, str, dict[str, Any]]]:
    """Each is checked against the schema it was made from."""
    found = []
    for event, action, payload, kind in official_payloads():
        TypeAdapter(kind).validate_python(payload)
        found.append((event, action, payload))
    assert len({event for event, _, _ in found}) > 70
    assert len(found) > 250
    return found


async def test_each_is_answered_politely_and_kept(database: Database) -> None:
    payloads = checked_payloads()
    assert_both_ways_agree(payloads)

    keeper = open_inbox(database.url)
    transport = httpx.ASGITransport(app=Webhook(keeper, (SECRET,), None))
    async with httpx.AsyncClient(transport=transport, base_url="http://readygate") as client:
        for number, (event, _, payload) in enumerate(payloads):
            body = json.dumps(payload).encode()
            headers = {"X-GitHub-Event": event, "X-GitHub-Delivery": f"guid-{number}",
                       "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET, body, sha256).hexdigest()}  # fmt: skip
            assert (await client.post(PATH, content=body, headers=headers)).status_code == 202, event
    await keeper.close()
    async with database.transaction() as connection:
        rows = {row.guid: row for row in await inbox.newest(connection, 1_000)}
    assert len(rows) == len(payloads)
    for number, (event, _, payload) in enumerate(payloads):
        row = rows[f"guid-{number}"]
        is_work = is_routed(event, payload.get("action", ""))
        assert (row.event, row.state) == (event, "received" if is_work else "ignored")


def assert_both_ways_agree(payloads: list[Any]) -> None:
    """What is kept is the same quickly and plainly, and enough to work with."""
    quick = 0
    for event, _, payload in payloads:
        kept, found = keep_fields(payload), quick_fields(json.dumps(payload).encode())
        if found is not None:
            quick += 1
            assert found[0] == kept, event
        work = route(event, payload.get("action", ""), kept, app_id="7")
        if event in ("pull_request", "merge_group", "installation", "installation_repositories"):
            assert (work != Work()) is is_routed(event, payload.get("action", "")), (event, payload.get("action"))
    assert quick > len(payloads) * 0.8
