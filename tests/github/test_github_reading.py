"""Pull requests, contents, installations and deliveries are read as GitHub sends them."""

from base64 import encodebytes
from dataclasses import replace

import pytest
from github_samples import OTHER_SHA, SHA, pull
from loopback_github import Reply

from app.github import contents
from app.github.errors import GitHubError, NotFound, TooLarge, Unprocessable

REPO = "/repos/acme/shop"
INSTALLATION = {
    "id": 77,
    "account": {"login": "acme", "id": 9},
    "target_type": "Organization",
    "suspended_at": None,
    "events": ["push"],
    "permissions": {"checks": "write"},
}
DELIVERY = {
    "id": 200_000_000_007,
    "guid": "g-1",
    "delivered_at": "2026-11-20T18:30:00Z",
    "redelivery": False,
    "status": "OK",
    "status_code": 202,
    "event": "push",
    "action": None,
    "installation_id": 77,
    "repository_id": 3_000_000_001,
}


async def test_pull_request_is_one_request(github, hub, repo):
    hub.on("GET", f"{REPO}/pulls/5", Reply(200, pull(draft=True)))
    seen = await github.pull_request(repo, 5)
    assert (seen.number, seen.state, seen.draft, seen.private, seen.is_fork) == (5, "open", True, True, False)
    assert (seen.head_sha, seen.head_ref, seen.head_repository_id) == (SHA, "topic", repo.id)
    assert (seen.base_ref, seen.base_sha, seen.default_branch) == ("main", OTHER_SHA, "main")
    assert (seen.author, seen.title) == ("ann", "Change")
    assert len(hub.requests("GET")) == 1


@pytest.mark.parametrize(("repository", "repository_id"), [({"id": 8}, 8), (None, None)])
async def test_head_elsewhere_or_gone_is_a_fork(github, hub, repo, repository, repository_id):
    head = {"sha": SHA, "ref": "topic", "repo": repository}
    hub.on("GET", f"{REPO}/pulls/5", Reply(200, pull(head=head, user=None)))
    seen = await github.pull_request(repo, 5)
    assert (seen.is_fork, seen.head_repository_id, seen.author) == (True, repository_id, "")


async def test_open_pull_requests(github, hub, repo):
    hub.on("GET", f"{REPO}/pulls", Reply(200, [pull(), pull(number=6)]))
    assert [seen.number for seen in await github.open_pull_requests(repo)] == [5, 6]
    assert hub.requests("GET")[0].query["state"] == "open"


async def test_reviews_and_role(github, hub, repo):
    review = {"id": 1, "user": {"login": "bob"}, "state": "APPROVED", "commit_id": SHA, "submitted_at": "2026-11-20"}
    hub.on("GET", f"{REPO}/pulls/5/reviews", Reply(200, [review]))
    hub.on("GET", f"{REPO}/collaborators/bob/permission", Reply(200, {"permission": "write", "role_name": "maintain"}))
    (seen,) = await github.reviews(repo, 5)
    assert (seen.author, seen.state, seen.commit_sha) == ("bob", "APPROVED", SHA)
    assert await github.role(repo, "bob") == "maintain"


async def test_tree(github, hub, repo):
    entries = [
        {"path": "a b.txt", "mode": "100644", "type": "blob", "sha": SHA, "size": 3},
        {"path": "sub", "mode": "160000", "type": "commit", "sha": OTHER_SHA},
    ]
    hub.on("GET", f"{REPO}/git/trees/{SHA}", Reply(200, {"sha": SHA, "truncated": True, "tree": entries}))
    seen = await github.tree(repo, SHA, recursive=True)
    assert seen.truncated
    assert [(entry.path, entry.type, entry.size) for entry in seen.entries] == [
        ("a b.txt", "blob", 3),
        ("sub", "commit", None),
    ]
    await github.tree(repo, SHA, recursive=False)
    # GitHub recurses for any value of the parameter, even 0
    assert [asked.query for asked in hub.requests("GET")] == [{"recursive": "1"}, {}]


async def test_blob_is_decoded_and_asked_for_uncompressed(github, hub, repo):
    data = bytes(range(256)) * 4
    answer = {"encoding": "base64", "size": len(data), "content": encodebytes(data).decode()}
    hub.on("GET", f"{REPO}/git/blobs/{SHA}", Reply(200, answer))
    assert await github.blob(repo, SHA) == data
    assert hub.requests("GET")[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"encoding": "base64", "size": 11, "content": "AAAA"}, TooLarge),
        ({"encoding": "none", "size": 1, "content": ""}, GitHubError),
        ({"encoding": "base64", "size": 1, "content": "A"}, GitHubError),
    ],
)
async def test_blob_that_cannot_be_had_is_an_error(github, hub, repo, monkeypatch, answer, error):
    monkeypatch.setattr(contents, "MAX_BLOB_BYTES", 10)
    hub.on("GET", f"{REPO}/git/blobs/{SHA}", Reply(200, answer))
    with pytest.raises(error):
        await github.blob(repo, SHA)


async def test_commit_merge_base_and_branch(github, hub, repo):
    commit = {"tree": {"sha": "c" * 40}, "parents": [{"sha": OTHER_SHA}]}
    hub.on("GET", f"{REPO}/git/commits/{SHA}", Reply(200, commit))
    hub.on("GET", f"{REPO}/compare/{OTHER_SHA}...{SHA}", Reply(200, {"merge_base_commit": {"sha": "d" * 40}}))
    hub.on("GET", f"{REPO}/git/ref/heads/release/1.x", Reply(200, {"object": {"sha": SHA}}))
    assert await github.commit(repo, SHA) == ("c" * 40, (OTHER_SHA,))
    assert await github.compare(repo, OTHER_SHA, SHA) == "d" * 40
    assert await github.branch_head(repo, "release/1.x") == SHA


@pytest.mark.parametrize("sha", ["HEAD", "A" * 40, "a" * 39, "../" * 13 + "a", ""])
async def test_only_full_object_ids_are_asked_for(github, hub, repo, sha):
    for call in (github.blob, github.commit):
        with pytest.raises(Unprocessable):
            await call(repo, sha)
    assert hub.asked == []


async def test_app_and_installations(github, hub):
    app = {"id": 1, "slug": "readygate", "name": "Readygate", "events": ["push"], "permissions": {"checks": "write"}}
    enterprise = {
        **INSTALLATION,
        "id": 78,
        "account": {"slug": "big", "id": 10},
        "suspended_at": "2026-01-01T00:00:00Z",
    }
    hub.on("GET", "/app", Reply(200, app))
    hub.on("GET", "/app/installations", Reply(200, [INSTALLATION, enterprise]))
    hub.on("GET", "/app/installations/77", Reply(200, INSTALLATION))
    assert (await github.app_info()).slug == "readygate"
    first, second = await github.installations()
    assert (first.account, first.is_suspended, first.permissions) == ("acme", False, {"checks": "write"})
    assert (second.account, second.is_suspended) == ("big", True)
    assert await github.installation(77) == first
    assert hub.mint_requests == []


async def test_repositories_of_an_installation(github, hub):
    entry = {"id": 3_000_000_001, "full_name": "acme/shop", "private": True, "default_branch": "main", "archived": True}
    hub.on("GET", "/installation/repositories", Reply(200, {"total_count": 1, "repositories": [entry]}))
    (seen,) = await github.installation_repositories(77)
    assert (seen.id, seen.full_name, seen.private, seen.archived) == (3_000_000_001, "acme/shop", True, True)
    assert hub.mint_requests[0].json == {"permissions": {"metadata": "read"}}


async def test_a_list_says_what_may_have_changed(github, hub):
    entry = {"id": 1, "full_name": "acme/shop", "private": True, "default_branch": "main", "archived": False}
    told = entry | {"pushed_at": "2026-11-20T21:30:00Z", "open_issues_count": 3}
    never = entry | {"id": 2, "pushed_at": None}
    hub.on("GET", "/installation/repositories", Reply(200, {"total_count": 2, "repositories": [told, never]}))
    first, second = await github.installation_repositories(77)
    assert (first.pushed_at, first.open_count) == (1795210200.0, 3)
    assert (second.pushed_at, second.open_count) == (None, None)


async def test_open_heads_of_all_repositories_take_one_token_that_reads_no_file(github, hub, repo):
    hub.on("GET", "/repos/acme/shop/pulls", Reply(200, [pull(), pull(number=6)]))
    hub.on("GET", "/repos/acme/till/pulls", Reply(200, []))
    assert await github.open_heads(repo) == [(5, SHA), (6, SHA)]
    assert await github.open_heads(replace(repo, id=4, name="till")) == []
    (minted,) = hub.mint_requests
    assert minted.json == {"permissions": {"metadata": "read", "pull_requests": "read"}}
    assert hub.requests("GET")[0].query == {"state": "open", "per_page": "100"}


async def test_a_repository_as_it_is_now(github, hub, repo):
    entry = {"id": repo.id, "full_name": "acme/store", "private": False, "default_branch": "main", "archived": False}
    hub.on("GET", "/repos/acme/shop", Reply(200, entry))
    seen = await github.repository(repo)
    assert (seen.full_name, seen.private) == ("acme/store", False)


async def test_deliveries_page_by_cursor(github, hub):
    path = "/app/hook/deliveries"
    more = {"link": f'<{hub.url}{path}?per_page=100&cursor=v1_42>; rel="next"'}
    hub.on("GET", path, Reply(200, [DELIVERY], more), Reply(200, []))
    first = await github.hook_deliveries()
    assert (first.deliveries[0].guid, first.deliveries[0].delivered_at) == ("g-1", 1795199400.0)
    assert (await github.hook_deliveries(first.next_cursor)).next_cursor == ""
    assert [asked.query for asked in hub.requests("GET")] == [
        {"per_page": "100"},
        {"per_page": "100", "cursor": "v1_42"},
    ]


@pytest.mark.parametrize("payload", [{"ref": "refs/heads/main"}, '{"ref": "refs/heads/main"}'])
async def test_one_delivery_has_its_payload(github, hub, payload):
    content = {**DELIVERY, "request": {"headers": {"X-GitHub-Event": "push"}, "payload": payload}}
    hub.on("GET", "/app/hook/deliveries/200000000007", Reply(200, content))
    seen = await github.hook_delivery(200_000_000_007)
    assert seen.payload == {"ref": "refs/heads/main"}
    assert seen.headers["X-GitHub-Event"] == "push"
    assert seen.delivery.id == 200_000_000_007


@pytest.mark.parametrize("payload", [None, "[1]", "not json"])
async def test_delivery_without_payload_is_an_error(github, hub, payload):
    content = {**DELIVERY, "request": {"headers": None, "payload": payload}}
    hub.on("GET", "/app/hook/deliveries/7", Reply(200, content))
    with pytest.raises(GitHubError, match="no payload"):
        await github.hook_delivery(7)


async def test_forgotten_delivery_is_not_found(github, hub):
    with pytest.raises(NotFound):
        await github.hook_delivery(1)
