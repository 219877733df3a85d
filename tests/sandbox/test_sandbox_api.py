"""What every operation shares: permissions, pages of lists, ETags, faults, the record of requests."""

from pathlib import Path

import httpx
import pytest
from sandbox_world import REPOSITORY, client_of

from app.errors import InvalidInput
from app.sandbox.permissions import allows, read_grant
from app.sandbox.sandbox import Sandbox

HOME = f"/repos/{REPOSITORY}"


def test_a_missing_permission_is_403_and_named(sandbox: Sandbox) -> None:
    with client_of(sandbox, permissions={"contents": "read"}) as client:
        sha = client.get(f"{HOME}/branches/main").json()["commit"]["sha"]
        answer = client.post(f"{HOME}/check-runs", json={"name": "x", "head_sha": sha})
        assert answer.status_code == 403
        assert answer.headers["X-Accepted-GitHub-Permissions"] == "checks=write"
        assert answer.json()["message"] == "Resource not accessible by integration"
        assert (
            client.get(f"{HOME}/issues/1").headers["X-Accepted-GitHub-Permissions"] == "issues=read; pull_requests=read"
        )


def test_read_only_tokens_do_not_write(sandbox: Sandbox) -> None:
    with client_of(sandbox, permissions={"issues": "read"}) as client:
        assert client.get(f"{HOME}/issues").status_code == 200
        assert client.post(f"{HOME}/issues", json={"title": "x"}).status_code == 403


def test_public_repositories_outside_the_token_are_readable_only(sandbox: Sandbox) -> None:
    public = sandbox.add_repository("acme/public")
    sandbox.add_repository("acme/secret", private=True)
    with client_of(sandbox, repositories=["shop"]) as client:
        assert client.get(f"/repos/{public.full_name}").status_code == 200
        assert client.post(f"/repos/{public.full_name}/issues", json={"title": "x"}).status_code == 403
        assert client.get("/repos/acme/secret").status_code == 404


def test_archived_repositories_are_read_only(sandbox: Sandbox) -> None:
    sandbox.repository(REPOSITORY).archived = True
    with client_of(sandbox) as client:
        assert client.post(f"{HOME}/issues", json={"title": "x"}).status_code == 403
        assert client.get(HOME).json()["archived"] is True


def test_lists_come_in_pages_with_links(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        for number in range(5):
            assert client.post(f"{HOME}/issues", json={"title": f"Issue {number}"}).status_code == 201
        seen, url, pages = [], f"{HOME}/issues?per_page=2&state=all", 0
        while url:
            answer = client.get(url)
            seen += [issue["title"] for issue in answer.json()]
            url, pages = answer.links.get("next", {}).get("url", ""), pages + 1
        assert pages == 3
        assert seen == [f"Issue {number}" for number in (4, 3, 2, 1, 0)]
        assert "prev" in answer.links
        assert client.get(f"{HOME}/issues?per_page=x").status_code == 422


def test_an_unchanged_answer_is_304(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        first = client.get(HOME)
        again = client.get(HOME, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        client.post(f"{HOME}/issues", json={"title": "x"})
        assert client.get(HOME, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_rate_limit_headers_count_down(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        left = [int(client.get(HOME).headers["X-RateLimit-Remaining"]) for _ in range(2)]
    assert left[0] - left[1] == 1


def test_both_prefixes_answer_alike(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        assert client.get(sandbox.url + HOME).json() == client.get(HOME).json()
        assert client.get("/nowhere/at/all").json()["message"] == "Not Found"


def test_a_fault_before_the_work_leaves_nothing_and_after_it_everything(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        sandbox.fail_next("POST */issues", 502)
        assert client.post(f"{HOME}/issues", json={"title": "lost"}).status_code == 502
        assert sandbox.issues(REPOSITORY) == []
        sandbox.fail_next("POST */issues", 500, after_apply=True, headers={"Retry-After": "1"})
        answer = client.post(f"{HOME}/issues", json={"title": "kept"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (500, "1")
        assert [issue.title for issue in sandbox.issues(REPOSITORY)] == ["kept"]
        assert client.post(f"{HOME}/issues", json={"title": "next"}).status_code == 201


def test_requests_are_recorded_with_body_and_status(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        client.post(f"{HOME}/issues", json={"title": "x"})
        client.get(f"{HOME}/nothing?a=b")
    last = sandbox.requests[-2:]
    assert [(one.method, one.path, one.query, one.status) for one in last] == [
        ("POST", f"{HOME}/issues", "", 201),
        ("GET", f"{HOME}/nothing", "a=b", 404),
    ]
    assert last[0].body == {"title": "x"}


def test_broken_json_is_400(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        for text in ("{", "[]", '"x"'):
            assert client.post(f"{HOME}/issues", content=text).json()["message"] == "Problems parsing JSON"


def test_names_of_other_sites_are_refused(sandbox: Sandbox) -> None:
    assert httpx.get(sandbox.url, headers={"Host": "evil.example"}, trust_env=False).status_code == 400


def test_levels_contain_the_lower_ones() -> None:
    held = {"checks": "write", "contents": "read"}
    assert allows(held, {"checks": "read", "contents": "read"})
    assert not allows(held, {"contents": "write"})
    assert not allows(held, {"issues": "read"})


def test_the_grant_is_what_the_manifest_asks_for(tmp_path: Path) -> None:
    manifest = tmp_path / "app.yml"
    manifest.write_text("default_permissions: {checks: write}\ndefault_events: [push]\n")
    grant = read_grant(manifest)
    assert grant.permissions == {"checks": "write", "metadata": "read"}
    assert grant.events == {"push"}
    manifest.write_text("default_permissions: {checks: all}\n")
    with pytest.raises(InvalidInput, match="checks: all"):
        read_grant(manifest)
    manifest.write_text("name: x\n")
    with pytest.raises(InvalidInput, match="default_permissions"):
        read_grant(manifest)


def test_a_missing_commit_in_a_list_is_an_answer_not_a_crash(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        assert client.get(f"{HOME}/git/blobs/{'0' * 40}").status_code == 404
        assert client.get(f"{HOME}/git/trees/--help").status_code == 404
        assert client.get(f"{HOME}/commits/{'0' * 40}").status_code == 422


def test_two_sandboxes_on_one_port_say_so(tmp_path: Path, sandbox: Sandbox) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(Exception, match=f"port {port} cannot be used"):
        Sandbox(tmp_path / "second", port=port).start()
