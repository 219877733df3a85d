"""Every outcome of a request has one error, reads are repeated, and writes never are."""

from dataclasses import replace

import httpx
import pytest
from github_samples import SHA, check_run, pull
from loopback_github import LoopbackGitHub, Reply

from app.github import transport
from app.github.app import GitHubApp
from app.github.checks import CheckRunDraft
from app.github.errors import (
    GitHubError,
    Gone,
    NotFound,
    OutcomeUnknown,
    TooLarge,
    Unprocessable,
    Unreachable,
)
from app.github.tokens import GitHubCredentials

PULL = "/repos/acme/shop/pulls/5"
RUNS = "/repos/acme/shop/check-runs"
DRAFT = CheckRunDraft("readygate", SHA, "x1", "in_progress")
FAULTS = [
    Reply(502, raw=b"<html>bad gateway</html>"),
    Reply(500, {"message": "Server Error"}),
    Reply(fate="reset"),
    Reply(200, {"number": 5, "title": "x" * 200}, fate="truncate"),
    Reply(200, raw=b"not json"),
    Reply(200, raw=b"[" * 100_000),
]


@pytest.mark.parametrize("fault", FAULTS)
async def test_read_survives_two_faults(github, hub, repo, clock, fault):
    hub.on("GET", PULL, fault, fault, Reply(200, pull()))
    assert (await github.pull_request(repo, 5)).head_sha == SHA
    assert [0.25 <= clock.slept[0] <= 0.75, 1 <= clock.slept[1] <= 3] == [True, True]


@pytest.mark.parametrize("fault", FAULTS)
async def test_read_gives_up_after_the_third(github, hub, repo, fault):
    hub.on("GET", PULL, fault)
    with pytest.raises(Unreachable) as failed:
        await github.pull_request(repo, 5)
    assert not isinstance(failed.value, OutcomeUnknown)
    assert failed.value.where == "GET /repos/acme/shop/pulls/5"
    assert len(hub.requests("GET")) == 3


@pytest.mark.parametrize("fault", FAULTS)
async def test_write_is_sent_once_and_its_outcome_unknown(github, hub, repo, fault):
    hub.on("POST", RUNS, fault)
    with pytest.raises(OutcomeUnknown):
        await github.create_check_run(repo, DRAFT)
    assert len(hub.requests("POST")) == 1


UNSENT = [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout]
SENT = [httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.RemoteProtocolError]


@pytest.mark.parametrize(
    ("failure", "error"), [*((kind, Unreachable) for kind in UNSENT), *((kind, OutcomeUnknown) for kind in SENT)]
)
async def test_only_a_write_that_was_sent_is_unknown(hub, gate, clock, private_key_text, repo, failure, error):
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("access_tokens"):
            return httpx.Response(201, json=hub.mint().json)
        raise failure("as scripted", request=request)

    credentials = GitHubCredentials("1", private_key_text)
    async with GitHubApp(credentials, gate, httpx.MockTransport(answer), clock=clock, sleep=clock.sleep) as app:
        with pytest.raises(error, match=failure.__name__):
            await app.create_check_run(repo, DRAFT)


async def test_nobody_listening_is_unreachable(hub, gate, clock, private_key_text, repo):
    await hub.stop()
    credentials = GitHubCredentials("1", private_key_text, hub.url)
    async with GitHubApp(credentials, gate, clock=clock, sleep=clock.sleep) as app:
        with pytest.raises(Unreachable, match="cannot be reached"):
            await app.create_check_run(repo, DRAFT)
    assert len(clock.slept) == 2


@pytest.mark.parametrize(("status", "error"), [(404, NotFound), (410, Gone), (422, Unprocessable), (409, GitHubError)])
async def test_refusals_are_final_and_tell_the_reason(github, hub, repo, status, error):
    errors = [{"resource": "CheckRun", "field": "name", "code": "missing_field"}, "plain words"]
    hub.on("GET", PULL, Reply(status, {"message": "Said no", "errors": errors}))
    with pytest.raises(error, match="Said no; CheckRun name missing_field; plain words") as refused:
        await github.pull_request(repo, 5)
    assert refused.value.status == status
    assert len(hub.requests("GET")) == 1


async def test_renamed_repository_is_followed_with_method_and_body(github, hub, repo):
    hub.on("POST", RUNS, Reply(301, {}, {"location": f"{hub.url}/repositories/7/check-runs"}))
    hub.on("POST", "/repositories/7/check-runs", Reply(201, check_run(12)))
    assert await github.create_check_run(repo, DRAFT) == 12
    assert hub.requests("POST")[1].json == hub.requests("POST")[0].json


async def test_token_never_follows_to_another_host(github, hub, repo, clock):
    thief = LoopbackGitHub(clock)
    await thief.start()
    hub.on("GET", PULL, Reply(302, {}, {"location": f"{thief.url}{PULL}"}))
    with pytest.raises(GitHubError, match="another host"):
        await github.pull_request(repo, 5)
    await thief.stop()
    assert thief.asked == []


async def test_next_page_never_leads_to_another_host(github, hub, repo):
    hub.on("GET", "/repos/acme/shop/pulls", Reply(200, [], {"link": '<https://evil.example/x>; rel="next"'}))
    with pytest.raises(GitHubError, match="another host"):
        await github.open_pull_requests(repo)


async def test_redirects_in_circles_end(github, hub, repo):
    hub.on("GET", PULL, Reply(301, {}, {"location": PULL}))
    with pytest.raises(GitHubError, match="in circles"):
        await github.pull_request(repo, 5)


async def test_names_are_escaped(github, hub, repo):
    await _fails(github.branch_head(replace(repo, owner="a/b", name="c?d#e"), "feature/ü#1 %2e"))
    assert hub.requests("GET")[0].target == "/repos/a%2Fb/c%3Fd%23e/git/ref/heads/feature/%C3%BC%231%20%252e"


@pytest.mark.parametrize("name", ["..", ".", ""])
async def test_names_cannot_climb_out(github, hub, repo, name):
    with pytest.raises(Unprocessable):
        await github.pull_request(replace(repo, name=name), 5)
    assert hub.asked == []


async def test_enterprise_server_has_its_api_below_a_path(hub, gate, repo, private_key_text):
    hub.on("GET", "/api/v3" + PULL, Reply(200, pull()))
    async with GitHubApp(GitHubCredentials("1", private_key_text, f"{hub.url}/api/v3"), gate) as app:
        assert (await app.pull_request(repo, 5)).number == 5
    assert hub.mint_requests[0].path == "/api/v3/app/installations/77/access_tokens"


async def test_every_request_names_version_and_agent(github, hub, repo):
    await _fails(github.pull_request(repo, 5))
    assert {asked.headers["x-github-api-version"] for asked in hub.asked} == {"2022-11-28"}
    assert {asked.headers["user-agent"] for asked in hub.asked} == {"readygate"}


async def test_answers_are_capped(github, hub, repo, monkeypatch):
    monkeypatch.setattr(transport, "MAX_ANSWER_BYTES", 1000)
    hub.on("GET", PULL, Reply(200, pull(title="x" * 2000)))
    with pytest.raises(TooLarge):
        await github.pull_request(repo, 5)
    assert len(hub.requests("GET")) == 1


async def test_half_a_surrogate_pair_reaches_github_as_a_question_mark(github, hub, repo):
    hub.on("POST", RUNS, Reply(201, check_run()))
    await github.create_check_run(repo, replace(DRAFT, title="t", summary="file \udcff"))
    assert hub.requests("POST")[0].json["output"]["summary"] == "file ?"


async def test_unexpected_shape_names_the_field(github, hub, repo):
    hub.on("GET", PULL, Reply(200, pull(head={"sha": 7})))
    with pytest.raises(GitHubError, match=r"no head\.sha that is text"):
        await github.pull_request(repo, 5)


async def test_endless_lists_end_with_an_error(github, hub, repo):
    url = f"{hub.url}/repos/acme/shop/pulls"
    hub.on("GET", "/repos/acme/shop/pulls", Reply(200, [], {"link": f'<{url}?page=2>; rel="next"'}))
    with pytest.raises(GitHubError, match="longer than"):
        await github.open_pull_requests(repo)


async def test_failing_gate_is_not_taken_for_a_broken_connection(hub, clock, private_key_text, repo):
    class BrokenGate:
        async def closed_until(self, installation_id: int) -> float:
            raise LookupError("database away")

        async def close(self, installation_id: int, until: float) -> None: ...

    async with GitHubApp(GitHubCredentials("1", private_key_text, hub.url), BrokenGate()) as app:
        with pytest.raises(LookupError, match="database away"):
            await app.pull_request(repo, 5)
    assert hub.asked == []


async def _fails(call) -> None:
    with pytest.raises(NotFound):
        await call
