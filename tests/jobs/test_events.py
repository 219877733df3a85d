from typing import Any

import pytest

from app.jobs.events import IssueNews, Wanted, Work, is_routed, route
from app.jobs.fields import MAX_ITEMS, keep_fields

APP = "77"


def work(event: str, payload: dict[str, Any]) -> Work:
    fields = keep_fields(payload)
    return route(event, fields.get("action") or "", fields, app_id=APP)


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review", "edited", "closed"])
def test_a_pull_request_is_judged(action: str) -> None:
    assert work("pull_request", {"action": action, "pull_request": {"number": 7}}).wanted == (Wanted("pull", "7"),)


@pytest.mark.parametrize("action", ["labeled", "assigned", "stacked", "auto_merge_enabled"])
def test_what_changes_no_verdict_is_ignored(action: str) -> None:
    assert not is_routed("pull_request", action)
    assert work("pull_request", {"action": action, "pull_request": {"number": 7}}) == Work()


def test_a_push_counts_on_the_default_branch_only() -> None:
    payload = {"ref": "refs/heads/main", "repository": {"default_branch": "main"}}
    assert work("push", payload).wanted == (Wanted("branch", "main"),)
    assert work("push", payload | {"ref": "refs/heads/feature"}) == Work()
    assert work("push", payload | {"ref": "refs/tags/main"}) == Work()
    assert work("push", payload | {"deleted": True}) == Work()


def test_a_re_run_is_a_new_attempt() -> None:
    payload = {"action": "rerequested", "check_run": {"id": 31_000_000_001, "app": {"id": 77}}}
    (wanted,) = work("check_run", payload).wanted
    assert wanted.new_attempt
    assert wanted.by_check_run == 31_000_000_001


def test_our_button_is_a_re_run_and_others_are_not() -> None:
    payload = {"action": "requested_action", "check_run": {"id": 1, "app": {"id": 77}}}
    assert work("check_run", payload | {"requested_action": {"identifier": "recheck"}}).wanted
    assert not work("check_run", payload | {"requested_action": {"identifier": "other"}}).wanted


def test_check_runs_of_other_apps_are_not_ours() -> None:
    assert work("check_run", {"action": "rerequested", "check_run": {"id": 1, "app": {"id": 78}}}) == Work()


def test_a_suite_of_a_fork_is_found_by_its_head() -> None:
    suite = {"head_sha": "a" * 40, "app": {"id": 77}, "pull_requests": []}
    (wanted,) = work("check_suite", {"action": "rerequested", "check_suite": suite}).wanted
    assert (wanted.by_head, wanted.new_attempt) == ("a" * 40, True)
    suite["pull_requests"] = [{"number": 3}, {"number": 4}]
    names = [found.name for found in work("check_suite", {"action": "rerequested", "check_suite": suite}).wanted]
    assert names == ["3", "4"]


def test_a_merge_group_is_judged_against_its_base() -> None:
    group = {"head_sha": "a" * 40, "base_sha": "b" * 40, "base_ref": "refs/heads/main", "head_ref": "refs/heads/gh"}
    (wanted,) = work("merge_group", {"action": "checks_requested", "merge_group": group}).wanted
    assert wanted.detail is not None
    assert (wanted.name, wanted.detail["base_ref"], wanted.detail["destroyed"]) == ("a" * 40, "main", False)
    (wanted,) = work("merge_group", {"action": "destroyed", "merge_group": group}).wanted
    assert wanted.detail is not None
    assert wanted.detail["destroyed"]


def test_only_people_close_issues_against_the_plan() -> None:
    payload = {"action": "closed", "issue": {"number": 5}, "sender": {"type": "User"}}
    assert work("issues", payload).issue == IssueNews(5, "closed", "human")
    assert work("issues", payload | {"sender": {"type": "Bot"}}) == Work()
    assert work("issues", payload | {"action": "reopened"}).issue == IssueNews(5, "open", None)


def test_installations_bring_and_take_repositories() -> None:
    listed = {"id": 1, "full_name": "acme/shop", "private": False}
    assert work("installation", {"action": "created", "repositories": [listed]}).added == (listed,)
    assert work("installation", {"action": "suspend"}).installation_state == "suspended"
    removed = {"action": "removed", "repositories_removed": [{"id": 1}, {"id": "x"}]}
    assert work("installation_repositories", removed).removed == (1,)


def test_whoever_comes_back_is_listed_and_compared_as_a_whole() -> None:
    for action in ("created", "unsuspend", "new_permissions_accepted"):
        found = work("installation", {"action": action})
        assert (found.installation_state, found.was_silent, found.needs_roster) == ("active", True, True)
    gone = work("installation", {"action": "deleted"})
    assert (gone.installation_state, gone.was_silent, gone.needs_roster) == ("removed", False, False)
    assert work("installation_target", {"action": "renamed"}).needs_roster
    assert not work(
        "installation_repositories", {"action": "removed", "repositories_removed": [{"id": 1}]}
    ).needs_roster


@pytest.mark.parametrize(
    ("action", "changes", "kinds"),
    [
        ("created", {}, ["reconcile"]),
        ("unarchived", {}, ["reconcile"]),
        ("transferred", {}, ["reconcile", "branch"]),
        ("publicized", {}, ["issues"]),
        ("privatized", {}, ["issues"]),
        ("edited", {"default_branch": {"from": "main"}}, ["branch"]),
        ("edited", {"description": {"from": "text"}}, []),
        ("renamed", {"repository": {"name": {"from": "old"}}}, []),
        ("archived", {}, []),
        ("deleted", {}, []),
    ],
)
def test_what_happens_to_a_repository(action: str, changes: dict[str, Any], kinds: list[str]) -> None:
    payload = {"action": action, "changes": changes, "repository": {"id": 1, "default_branch": "trunk"}}
    found = work("repository", payload)
    assert [wanted.kind for wanted in found.wanted] == kinds
    assert found.repository_gone == (action == "deleted")


@pytest.mark.parametrize("event", ["pull_request", "check_run", "check_suite", "merge_group", "issues", "repository"])
@pytest.mark.parametrize("content", [None, [], "text", 1, {}, {"number": "7"}, {"id": -1}, {"number": True}])
def test_unexpected_shapes_ask_for_nothing(event: str, content: object) -> None:
    payload = {"action": "opened", event: content, "issue": content}
    for action in ("opened", "rerequested", "checks_requested", "closed"):
        assert not work(event, payload | {"action": action}).wanted


def test_long_texts_and_lists_are_not_kept() -> None:
    fields = keep_fields({"ref": "x" * 5000, "repositories": [{"id": n} for n in range(5000)]})
    assert "ref" not in fields
    assert len(fields["repositories"]) == MAX_ITEMS
