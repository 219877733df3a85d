"""Issues are written one at a time and slowly, and a new issue is never reported as failed."""

import pytest
from github_samples import issue
from loopback_github import Reply

from app.github.errors import Gone, OutcomeUnknown, Unprocessable

ISSUES = "/repos/acme/shop/issues"


async def test_new_issue(github, hub, repo):
    hub.on("POST", ISSUES, Reply(201, issue(9)))
    seen = await github.create_issue(repo, "Gap", "why", ["readiness"])
    assert (seen.number, seen.id, seen.body, seen.labels, seen.closed_by) == (
        9,
        2_400_000_009,
        "",
        ("readiness",),
        None,
    )
    assert hub.requests("POST")[0].json == {"title": "Gap", "body": "why", "labels": ["readiness"]}


async def test_people_are_assigned_apart_because_one_unknown_would_spoil_the_issue(github, hub, repo):
    hub.on("POST", ISSUES, Reply(201, issue(9)))
    hub.on("POST", f"{ISSUES}/9/assignees", Reply(201, issue(9, assignees=[{"login": "ann"}])))
    seen = await github.create_issue(repo, "Gap", "why", assignees=["ann", "nobody"])
    assert seen.assignees == ("ann",)
    create, assign = hub.requests("POST")
    assert "assignees" not in create.json
    assert assign.json == {"assignees": ["ann", "nobody"]}


@pytest.mark.parametrize(
    "failure", [Reply(502), Reply(fate="reset"), Reply(422, {"message": "no"}), Reply(429, {}, {"retry-after": "9"})]
)
async def test_new_issue_is_returned_when_assigning_fails(github, hub, repo, failure):
    hub.on("POST", ISSUES, Reply(201, issue(9)))
    hub.on("POST", f"{ISSUES}/9/assignees", failure)
    assert (await github.create_issue(repo, "Gap", "why", assignees=["ann"])).number == 9


async def test_issue_that_may_exist_is_unknown(github, hub, repo):
    hub.on("POST", ISSUES, Reply(502))
    with pytest.raises(OutcomeUnknown):
        await github.create_issue(repo, "Gap", "why", assignees=["ann"])
    assert len(hub.requests("POST")) == 1


async def test_issues_that_are_off_are_gone(github, hub, repo):
    hub.on("POST", ISSUES, Reply(410, {"message": "Issues has been disabled in this repository."}))
    with pytest.raises(Gone, match="disabled"):
        await github.create_issue(repo, "Gap", "why")


async def test_update_sends_only_what_changes(github, hub, repo):
    closed = issue(9, state="closed", state_reason="not_planned", closed_by={"login": "readygate[bot]"})
    hub.on("PATCH", f"{ISSUES}/9", Reply(200, closed))
    seen = await github.update_issue(repo, 9, state="closed", state_reason="not_planned")
    assert (seen.state, seen.state_reason, seen.closed_by) == ("closed", "not_planned", "readygate[bot]")
    await github.update_issue(repo, 9, title="T", body="", labels=[])
    first, second = (asked.json for asked in hub.requests("PATCH"))
    assert first == {"state": "closed", "state_reason": "not_planned"}
    assert second == {"title": "T", "body": "", "labels": []}


async def test_comment(github, hub, repo):
    hub.on("POST", f"{ISSUES}/9/comments", Reply(201, {"id": 2_100_000_007}))
    assert await github.comment(repo, 9, "hello") == 2_100_000_007


async def test_comments_are_found(github, hub, repo):
    ghost = {"id": 2, "user": None, "body": None}
    hub.on("GET", f"{ISSUES}/9/comments", Reply(200, [{"id": 1, "user": {"login": "ann"}, "body": "x"}, ghost]))
    assert [(c.id, c.author, c.body) for c in await github.find_comments(repo, 9)] == [(1, "ann", "x"), (2, "", "")]


async def test_issues_are_found_on_all_pages_without_pull_requests(github, hub, repo):
    more = {"link": f'<{hub.url}{ISSUES}?page=2>; rel="next"'}
    hub.on(
        "GET",
        ISSUES,
        Reply(200, [issue(9), issue(8, pull_request={"url": "x"})], more),
        Reply(200, [issue(7, user=None)]),
    )
    found = await github.find_issues(repo, creator="readygate[bot]", labels=["readiness", "p 0"])
    assert [(seen.number, seen.author) for seen in found] == [(9, "readygate[bot]"), (7, "")]
    assert hub.requests("GET")[0].query == {
        "state": "all",
        "sort": "created",
        "direction": "desc",
        "creator": "readygate[bot]",
        "labels": "readiness,p 0",
        "per_page": "100",
    }


async def test_one_issue_is_read(github, hub, repo):
    hub.on("GET", f"{ISSUES}/9", Reply(200, issue(9, closed_by={"login": "ann"}, labels=["plain"])))
    seen = await github.issue(repo, 9)
    assert (seen.closed_by, seen.labels) == ("ann", ("plain",))


async def test_writes_of_one_installation_are_a_second_apart(github, hub, repo, clock):
    times: list[float] = []

    def answer(asked):
        times.append(clock.now)
        return Reply(201, issue(9))

    hub.on("POST", ISSUES, answer)
    hub.on("POST", f"{ISSUES}/9/comments", answer)
    hub.on("PATCH", f"{ISSUES}/9", answer)
    await github.create_issue(repo, "Gap", "why")
    await github.comment(repo, 9, "hello")
    await github.update_issue(repo, 9, title="Gaps")
    await github.create_issue(repo, "Gap 2", "why")
    assert [at - times[0] for at in times] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("title", "body", "labels"),
    [
        ("", "b", []),
        (" ", "b", []),
        ("x" * 257, "b", []),
        ("t", "x" * 65537, []),
        ("t", "b", ["x" * 51]),
        ("t", "b", [" "]),
    ],
)
async def test_what_github_would_refuse_is_not_sent(github, hub, repo, title, body, labels):
    with pytest.raises(Unprocessable):
        await github.create_issue(repo, title, body, labels)
    assert hub.asked == []
