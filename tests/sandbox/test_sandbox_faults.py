"""Faults of the stand-in: lost answers, closed connections, limits that hold, webhooks that go astray."""

import random
import time

import httpx
import pytest
from sandbox_world import REPOSITORY, Receiver, app_client, client_of

from app.sandbox.sandbox import Sandbox
from app.sandbox.webhooks import Unruly

HOME = f"/repos/{REPOSITORY}"


def issue(client: httpx.Client, title: str = "A gap") -> httpx.Response:
    return client.post(f"{HOME}/issues", json={"title": title})


@pytest.mark.parametrize("after_apply", [False, True])
def test_a_closed_connection_says_nothing_of_what_was_done(sandbox: Sandbox, after_apply: bool) -> None:
    sandbox.fail_next(f"POST {HOME}/issues", 0, after_apply=after_apply)
    with client_of(sandbox) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            issue(client)
        assert len(sandbox.issues(REPOSITORY)) == after_apply
        assert issue(client).status_code == 201
    assert [request.status for request in sandbox.requests if request.path.endswith("/issues")] == [0, 201]


def test_a_limit_holds_for_its_credential_until_it_has_passed(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client, app_client(sandbox) as app:
        sandbox.fail_next(f"POST {HOME}/issues", 429, retry_after=1)
        told = issue(client)
        assert (told.status_code, told.headers["retry-after"]) == (429, "1")
        refused = client.get(HOME)
        assert refused.status_code == 403
        assert "secondary rate" in refused.json()["message"]
        assert app.get("/app").status_code == 200
        time.sleep(1.05)
        assert issue(client).status_code == 201
    assert len(sandbox.issues(REPOSITORY)) == 1
    seen = [(request.who, request.retry_after) for request in sandbox.requests if request.path.startswith("/repos")]
    assert seen == [("installation", 1.0), ("installation", 1.0), ("installation", 0.0)]
    assert all(0 < request.at <= request.answered for request in sandbox.requests)


def test_a_share_of_the_requests_fails_and_a_seed_repeats_it(sandbox: Sandbox) -> None:
    def statuses() -> list[int]:
        sandbox.hub.world.draws = random.Random(7)
        with client_of(sandbox) as client:
            return [client.get(HOME).status_code for _ in range(40)]

    sandbox.fail_next(f"GET {HOME}", 503, times=1000, chance=0.5)
    first = statuses()
    assert first == statuses()
    assert 8 < first.count(503) < 32


def test_lists_show_new_objects_after_a_moment(sandbox: Sandbox) -> None:
    sandbox.hub.world.list_lag = 0.3
    with client_of(sandbox) as client:
        number = issue(client).json()["number"]
        assert client.get(f"{HOME}/issues/{number}").status_code == 200
        assert client.get(f"{HOME}/issues").json() == []
        time.sleep(0.35)
        assert [one["number"] for one in client.get(f"{HOME}/issues").json()] == [number]


def test_git_fails_like_everything_else(sandbox: Sandbox) -> None:
    sandbox.fail_next(f"GET git /{REPOSITORY}", 503)
    sandbox.fail_next(f"GET git /{REPOSITORY}", 0)
    address = f"{sandbox.url}/{REPOSITORY}.git/info/refs?service=git-upload-pack"
    assert httpx.get(address, trust_env=False).status_code == 503
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(address, trust_env=False)
    assert httpx.get(address, trust_env=False).status_code == 401


def test_webhooks_are_lost_and_doubled(sandbox: Sandbox) -> None:
    with Receiver() as receiver:
        sandbox.webhook_url = receiver.url
        sandbox.confuse_deliveries(Unruly(lost=1.0))
        sandbox.open_pull_request(REPOSITORY, "main", "change")
        assert sandbox.settle()
        (lost,) = sandbox.deliveries
        assert (lost.is_lost, lost.ok, receiver.seen) == (True, False, [])
        sandbox.confuse_deliveries(Unruly(doubled=1.0))
        sandbox.push(REPOSITORY, "main", "change")
        assert sandbox.settle()
    guids = [headers["x-github-delivery"] for headers, _ in receiver.seen]
    assert len(guids) == 2 * len(set(guids)) > 0


def test_webhooks_come_late_and_in_any_order(sandbox: Sandbox) -> None:
    sandbox.hub.world.draws = random.Random(1)
    with Receiver() as receiver:
        sandbox.webhook_url = receiver.url
        sandbox.confuse_deliveries(Unruly(late=0.3))
        number = sandbox.open_pull_request(REPOSITORY, "main", "change")
        for _ in range(3):
            sandbox.close(REPOSITORY, number)
            sandbox.reopen(REPOSITORY, number)
        assert sandbox.settle()
    sent = [delivery.guid for delivery in sandbox.deliveries]
    came = [headers["x-github-delivery"] for headers, _ in receiver.seen]
    assert sorted(came) == sorted(sent)
    assert came != sent
