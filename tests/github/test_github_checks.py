"""Check runs are sent within GitHub's limits, without empty fields, and found again."""

from dataclasses import replace

import pytest
from github_samples import SHA, check_run
from loopback_github import Reply

from app.github.checks import Action, Annotation, CheckRunDraft, CheckRunUpdate
from app.github.errors import Unprocessable

RUNS = "/repos/acme/shop/check-runs"
FOUND = f"/repos/acme/shop/commits/{SHA}/check-runs"
DRAFT = CheckRunDraft("readygate", SHA, "x1", "completed", "failure", "Not ready", "Two gaps")
LINE = Annotation("a.py", 3, 3, "failure", "wrong", start_column=2, end_column=5)


async def test_draft_without_output_has_four_fields(github, hub, repo):
    hub.on("POST", RUNS, Reply(201, check_run()))
    assert await github.create_check_run(repo, CheckRunDraft("readygate", SHA, "x1", "in_progress")) == 31_000_000_007
    assert hub.requests("POST")[0].json == {
        "name": "readygate",
        "head_sha": SHA,
        "external_id": "x1",
        "status": "in_progress",
    }


async def test_full_draft(github, hub, repo):
    hub.on("POST", RUNS, Reply(201, check_run()))
    draft = replace(
        DRAFT,
        text="long",
        annotations=[LINE, replace(LINE, end_line=4, title="T")],
        details_url="https://r.example/1",
        actions=[Action("Re-check", "Look again", "recheck")],
    )
    await github.create_check_run(repo, draft)
    body = hub.requests("POST")[0].json
    assert body["conclusion"] == "failure"
    assert body["details_url"] == "https://r.example/1"
    assert body["actions"] == [{"label": "Re-check", "description": "Look again", "identifier": "recheck"}]
    one_line, two_lines = body["output"]["annotations"]
    assert one_line == {
        "path": "a.py",
        "start_line": 3,
        "end_line": 3,
        "start_column": 2,
        "end_column": 5,
        "annotation_level": "failure",
        "message": "wrong",
    }
    assert "start_column" not in two_lines
    assert two_lines["title"] == "T"


async def test_update_sends_only_what_changes(github, hub, repo):
    hub.on("PATCH", f"{RUNS}/8", Reply(200, check_run(8, output={"annotations_count": 51})))
    seen = await github.update_check_run(repo, 8, CheckRunUpdate("completed", "neutral"))
    assert hub.requests("PATCH")[0].json == {"status": "completed", "conclusion": "neutral"}
    assert (seen.id, seen.annotations_count, seen.external_id) == (8, 51, "x1")


async def test_one_check_run_is_read(github, hub, repo):
    hub.on("GET", f"{RUNS}/8", Reply(200, check_run(8, external_id=None, conclusion=None, status="queued")))
    seen = await github.check_run(repo, 8)
    assert (seen.external_id, seen.conclusion, seen.status) == ("", None, "queued")


async def test_all_pages_of_all_attempts_are_found_smallest_id_first(github, hub, repo):
    more = {"link": f'<{hub.url}{FOUND}?page=2>; rel="next", <{hub.url}{FOUND}?page=2>; rel="last"'}
    hub.on(
        "GET",
        FOUND,
        Reply(200, {"total_count": 3, "check_runs": [check_run(9), check_run(8)]}, more),
        Reply(200, {"total_count": 3, "check_runs": [check_run(7)]}),
    )
    assert [run.id for run in await github.find_check_runs(repo, SHA, "ready gate", 4711)] == [7, 8, 9]
    first, second = hub.requests("GET")
    assert first.query == {"check_name": "ready gate", "app_id": "4711", "filter": "all", "per_page": "100"}
    assert second.query == {"page": "2"}


@pytest.mark.parametrize(
    ("draft", "what"),
    [
        (replace(DRAFT, conclusion=None), "conclusion"),
        (replace(DRAFT, annotations=[LINE] * 51), "51, GitHub takes 50"),
        (replace(DRAFT, summary="é" * 32768), "summary"),
        (replace(DRAFT, text="x" * 65536), "text"),
        (replace(DRAFT, title=""), "title and a summary"),
        (replace(DRAFT, title="", summary="", annotations=[LINE]), "title and a summary"),
        (replace(DRAFT, annotations=[replace(LINE, start_line=0)]), "lines 0 to 3"),
        (replace(DRAFT, annotations=[replace(LINE, start_line=4)]), "lines 4 to 3"),
        (replace(DRAFT, annotations=[replace(LINE, message=" ")]), "message"),
        (replace(DRAFT, annotations=[replace(LINE, path="/etc/x")]), "path"),
        (replace(DRAFT, annotations=[replace(LINE, title="x" * 256)]), "title of an annotation"),
        (replace(DRAFT, annotations=[replace(LINE, raw_details="x" * 65537)]), "details"),
        (replace(DRAFT, actions=[Action("a", "b", "c")] * 4), "number of actions"),
        (replace(DRAFT, actions=[Action("x" * 21, "b", "c")]), "label"),
        (replace(DRAFT, actions=[Action("a", "x" * 41, "c")]), "description"),
        (replace(DRAFT, actions=[Action("a", "b", "x" * 21)]), "identifier"),
        (replace(DRAFT, head_sha="main"), "object id"),
    ],
)
async def test_what_github_would_refuse_is_not_sent(github, hub, repo, draft, what):
    with pytest.raises(Unprocessable, match=what):
        await github.create_check_run(repo, draft)
    assert hub.asked == []


async def test_what_just_fits_is_sent(github, hub, repo):
    hub.on("POST", RUNS, Reply(201, check_run()))
    actions = [Action("x" * 20, "y" * 40, "z" * 20)] * 3
    await github.create_check_run(repo, replace(DRAFT, summary="s" * 65535, annotations=[LINE] * 50, actions=actions))
    assert len(hub.requests("POST")[0].json["output"]["annotations"]) == 50
