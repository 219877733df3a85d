"""Payloads of any shape: kept small, routed without a fault, answered politely."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.jobs.events import Work, route
from app.jobs.fields import KEPT, MAX_ITEMS, keep_fields
from app.store import inbox, schema
from app.store.database import Database
from app.store.inbox import Inbox
from app.web.webhook import PATH, Webhook

BOUNDED = settings(max_examples=150, derandomize=True, deadline=None, database=None)
ROUTED = ("pull_request", "check_run", "check_suite", "merge_group", "push", "issues", "installation",
          "installation_repositories", "repository")  # fmt: skip
NAMES = sorted({name for path in KEPT for name in path.split(".")})
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just("x" * 5000)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner),
    max_leaves=12,
)
ACTIONS = st.sampled_from(["opened", "closed", "deleted", "rerequested", "requested_action",
    "checks_requested", "added",
                           "removed", "created", "suspend", "reopened", ""]) | st.text(max_size=5)  # fmt: skip


@st.composite
def payloads(draw: st.DrawFn) -> dict[str, Any]:
    """The fields in use, each with a value that may be of any shape, at any level of its path."""
    payload: dict[str, Any] = draw(st.dictionaries(st.text(max_size=4), VALUES, max_size=3))
    for path in draw(st.lists(st.sampled_from(KEPT), max_size=12)):
        parts = path.split(".")
        parts = parts[: draw(st.integers(1, len(parts)))]
        place = payload
        for name in parts[:-1]:
            inner = place.get(name)
            place[name] = place = inner if isinstance(inner, dict) else {}
        place[parts[-1]] = draw(VALUES | st.integers(1, 2**40) | st.text("abc/", max_size=9))
    return payload


@BOUNDED
@given(payload=payloads(), event=st.sampled_from(ROUTED) | st.text(max_size=8), action=ACTIONS,
       app_id=st.sampled_from(["7", "Iv1.abc", ""]))  # fmt: skip
def test_any_payload_is_routed(payload: dict[str, Any], event: str, action: str, app_id: str) -> None:
    kept = keep_fields(payload)
    assert json.loads(json.dumps(kept)) == kept
    assert keep_fields(kept) == kept
    assert isinstance(route(event, action, kept, app_id=app_id), Work)


@pytest.mark.parametrize("fill", ["x" * 1024, "\0" * 1024, "\udcff" * 1024, 10**400, {"a": "x" * 10**6}, [["x"] * 99]])
def test_what_is_kept_of_a_giant_is_small(fill: Any) -> None:
    payload: dict[str, Any] = {}
    for path in KEPT:
        place = payload
        *folders, last = path.split(".")
        for name in folders:
            place = place.setdefault(name, {})
        place[last] = fill
    assert len(json.dumps(keep_fields(payload | {f"more{n}": fill for n in range(50)}))) < 400_000


def test_lists_are_cut() -> None:
    kept = keep_fields({"repositories": [{"id": n, "extra": "x"} for n in range(50_000)]})
    assert len(kept["repositories"]) == MAX_ITEMS
    assert kept["repositories"][0] == {"id": 0}


class Post:
    def __init__(self, database: Database) -> None:
        async def wake(_guid: str) -> None: ...

        transport = httpx.ASGITransport(app=Webhook(Inbox(database), (b"first",), wake))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://readygate")

    async def __call__(self, payload: Any, event: str, guid: str) -> httpx.Response:
        body = json.dumps(payload).encode()
        signature = "sha256=" + hmac.new(b"first", body, sha256).hexdigest()
        headers = {"X-GitHub-Event": event, "X-GitHub-Delivery": guid, "X-Hub-Signature-256": signature}
        return await self.client.post(PATH, content=body, headers=headers)


@pytest.fixture
async def kept_in(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'readygate.db'}"
    await asyncio.to_thread(schema.upgrade, url)
    database = Database(url)
    yield database
    await database.close()


@pytest.mark.parametrize("text", ["\0", "a\0b", "\udcff", "x" * 10_000, "'; DROP TABLE delivery; --", "\u202e", "\n{}"])
async def test_any_text_can_be_kept(database: Database, text: str) -> None:
    """On both databases: one of them refuses a NUL in a text, and a row it refused would take others with it."""
    answer = await Post(database)({"action": text, "ref": text, "repository": {"name": text}}, "push", "g1")
    assert answer.status_code == 202
    async with database.transaction() as connection:
        assert len(await inbox.newest(connection, 10)) == 1
