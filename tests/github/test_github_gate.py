"""After GitHub said wait, nothing goes out for that installation, and only for that one."""

from dataclasses import replace
from email.utils import formatdate

import pytest
from github_samples import SHA, check_run, pull
from loopback_github import Reply

from app.github.checks import CheckRunDraft
from app.github.errors import Forbidden, Later

PULL = "/repos/acme/shop/pulls/5"
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}


async def _closed_for(github, repo, clock) -> float:
    with pytest.raises(Later) as later:
        await github.pull_request(repo, 5)
    return later.value.until - clock.now


@pytest.mark.parametrize("status", [403, 429])
async def test_retry_after_closes_the_gate(github, hub, repo, clock, gate, status):
    hub.on("GET", PULL, Reply(status, {"message": "no"}, {"retry-after": "17"}), Reply(200, pull()))
    assert await _closed_for(github, repo, clock) == 17
    assert await gate.closed_until(repo.installation_id) == clock.now + 17
    clock.now += 16
    assert await _closed_for(github, repo, clock) == 1
    assert len(hub.requests("GET")) == 1
    clock.now += 1
    assert (await github.pull_request(repo, 5)).number == 5


async def test_retry_after_may_be_a_date(github, hub, repo, clock):
    hub.on("GET", PULL, Reply(429, {}, {"retry-after": formatdate(clock.now + 90, usegmt=True)}))
    assert await _closed_for(github, repo, clock) == 90


async def test_closed_gate_stops_writes_and_tokens_of_that_installation_only(github, hub, repo, clock, gate):
    await gate.close(repo.installation_id, clock.now + 5)
    with pytest.raises(Later):
        await github.create_check_run(repo, CheckRunDraft("readygate", SHA, "x", "queued"))
    assert hub.asked == []
    hub.on("POST", "/repos/acme/shop/check-runs", Reply(201, check_run()))
    await github.create_check_run(replace(repo, installation_id=78), CheckRunDraft("readygate", SHA, "x", "queued"))


async def test_spent_primary_limit_waits_for_its_reset(github, hub, repo, clock):
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(clock.now) + 600)}
    hub.on("GET", PULL, Reply(403, {"message": "API rate limit exceeded"}, headers))
    assert await _closed_for(github, repo, clock) == 600


async def test_last_request_of_the_hour_is_answered_and_closes_the_gate(github, hub, repo, clock):
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(clock.now) + 600)}
    hub.on("GET", PULL, Reply(200, pull(), headers))
    assert (await github.pull_request(repo, 5)).number == 5
    assert await _closed_for(github, repo, clock) == 600


async def test_spent_search_limit_does_not_close_the_rest(github, hub, repo, clock):
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(clock.now) + 9)}
    hub.on("GET", PULL, Reply(200, pull(), {**headers, "x-ratelimit-resource": "search"}))
    await github.pull_request(repo, 5)
    await github.pull_request(repo, 5)


async def test_reset_of_a_wrong_clock_neither_parks_for_ever_nor_hammers(github, hub, repo, clock):
    spent = {"x-ratelimit-remaining": "0"}
    hub.on(
        "GET",
        PULL,
        Reply(403, {}, {**spent, "x-ratelimit-reset": str(int(clock.now) - 50)}),
        Reply(403, {}, {**spent, "x-ratelimit-reset": "99999999999"}),
    )
    assert await _closed_for(github, repo, clock) == 1
    clock.now += 1
    assert await _closed_for(github, repo, clock) == 7200


async def test_secondary_limit_without_a_header_waits_a_minute_and_longer_each_time(github, hub, repo, clock):
    hub.on("GET", PULL, Reply(403, SECONDARY), Reply(403, SECONDARY), Reply(200, pull()), Reply(403, SECONDARY))
    assert await _closed_for(github, repo, clock) == 60
    clock.now += 60
    assert await _closed_for(github, repo, clock) == 120
    clock.now += 120
    await github.pull_request(repo, 5)
    assert await _closed_for(github, repo, clock) == 60


async def test_bare_429_is_a_limit(github, hub, repo, clock):
    hub.on("GET", PULL, Reply(429, {"message": "Too many"}))
    assert await _closed_for(github, repo, clock) == 60


async def test_limit_on_a_write_means_it_was_not_done(github, hub, repo, clock):
    hub.on("POST", "/repos/acme/shop/check-runs", Reply(403, SECONDARY, {"retry-after": "3"}))
    with pytest.raises(Later) as later:
        await github.create_check_run(repo, CheckRunDraft("readygate", SHA, "x", "queued"))
    assert later.value.until == clock.now + 3
    assert len(hub.requests("POST")) == 1


async def test_missing_permission_is_no_limit(github, hub, repo, gate):
    headers = {"x-accepted-github-permissions": "pull_requests=read", "x-ratelimit-remaining": "4000"}
    hub.on("GET", PULL, Reply(403, {"message": "Resource not accessible by integration"}, headers))
    with pytest.raises(Forbidden, match="pull_requests=read") as refused:
        await github.pull_request(repo, 5)
    assert refused.value.accepted_permissions == "pull_requests=read"
    assert await gate.closed_until(repo.installation_id) == 0


async def test_later_known_end_stays(gate):
    await gate.close(1, 100.0)
    await gate.close(1, 50.0)
    assert await gate.closed_until(1) == 100.0
