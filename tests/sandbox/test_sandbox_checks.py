"""Check runs: what GitHub keeps, refuses and tells."""

from typing import Any

import httpx
import pytest
from sandbox_world import REPOSITORY, client_of

from app.sandbox.sandbox import Sandbox

HOME = f"/repos/{REPOSITORY}"


def head(sandbox: Sandbox) -> str:
    found = sandbox.repository(REPOSITORY).bare.resolve("change")
    assert found
    return found


def note(**changes: Any) -> dict[str, Any]:
    return {"path": "app.py", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "m"} | changes


def create(client: httpx.Client, sandbox: Sandbox, **fields: Any) -> httpx.Response:
    return client.post(f"{HOME}/check-runs", json={"name": "readygate", "head_sha": head(sandbox)} | fields)


def test_a_check_run_goes_from_queued_to_completed(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        made = create(client, sandbox, external_id="e1", status="in_progress").json()
        assert (made["status"], made["conclusion"], made["external_id"]) == ("in_progress", None, "e1")
        output = {"title": "T", "summary": "S", "text": "X"}
        path = f"{HOME}/check-runs/{made['id']}"
        done = client.patch(path, json={"status": "completed", "conclusion": "failure", "output": output}).json()
        assert done["completed_at"]
        assert (done["conclusion"], done["output"]["title"], done["output"]["text"]) == ("failure", "T", "X")
        assert client.get(path).json() == done
    assert [run.conclusion for run in sandbox.check_runs(REPOSITORY, head(sandbox))] == ["failure"]
    assert made["id"] > 2**31


def test_a_conclusion_alone_completes(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        assert create(client, sandbox, conclusion="success").json()["status"] == "completed"


def test_annotations_append_and_are_counted(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        output = {"title": "T", "summary": "S", "annotations": [note(message=str(n)) for n in range(50)]}
        made = create(client, sandbox, output=output).json()
        path = f"{HOME}/check-runs/{made['id']}"
        client.patch(path, json={"output": {"summary": "S", "annotations": [note(message="last")]}})
        found = client.get(path).json()["output"]
        assert (found["annotations_count"], found["title"]) == (51, "T")
        page = client.get(f"{path}/annotations?per_page=50&page=2").json()
        assert [(one["message"], one["title"]) for one in page] == [("last", None)]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "completed"}, "conclusion"),
        ({"conclusion": "great"}, "not a member"),
        ({"status": "done"}, "not a member"),
        ({"name": 5}, "not a string"),
        ({"output": {"summary": "S"}}, '"title" wasn\'t supplied'),
        ({"output": {"title": "T"}}, '"summary" wasn\'t supplied'),
        ({"output": {"title": "T", "summary": "é" * 32_768}}, "65535"),
        ({"output": {"title": "T", "summary": "S", "text": "x" * 65_536}}, "65535"),
        ({"output": {"title": "T", "summary": "S", "annotations": [note()] * 51}}, "No more than 50"),
        ({"output": {"title": "T", "summary": "S", "annotations": [note(annotation_level="error")]}}, "not a member"),
        ({"output": {"title": "T", "summary": "S", "annotations": [note(title="t" * 256)]}}, "255"),
        ({"output": {"title": "T", "summary": "S", "annotations": [note(message="m" * 65_537)]}}, "65536"),
        ({"output": {"title": "T", "summary": "S", "annotations": [note(start_line="1")]}}, "not an integer"),
        ({"output": {"title": "T", "summary": "S", "annotations": [note(path=None)]}}, "not a string"),
        ({"output": {"title": "T", "summary": "S", "annotations": [note(start_line=2)]}}, "Validation Failed"),
        (
            {"output": {"title": "T", "summary": "S", "annotations": [note(end_line=2, start_column=1)]}},
            "Validation Failed",
        ),
        ({"actions": [{"label": "l", "description": "d", "identifier": "i"}] * 4}, "No more than 3"),
        ({"actions": [{"label": "l" * 21, "description": "d", "identifier": "i"}]}, "20 characters"),
    ],
)
def test_what_github_refuses_is_422(sandbox: Sandbox, fields: dict[str, Any], words: str) -> None:
    with client_of(sandbox) as client:
        answer = create(client, sandbox, **fields)
    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert sandbox.check_runs(REPOSITORY) == []


def test_the_longest_that_fits_is_kept(sandbox: Sandbox) -> None:
    columns = note(start_column=1, end_column=4, title="t" * 255, raw_details="r" * 65_536)
    output = {"title": "T", "summary": "é" * 32_767, "text": "x" * 65_535, "annotations": [columns] * 50}
    with client_of(sandbox) as client:
        assert create(client, sandbox, output=output).status_code == 201


def test_a_commit_that_is_not_there_is_422(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        for sha in ("0" * 40, "change", head(sandbox)[:12]):
            assert "No commit found" in create(client, sandbox, head_sha=sha).json()["message"]


def test_a_commits_runs_can_be_filtered(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        old = create(client, sandbox, conclusion="failure").json()["id"]
        new = create(client, sandbox, conclusion="success").json()["id"]
        other = create(client, sandbox, name="readygate/coverage").json()["id"]
        path = f"{HOME}/commits/{head(sandbox)}/check-runs"

        def ids(query: str) -> list[int]:
            return [run["id"] for run in client.get(path + query).json()["check_runs"]]

        assert ids("") == [other, new]
        assert ids("?filter=all") == [other, new, old]
        assert ids("?filter=all&check_name=readygate") == [new, old]
        assert ids("?status=queued") == [other]
        assert ids("?app_id=5") == []
        assert ids(f"?app_id={sandbox.app_id}&filter=all") == [other, new, old]


def test_a_suite_has_the_worst_conclusion(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        create(client, sandbox, conclusion="success")
        create(client, sandbox, name="second", conclusion="failure")
        suites = client.get(f"{HOME}/commits/change/check-suites").json()["check_suites"]
        assert [(suite["conclusion"], suite["head_branch"]) for suite in suites] == [("failure", "change")]
        runs = client.get(f"{HOME}/check-suites/{suites[0]['id']}/check-runs").json()
        assert runs["total_count"] == 2


def test_own_pull_requests_are_listed_and_forks_left_out(sandbox: Sandbox) -> None:
    sandbox.open_pull_request(REPOSITORY, "main", "change")
    with client_of(sandbox) as client:
        assert [pull["number"] for pull in create(client, sandbox).json()["pull_requests"]] == [1]
        sandbox.close(REPOSITORY, 1)
        sandbox.open_pull_request(REPOSITORY, "main", "change", fork=True)
        assert create(client, sandbox).json()["pull_requests"] == []
