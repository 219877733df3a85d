"""The stand-in's answers and webhooks against the official schemas, as githubkit's models state them."""

import base64
from typing import Any

import pytest
from githubkit import GitHub
from githubkit.auth import AppInstallationAuthStrategy
from githubkit.webhooks import parse
from sandbox_world import REPOSITORY, app_client, client_of

from app.sandbox.sandbox import Sandbox

pytestmark = pytest.mark.slow

OWNER, NAME = REPOSITORY.split("/")


def github(sandbox: Sandbox) -> GitHub[Any]:
    auth = AppInstallationAuthStrategy(sandbox.app_id, sandbox.private_key, sandbox.installation_id)
    return GitHub(auth, base_url=sandbox.api_url, auto_retry=False, http_cache=False)


def test_answers_fit_the_official_models(sandbox: Sandbox) -> None:
    sandbox.open_pull_request(REPOSITORY, "main", "change", body="B")
    sha = sandbox.pull_request(REPOSITORY, 1).head_sha
    sandbox.review(REPOSITORY, 1, "ann")
    client = github(sandbox)
    rest = client.rest
    output = {
        "title": "T",
        "summary": "S",
        "annotations": [
            {"path": "app.py", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m"}
        ],
    }
    run = rest.checks.create(
        OWNER, NAME, name="readygate", head_sha=sha, status="in_progress", output=output
    ).parsed_data
    rest.checks.update(OWNER, NAME, run.id, status="completed", conclusion="success", output=output)
    issue = rest.issues.create(OWNER, NAME, title="T", body="B", labels=["P1"], assignees=["developer"]).parsed_data
    comment = rest.issues.create_comment(OWNER, NAME, issue.number, body="B").parsed_data
    milestone = rest.issues.create_milestone(OWNER, NAME, title="Q1").parsed_data
    file = rest.repos.get_content(OWNER, NAME, "app.py").parsed_data
    answers = [
        rest.checks.get(OWNER, NAME, run.id),
        rest.checks.list_annotations(OWNER, NAME, run.id),
        rest.checks.list_for_ref(OWNER, NAME, sha, filter_="all"),
        rest.checks.list_suites_for_ref(OWNER, NAME, sha),
        rest.issues.update(OWNER, NAME, issue.number, state="closed", milestone=milestone.number),
        rest.issues.list_for_repo(OWNER, NAME, state="all"),
        rest.issues.get(OWNER, NAME, issue.number),
        rest.issues.update_comment(OWNER, NAME, comment.id, body="B2"),
        rest.issues.list_comments(OWNER, NAME, issue.number),
        rest.issues.add_labels(OWNER, NAME, issue.number, labels=["x"]),
        rest.issues.create_label(OWNER, NAME, name="P0", color="ff0000"),
        rest.issues.list_milestones(OWNER, NAME, state="all"),
        rest.repos.get(OWNER, NAME),
        rest.repos.get_branch(OWNER, NAME, "main"),
        rest.repos.list_branches(OWNER, NAME),
        rest.repos.get_commit(OWNER, NAME, sha),
        rest.repos.list_commits(OWNER, NAME),
        rest.repos.list_tags(OWNER, NAME),
        rest.repos.compare_commits(OWNER, NAME, "main...change"),
        rest.repos.get_content(OWNER, NAME, "docs"),
        rest.repos.get_collaborator_permission_level(OWNER, NAME, "developer"),
        rest.pulls.get(OWNER, NAME, 1),
        rest.pulls.list(OWNER, NAME),
        rest.pulls.list_files(OWNER, NAME, 1),
        rest.pulls.list_commits(OWNER, NAME, 1),
        rest.pulls.list_reviews(OWNER, NAME, 1),
        rest.git.get_tree(OWNER, NAME, "main", recursive="1"),
        rest.git.get_commit(OWNER, NAME, sha),
        rest.git.get_ref(OWNER, NAME, "heads/main"),
        rest.apps.list_repos_accessible_to_installation(),
        rest.rate_limit.get(),
    ]
    assert [answer.raw_response.url for answer in answers if answer.parsed_data is None] == []
    blob = rest.git.get_blob(OWNER, NAME, file.sha).parsed_data  # type: ignore[union-attr]
    assert base64.b64decode(blob.content).startswith(b"def main")


def test_webhooks_fit_the_official_models(sandbox: Sandbox) -> None:
    sandbox.open_pull_request(REPOSITORY, "main", "change")
    home = f"/repos/{REPOSITORY}"
    sha = sandbox.pull_request(REPOSITORY, 1).head_sha
    with client_of(sandbox) as client:
        made = client.post(f"{home}/check-runs", json={"name": "readygate", "head_sha": sha, "conclusion": "failure"})
        client.post(f"{home}/issues", json={"title": "T", "labels": ["P1"]})
        client.post(f"{home}/issues/2/comments", json={"body": "B"})
        client.patch(f"{home}/issues/2", json={"state": "closed"})
    sandbox.rerequest_check(REPOSITORY, made.json()["id"])
    sandbox.press(REPOSITORY, made.json()["id"], "recheck")
    sandbox.rerequest_suite(REPOSITORY, sha)
    sandbox.review(REPOSITORY, 1, "ann")
    sandbox.merge_group(REPOSITORY, 1)
    sandbox.push(REPOSITORY, "main", "change")
    sandbox.close(REPOSITORY, 1)
    sandbox.suspend()
    told = {delivery.event for delivery in sandbox.deliveries}
    reviews = {"pull_request", "pull_request_review", "merge_group", "push", "installation"}
    assert told == reviews | {"check_run", "check_suite", "issues", "issue_comment"}
    for delivery in sandbox.deliveries:
        event = parse(delivery.event, delivery.raw)  # type: ignore[call-overload]
        assert event is not None, delivery.event


def test_the_app_and_its_deliveries_fit_the_official_models(sandbox: Sandbox) -> None:
    sandbox.push(REPOSITORY, "change", "change")
    models = pytest.importorskip("githubkit.versions.latest.models")
    with app_client(sandbox) as client:
        models.Integration.model_validate(client.get("/app").json())
        models.Installation.model_validate(client.get(f"/app/installations/{sandbox.installation_id}").json())
        for delivery in client.get("/app/hook/deliveries").json():
            models.HookDeliveryItem.model_validate(delivery)
            models.HookDelivery.model_validate(client.get(f"/app/hook/deliveries/{delivery['id']}").json())
