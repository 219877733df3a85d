"""Issues and what they carry."""

from typing import Any

import pytest
from sandbox_world import REPOSITORY, client_of

from app.sandbox.sandbox import Sandbox

HOME = f"/repos/{REPOSITORY}"


def test_an_issue_is_made_edited_closed_and_reopened(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        made = client.post(f"{HOME}/issues", json={"title": "T", "body": "B", "labels": ["readiness", "P1"]}).json()
        assert made["number"] == 1
        assert made["user"]["login"] == "readygate[bot]"
        assert [label["name"] for label in made["labels"]] == ["readiness", "P1"]
        path = f"{HOME}/issues/1"
        assert client.patch(path, json={"title": "T2"}).json()["body"] == "B"
        closed = client.patch(path, json={"state": "closed"}).json()
        assert (closed["state"], closed["state_reason"], bool(closed["closed_at"])) == ("closed", "completed", True)
        assert (
            client.patch(path, json={"state": "closed", "state_reason": "not_planned"}).json()["state_reason"]
            == "not_planned"
        )
        opened = client.patch(path, json={"state": "open"}).json()
        assert (opened["state"], opened["state_reason"], opened["closed_at"]) == ("open", "reopened", None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "t" * 257},
        {"title": "t", "body": "b" * 65_537},
        {"title": "t", "body": 5},
        {"title": "t", "labels": "x"},
        {"title": "t", "labels": [""]},
        {"title": "t", "assignees": ["stranger"]},
        {"title": "t", "milestone": 9},
    ],
)
def test_what_github_refuses_is_422(sandbox: Sandbox, body: dict[str, Any]) -> None:
    with client_of(sandbox) as client:
        assert client.post(f"{HOME}/issues", json=body).status_code == 422
    assert sandbox.issues(REPOSITORY) == []


def test_the_longest_that_fits_is_kept(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        assert client.post(f"{HOME}/issues", json={"title": "t" * 256, "body": "b" * 65_536}).status_code == 201


def test_lists_can_be_filtered(sandbox: Sandbox) -> None:
    sandbox.open_pull_request(REPOSITORY, "main", "change")
    with client_of(sandbox) as client:
        for title, labels in (("a", ["readiness"]), ("b", ["readiness", "p0"]), ("c", [])):
            client.post(f"{HOME}/issues", json={"title": title, "labels": labels})
        client.patch(f"{HOME}/issues/3", json={"state": "closed"})

        def titles(query: str) -> list[str]:
            return [issue["title"] for issue in client.get(f"{HOME}/issues?{query}").json()]

        assert titles("labels=readiness&state=all&direction=asc") == ["a", "b"]
        assert titles("labels=Readiness,P0&state=all") == ["b"]
        assert titles("state=closed") == ["b"]
        assert titles("creator=readygate[bot]") == ["c", "a"]
        assert titles("") == ["c", "a", "Change the answer"]
        assert "pull_request" in client.get(f"{HOME}/issues/1").json()


def test_comments_can_be_written_changed_and_removed(sandbox: Sandbox) -> None:
    sandbox.open_pull_request(REPOSITORY, "main", "change")
    with client_of(sandbox, permissions={"pull_requests": "read", "issues": "write"}) as client:
        made = client.post(f"{HOME}/issues/1/comments", json={"body": "one"}).json()
        path = f"{HOME}/issues/comments/{made['id']}"
        assert client.patch(path, json={"body": "two"}).json()["body"] == "two"
        assert [comment["body"] for comment in client.get(f"{HOME}/issues/1/comments").json()] == ["two"]
        assert client.post(f"{HOME}/issues/1/comments", json={"body": "b" * 65_537}).status_code == 422
        assert client.post(f"{HOME}/issues/1/comments", json={}).status_code == 422
        assert client.delete(path).status_code == 204
        assert client.get(path).status_code == 404


def test_labels_are_made_on_use_or_with_a_colour(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        made = client.post(f"{HOME}/labels", json={"name": "P0", "color": "ff0000", "description": "first"})
        assert made.status_code == 201
        again = client.post(f"{HOME}/labels", json={"name": "p0"})
        assert again.json()["errors"][0]["code"] == "already_exists"
        assert client.post(f"{HOME}/labels", json={"name": "x", "color": "red"}).status_code == 422
        client.post(f"{HOME}/issues", json={"title": "t", "labels": [{"name": "p0"}, "new"]})
        shown = {label["name"]: label["color"] for label in client.get(f"{HOME}/issues/1/labels").json()}
        assert shown == {"P0": "ff0000", "new": "ededed"}
        client.post(f"{HOME}/issues/1/labels", json={"labels": ["third", "P0"]})
        assert client.delete(f"{HOME}/issues/1/labels/new").status_code == 200
        assert client.delete(f"{HOME}/issues/1/labels/new").status_code == 404
        names = [label["name"] for label in client.put(f"{HOME}/issues/1/labels", json={"labels": ["only"]}).json()]
        assert names == ["only"]


def test_only_collaborators_can_be_assigned(sandbox: Sandbox) -> None:
    sandbox.set_role(REPOSITORY, "ann", "write")
    with client_of(sandbox) as client:
        client.post(f"{HOME}/issues", json={"title": "t", "assignees": ["ann"]})
        added = client.post(f"{HOME}/issues/1/assignees", json={"assignees": ["stranger", "developer"]}).json()
        assert [person["login"] for person in added["assignees"]] == ["ann", "developer"]
        assert client.get(f"{HOME}/assignees/ann").status_code == 204
        assert client.get(f"{HOME}/assignees/stranger").status_code == 404
        left = client.request("DELETE", f"{HOME}/issues/1/assignees", json={"assignees": ["ann"]}).json()
        assert [person["login"] for person in left["assignees"]] == ["developer"]


def test_milestones_and_sub_issues(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        number = client.post(f"{HOME}/milestones", json={"title": "Q1", "due_on": "2027-03-31T00:00:00Z"}).json()[
            "number"
        ]
        assert client.post(f"{HOME}/milestones", json={"title": "Q1"}).status_code == 422
        parent = client.post(f"{HOME}/issues", json={"title": "parent", "milestone": number}).json()
        child = client.post(f"{HOME}/issues", json={"title": "child"}).json()
        assert parent["milestone"]["title"] == "Q1"
        path = f"{HOME}/issues/{parent['number']}/sub_issues"
        assert client.post(path, json={"sub_issue_id": child["number"]}).status_code == 404
        assert client.post(path, json={"sub_issue_id": child["id"]}).status_code == 201
        assert [issue["title"] for issue in client.get(path).json()] == ["child"]
        client.patch(f"{HOME}/milestones/{number}", json={"state": "closed"})
        assert client.get(f"{HOME}/milestones").json() == []


def test_repositories_without_issues_answer_410(sandbox: Sandbox) -> None:
    sandbox.repository(REPOSITORY).has_issues = False
    with client_of(sandbox) as client:
        assert client.get(f"{HOME}/issues").status_code == 410
        assert client.post(f"{HOME}/issues", json={"title": "t"}).status_code == 410
