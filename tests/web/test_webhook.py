import asyncio
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator
from hashlib import sha256

import httpx
import pytest
from sqlalchemy import text

from app.jobs.logs import set_up_logs
from app.store import inbox
from app.store.database import Database
from app.store.inbox import Inbox
from app.web import body
from app.web.webhook import PATH, Webhook

SECRETS = (b"first", b"second")


class Sender:
    """Signs and posts deliveries to a webhook that keeps them in a real database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.woken: list[str] = []
        self.app = Webhook(Inbox(database), SECRETS, self._wake)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://readygate")

    async def _wake(self, guid: str) -> None:
        self.woken.append(guid)

    async def post(
        self, body: bytes, *, event: str = "push", guid: str = "g1", secret: bytes = b"first", **headers: str
    ) -> httpx.Response:
        signature = "sha256=" + hmac.new(secret, body, sha256).hexdigest()
        all_headers = {"X-GitHub-Event": event, "X-GitHub-Delivery": guid, "X-Hub-Signature-256": signature} | headers
        return await self.client.post(PATH, content=body, headers=all_headers)

    async def rows(self) -> dict[str, str]:
        async with self.database.transaction() as connection:
            return {row.guid: row.state for row in await inbox.newest(connection, 100)}


@pytest.fixture
async def sender(database: Database) -> AsyncIterator[Sender]:
    sending = Sender(database)
    yield sending
    await sending.client.aclose()


PUSH = json.dumps({"ref": "refs/heads/main", "repository": {"id": 31_000_000_000}, "secret": "not kept"}).encode()


async def test_a_signed_delivery_is_kept_before_it_is_acknowledged(sender: Sender) -> None:
    answer = await sender.post(PUSH)
    assert (answer.status_code, answer.json()) == (202, {"delivery": "g1", "state": "received"})
    assert await sender.rows() == {"g1": "received"}
    await asyncio.sleep(0)
    assert sender.woken == ["g1"]


async def test_only_the_fields_in_use_are_kept(sender: Sender) -> None:
    await sender.post(PUSH)
    async with sender.database.transaction() as connection:
        (row,) = await inbox.newest(connection, 1)
    assert json.loads(row.fields) == {"ref": "", "repository": {"id": 31_000_000_000}}


async def test_every_secret_of_a_rotation_is_accepted(sender: Sender) -> None:
    assert (await sender.post(PUSH, guid="a", secret=b"first")).status_code == 202
    assert (await sender.post(PUSH, guid="b", secret=b"second")).status_code == 202
    assert (await sender.post(PUSH, guid="c", secret=b"third")).status_code == 401
    assert sorted(await sender.rows()) == ["a", "b"]


@pytest.mark.parametrize("signature", ["", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "sha256=é"])
async def test_a_wrong_signature_is_refused(sender: Sender, signature: str) -> None:
    headers = {"X-GitHub-Event": "push", "X-GitHub-Delivery": "g1", "X-Hub-Signature-256": signature.encode()}
    answer = await sender.client.post(PATH, content=PUSH, headers=headers)
    assert answer.status_code == 401
    assert await sender.rows() == {}


async def test_an_app_without_secrets_accepts_nothing(database: Database) -> None:
    sending = Sender(database)
    sending.app._secrets = ()
    assert (await sending.post(PUSH, secret=b"")).status_code == 401
    await sending.client.aclose()


@pytest.mark.parametrize("body", [b"", b"{", b"payload=%7B%7D", b"\xff\xfe", b"[" * 100_000])
async def test_what_is_not_json_is_refused(sender: Sender, body: bytes) -> None:
    assert (await sender.post(body)).status_code == 400
    assert await sender.rows() == {}


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"{}", b'{"repository": [1, "x"], "action": {}}'])
async def test_json_of_an_unexpected_shape_is_kept(sender: Sender, body: bytes) -> None:
    assert (await sender.post(body)).status_code == 202


async def test_unknown_events_are_kept_as_ignored(sender: Sender) -> None:
    answer = await sender.post(b'{"action": "created"}', event="star")
    assert (answer.status_code, answer.json()["state"]) == (202, "ignored")
    assert await sender.rows() == {"g1": "ignored"}
    assert sender.woken == []


async def test_a_delivery_that_comes_twice_is_one(sender: Sender) -> None:
    answers = await asyncio.gather(*(sender.post(PUSH) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert await sender.rows() == {"g1": "received"}


async def test_a_delivery_without_an_id_is_refused(sender: Sender) -> None:
    assert (await sender.post(PUSH, guid="")).status_code == 400
    assert (await sender.post(PUSH, guid="x" * 65)).status_code == 400


async def test_a_body_above_the_cap_is_refused_unread(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MAX_BODY", 1000)
    assert (await sender.post(b" " * 1001)).status_code == 413

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b" " * 100

    answer = await sender.client.post(PATH, content=chunks(), headers={"X-GitHub-Event": "push"})
    assert answer.status_code == 413


async def test_only_post_is_answered(sender: Sender) -> None:
    assert (await sender.client.get(PATH)).status_code == 405


async def test_a_database_that_is_down_is_said(sender: Sender) -> None:
    async with sender.database.transaction() as connection:
        await connection.execute(text("ALTER TABLE delivery RENAME TO elsewhere"))
    assert (await sender.post(PUSH)).status_code == 503
    async with sender.database.transaction() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO delivery"))
    assert (await sender.post(PUSH)).status_code == 202


async def test_refusals_are_logged_briefly_and_rarely(
    sender: Sender, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What other tests set up may write to where nobody looks any more.
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    set_up_logs("json", "info")
    started = time.monotonic()
    for number in range(200):
        await sender.post(PUSH, guid=f"g{number}", secret=b"wrong")
    captured = capfd.readouterr()
    lines = [line for line in (captured.out + captured.err).splitlines() if "refused" in line]
    assert 1 <= len(lines) <= 2 + (time.monotonic() - started)
    assert all(len(line) < 300 for line in lines)
