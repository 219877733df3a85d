"""Webhooks: what is sent when, how it is signed, what the log says."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from sandbox_world import REPOSITORY, Receiver, app_client, client_of, git, write

from app.errors import InvalidInput
from app.sandbox.sandbox import Sandbox

HOME = f"/repos/{REPOSITORY}"


def test_deliveries_are_signed_over_their_exact_bytes(sandbox: Sandbox) -> None:
    with Receiver() as receiver:
        sandbox.webhook_url = receiver.url
        sandbox.open_pull_request(REPOSITORY, "main", "change")
        assert sandbox.settle()
    headers, body = receiver.seen[0]
    digest = hmac.new(sandbox.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-hub-signature-256"] == f"sha256={digest}"
    assert headers["x-github-event"] == "pull_request"
    assert headers["x-github-hook-installation-target-id"] == str(sandbox.app_id)
    assert headers["x-github-hook-installation-target-type"] == "integration"
    assert headers["user-agent"].startswith("GitHub-Hookshot/")
    assert len(headers["x-github-delivery"]) == 36
    payload = json.loads(body)
    assert payload["action"] == "opened"
    assert payload["installation"]["id"] == sandbox.installation_id
    assert payload["repository"]["full_name"] == REPOSITORY
    assert payload["sender"]["login"] == "developer"


def test_the_life_of_a_pull_request(sandbox: Sandbox, source: Path) -> None:
    with Receiver() as receiver:
        sandbox.webhook_url = receiver.url
        number = sandbox.open_pull_request(REPOSITORY, "main", "change")
        git(source, "checkout", "--quiet", "change")
        head = write(source, {"new.txt": "newer\n"}, "Again")
        assert sandbox.synchronize(REPOSITORY, number, "change") == head
        sandbox.edit_base(REPOSITORY, number, "main")
        sandbox.close(REPOSITORY, number)
        sandbox.reopen(REPOSITORY, number)
        sandbox.close(REPOSITORY, number, merged=True)
        assert sandbox.settle()
    told = [(headers["x-github-event"], json.loads(body).get("action")) for headers, body in receiver.seen]
    assert told == [
        ("pull_request", "opened"),
        ("pull_request", "synchronize"),
        ("push", None),
        ("check_suite", "requested"),
        ("pull_request", "edited"),
        ("pull_request", "closed"),
        ("pull_request", "reopened"),
        ("pull_request", "closed"),
        ("push", None),
        ("check_suite", "requested"),
    ]
    synchronize, merged = (json.loads(receiver.seen[place][1]) for place in (1, 7))
    assert (synchronize["after"], synchronize["pull_request"]["head"]["sha"]) == (head, head)
    assert (merged["pull_request"]["merged"], merged["pull_request"]["state"]) == (True, "closed")
    tip = sandbox.repository(REPOSITORY).bare.resolve("main")
    assert json.loads(receiver.seen[8][1])["after"] == tip == merged["pull_request"]["merge_commit_sha"]


def test_forks_send_only_the_pull_request(sandbox: Sandbox, source: Path) -> None:
    with Receiver() as receiver:
        sandbox.webhook_url = receiver.url
        number = sandbox.open_pull_request(REPOSITORY, "main", "change", fork=True)
        git(source, "checkout", "--quiet", "change")
        write(source, {"new.txt": "newer\n"}, "Again")
        sandbox.synchronize(REPOSITORY, number, "change")
        assert sandbox.settle()
    assert receiver.events() == ["pull_request", "pull_request"]
    head = json.loads(receiver.seen[0][1])["pull_request"]["head"]
    assert (head["repo"]["full_name"], head["repo"]["fork"], head["user"]["login"]) == (
        "contributor/shop",
        True,
        "contributor",
    )


def test_the_merge_queue_asks_and_dissolves(sandbox: Sandbox) -> None:
    with Receiver() as receiver:
        number = sandbox.open_pull_request(REPOSITORY, "main", "change")
        sandbox.webhook_url = receiver.url
        sha = sandbox.merge_group(REPOSITORY, number)
        branch = json_of(receiver, sandbox, 0)["merge_group"]["head_ref"].removeprefix("refs/heads/")
        assert sandbox.repository(REPOSITORY).bare.resolve(branch) == sha
        sandbox.destroy_merge_group(REPOSITORY, number, sha)
        gone = json_of(receiver, sandbox, 1)
    assert branch.startswith("gh-readonly-queue/main/pr-1-")
    assert (gone["action"], gone["reason"], gone["merge_group"]["head_sha"]) == ("destroyed", "dequeued", sha)
    assert sandbox.repository(REPOSITORY).bare.resolve(branch) is None


def json_of(receiver: Receiver, sandbox: Sandbox, place: int) -> dict[str, dict[str, str]]:
    assert sandbox.settle()
    found: dict[str, dict[str, str]] = json.loads(receiver.seen[place][1])
    return found


def test_buttons_reach_the_app(sandbox: Sandbox) -> None:
    sandbox.open_pull_request(REPOSITORY, "main", "change")
    sha = sandbox.pull_request(REPOSITORY, 1).head_sha
    with client_of(sandbox) as client, Receiver() as receiver:
        made = client.post(f"{HOME}/check-runs", json={"name": "readygate", "head_sha": sha, "conclusion": "failure"})
        run = made.json()["id"]
        sandbox.webhook_url = receiver.url
        sandbox.rerequest_check(REPOSITORY, run)
        sandbox.press(REPOSITORY, run, "recheck")
        sandbox.rerequest_suite(REPOSITORY, sha)
        assert sandbox.settle()
    payloads = [json.loads(body) for _, body in receiver.seen]
    assert [payload["action"] for payload in payloads] == ["rerequested", "requested_action", "rerequested"]
    assert payloads[0]["check_run"]["id"] == run
    assert payloads[0]["check_run"]["check_suite"]["head_sha"] == sha
    assert payloads[1]["requested_action"] == {"identifier": "recheck"}
    assert payloads[2]["check_suite"]["head_sha"] == sha


def test_the_apps_own_writes_come_back_as_the_bots(sandbox: Sandbox) -> None:
    sha = sandbox.repository(REPOSITORY).bare.resolve("main")
    with client_of(sandbox) as client, Receiver() as receiver:
        sandbox.webhook_url = receiver.url
        client.post(f"{HOME}/check-runs", json={"name": "readygate", "head_sha": sha})
        client.post(f"{HOME}/issues", json={"title": "T"})
        client.patch(f"{HOME}/issues/1", json={"state": "closed"})
        client.post(f"{HOME}/issues/1/comments", json={"body": "B"})
        assert sandbox.settle()
    assert receiver.events() == ["check_run", "issues", "issues", "issue_comment"]
    assert {json.loads(body)["sender"]["login"] for _, body in receiver.seen} == {"readygate[bot]"}


def test_events_without_a_subscription_are_not_sent(tmp_path: Path, source: Path) -> None:
    manifest = tmp_path / "app.yml"
    manifest.write_text("default_permissions: {checks: write, contents: read}\ndefault_events: [push]\n")
    with Sandbox(tmp_path / "quiet", manifest=manifest) as sandbox:
        sandbox.add_repository(REPOSITORY, source)
        sandbox.open_pull_request(REPOSITORY, "main", "change")
        sandbox.push(REPOSITORY, "change", "change")
        assert [delivery.event for delivery in sandbox.deliveries] == ["push", "check_suite"]


def test_an_app_that_is_down_or_refuses_shows_in_the_log(sandbox: Sandbox) -> None:
    sandbox.open_pull_request(REPOSITORY, "main", "change")
    with Receiver(status=503) as receiver:
        sandbox.webhook_url = receiver.url
        assert sandbox.send("ping", {"zen": "x"}) == 503
        receiver.status = 202
        assert sandbox.send("ping", {"zen": "x"}) == 202
    assert sandbox.send("ping", {"zen": "x"}) == 502
    shown = [(one.status_code, one.status) for one in sandbox.deliveries]
    down = (502, "failed to connect to host")
    assert shown == [down, (503, "Invalid HTTP Response: 503"), (202, "OK"), down]


def test_the_log_can_be_read_page_by_page_and_sent_again(sandbox: Sandbox) -> None:
    for _ in range(3):
        sandbox.push(REPOSITORY, "change", "change")
    guids = [delivery.guid for delivery in sandbox.deliveries]
    with app_client(sandbox) as client, Receiver() as receiver:
        seen, url = [], "/app/hook/deliveries?per_page=4"
        while url:
            answer = client.get(url)
            seen += answer.json()
            url = answer.links.get("next", {}).get("url", "")
        assert [one["guid"] for one in seen] == list(reversed(guids))
        assert {one["status_code"] for one in seen} == {502}
        full = client.get(f"/app/hook/deliveries/{seen[-1]['id']}").json()
        assert full["request"]["payload"]["ref"] == "refs/heads/change"
        assert full["request"]["headers"]["X-GitHub-Delivery"] == full["guid"] == guids[0]
        sandbox.webhook_url = receiver.url
        assert client.post(f"/app/hook/deliveries/{full['id']}/attempts").status_code == 202
        assert sandbox.settle()
        assert receiver.seen[0][0]["x-github-delivery"] == guids[0]
        newest = client.get("/app/hook/deliveries?per_page=1").json()[0]
        assert (newest["guid"], newest["redelivery"], newest["status"]) == (guids[0], True, "OK")
        assert len(client.get("/app/hook/deliveries?status=success").json()) == 1
        assert client.get("/app/hook/deliveries/5").status_code == 404


def test_nothing_is_sent_while_suspended(sandbox: Sandbox) -> None:
    sandbox.suspend()
    sandbox.push(REPOSITORY, "change", "change")
    assert [(one.event, one.action) for one in sandbox.deliveries] == [("installation", "suspend")]


def test_a_push_to_the_branch_of_a_pull_request_moves_it(sandbox: Sandbox, source: Path) -> None:
    number = sandbox.open_pull_request(REPOSITORY, "main", "change")
    git(source, "checkout", "--quiet", "change")
    head = write(source, {"new.txt": "newer\n"}, "Again")
    sandbox.push(REPOSITORY, "change", "change")
    assert sandbox.pull_request(REPOSITORY, number).head_sha == head
    told = [(one.event, one.action) for one in sandbox.deliveries]
    assert told[-3:] == [("push", None), ("check_suite", "requested"), ("pull_request", "synchronize")]


def test_commits_can_be_written_without_a_source(sandbox: Sandbox) -> None:
    sandbox.add_repository("acme/fresh")
    first = sandbox.commit("acme/fresh", {"a.txt": "a\n", "b.txt": "b\n"})
    second = sandbox.commit("acme/fresh", {"a.txt": None, "c/d.txt": b"\0"}, branch="work")
    bare = sandbox.repository("acme/fresh").bare
    assert [entry.path for entry in bare.tree(second, recursive=True)] == ["b.txt", "c", "c/d.txt"]
    assert bare.commit(second).parents == (first,)
    assert sandbox.open_pull_request("acme/fresh", "main", "work") == 1
    assert bare.resolve("refs/pull/1/head") == second


def test_wrong_names_are_explained(sandbox: Sandbox) -> None:
    with pytest.raises(InvalidInput, match="no repository acme/none"):
        sandbox.push("acme/none", "main", "main")
    with pytest.raises(InvalidInput, match="no commit nothing"):
        sandbox.push(REPOSITORY, "main", "nothing")
    with pytest.raises(InvalidInput, match="no pull request 7"):
        sandbox.close(REPOSITORY, 7)


async def test_the_sandbox_serves_asynchronous_code_too(tmp_path: Path) -> None:
    async with Sandbox(tmp_path / "hub") as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
