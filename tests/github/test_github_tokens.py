"""Tokens are narrow, minted once, renewed in time, and never shown."""

import asyncio

import jwt
import pytest
from github_samples import SHA, check_run, pull
from loopback_github import Reply

from app.github.app import GitHubApp
from app.github.checks import CheckRunDraft
from app.github.errors import Forbidden, NotFound, Unauthorized, Unreachable
from app.github.gate import MemoryGate
from app.github.tokens import GitHubCredentials, Token

PULL = "/repos/acme/shop/pulls/5"
RUNS = "/repos/acme/shop/check-runs"
MINT = "/app/installations/77/access_tokens"
DRAFT = CheckRunDraft("readygate", SHA, "x1", "in_progress")


async def test_twenty_readers_at_once_share_one_narrow_token(github, hub, repo):
    hub.on("GET", PULL, Reply(200, pull()))
    await asyncio.gather(*(github.pull_request(repo, 5) for _ in range(20)))
    (mint,) = hub.mint_requests
    assert mint.json == {
        "permissions": {"contents": "read", "metadata": "read", "pull_requests": "read"},
        "repository_ids": [repo.id],
    }
    assert {asked.token for asked in hub.requests("GET")} == {hub.minted[0]}


async def test_posting_uses_another_token_that_can_only_post(github, hub, repo):
    hub.on("GET", PULL, Reply(200, pull()))
    hub.on("POST", RUNS, Reply(201, check_run()))
    await github.pull_request(repo, 5)
    await github.create_check_run(repo, DRAFT)
    assert hub.mint_requests[1].json["permissions"] == {"checks": "write", "issues": "write", "metadata": "read"}
    assert hub.requests("POST")[0].token == hub.minted[1] != hub.minted[0]


async def test_tokens_are_minted_with_a_jwt_that_github_accepts(github, hub, repo, clock, private_key):
    await github.read_token(repo)
    options = {"verify_iat": False, "verify_exp": False}
    claims = jwt.decode(hub.mint_requests[0].token, private_key.public_key(), ["RS256"], options=options)
    assert claims["iss"] == "4711"
    assert claims["iat"] <= clock.now < claims["exp"] <= claims["iat"] + 600


async def test_jwt_is_signed_anew_before_it_expires(github, hub, clock):
    hub.on("GET", "/app", Reply(200, {"id": 1, "slug": "s", "name": "n", "events": [], "permissions": {}}))
    for _ in range(3):
        await github.app_info()
        clock.now += 200
    first, second, third = (asked.token for asked in hub.requests("GET"))
    assert first == second != third


async def test_token_is_renewed_some_minutes_before_its_end(github, hub, repo, clock):
    first = await github.read_token(repo)
    clock.now += 3000
    assert await github.read_token(repo) == first
    clock.now += 350
    assert await github.read_token(repo) != first


async def test_revoked_token_is_replaced_once(github, hub, repo):
    hub.on("GET", PULL, Reply(401, {"message": "Bad credentials"}), Reply(200, pull()))
    assert (await github.pull_request(repo, 5)).number == 5
    assert [asked.token for asked in hub.requests("GET")] == hub.minted
    assert len(hub.minted) == 2


async def test_refused_write_is_sent_again_with_a_new_token(github, hub, repo):
    hub.on("POST", RUNS, Reply(401, {"message": "Bad credentials"}), Reply(201, check_run()))
    assert await github.create_check_run(repo, DRAFT) == 31_000_000_007
    assert len(hub.requests("POST")) == 2


async def test_second_refusal_is_final(github, hub, repo):
    hub.on("GET", PULL, Reply(401, {"message": "Bad credentials"}))
    with pytest.raises(Unauthorized, match="Bad credentials"):
        await github.pull_request(repo, 5)
    assert len(hub.requests("GET")) == 2


async def test_dropping_an_old_token_keeps_the_new_one(github, hub, repo):
    first = await github.read_token(repo)
    github.drop_read_token(repo, first)
    second = await github.read_token(repo)
    github.drop_read_token(repo, first)
    assert await github.read_token(repo) == second


async def test_failing_mint_is_repeated_and_leaves_the_write_unsent(github, hub, repo):
    hub.on("POST", MINT, Reply(502, raw=b"<html>"))
    with pytest.raises(Unreachable):
        await github.create_check_run(repo, DRAFT)
    assert len(hub.mint_requests) == 3
    assert hub.requests("POST") == []


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("The permissions requested are not granted to this installation.", Forbidden),
        ("There is at least one repository that does not exist or is not accessible.", NotFound),
    ],
)
async def test_mint_says_what_the_installation_lacks(github, hub, repo, message, error):
    hub.on("POST", MINT, Reply(422, {"message": message}))
    with pytest.raises(error) as refused:
        await github.create_check_run(repo, DRAFT)
    if error is Forbidden:
        assert refused.value.accepted_permissions == "checks=write, issues=write, metadata=read"


async def test_suspended_installation_is_forbidden(github, hub, repo):
    hub.on("POST", MINT, Reply(403, {"message": "This installation has been suspended"}))
    with pytest.raises(Forbidden, match="suspended"):
        await github.pull_request(repo, 5)


async def test_unreadable_private_key_is_explained_without_it(hub):
    text = "-----BEGIN NOTHING-----\nabcdef\n-----END NOTHING-----"
    async with GitHubApp(GitHubCredentials("1", text, hub.url), MemoryGate()) as app:
        with pytest.raises(Unauthorized, match="READYGATE_GITHUB_PRIVATE_KEY") as refused:
            await app.app_info()
    assert "abcdef" not in str(refused.value)
    assert hub.asked == []


def test_secrets_are_not_in_representations():
    assert "pem-text" not in repr(GitHubCredentials("1", "pem-text"))
    assert "the-token" not in repr(Token("the-token", 1.0))
