"""Pull requests and merge groups, from the webhook to the check run, in both set-ups."""

from copy import deepcopy

import pytest
from service_repository import AS_ROOT, HARMLESS, NO_HEALTH, ServiceRepository

from app.readiness.detectors.secrets.forge import fill

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_opened_gives_one_completed_check_run(repository: ServiceRepository) -> None:
    token = fill("{{secret:github-token}}")
    _, head = repository.open(AS_ROOT | {"shop/prices.py": f'"""Prices."""\n\nTOKEN = "{token}"\n'})
    run = repository.judged(head)
    assert run.conclusion == "failure"
    assert run.title is not None
    assert run.title.startswith("Not ready: 2 blocking")
    notes = {(note["path"], note["start_line"], note["annotation_level"]) for note in run.annotations}
    assert ("shop/prices.py", 3, "failure") in notes
    assert ("Dockerfile", "failure") in {(path, level) for path, _, level in notes}
    assert len(notes) == 2
    assert token not in f"{run.title}{run.summary}{run.text}{run.annotations}"
    assert [action["identifier"] for action in run.actions] == ["recheck"]


def test_one_attempt_costs_three_rest_calls_at_most(repository: ServiceRepository) -> None:
    _, head = repository.open(HARMLESS)
    assert repository.judged(head).conclusion == "success"
    assert len(repository.requests()) <= 3, repository.requests()
    posted = [request for request in repository.requests() if request.method == "POST"]
    assert len(posted) == 1


def test_synchronize_judges_the_new_head(repository: ServiceRepository) -> None:
    number, first = repository.open(AS_ROOT)
    assert repository.judged(first).conclusion == "failure"
    second = repository.commit(HARMLESS, f"change-{number}")
    repository.sandbox.synchronize(repository.name, number, second)
    third = repository.commit(NO_HEALTH, f"change-{number}")
    repository.sandbox.synchronize(repository.name, number, third)
    run = repository.judged(third)
    assert run.conclusion == "failure"
    assert {run.status for run in repository.check_runs()} == {"completed"}


def test_events_that_change_nothing_write_nothing(repository: ServiceRepository) -> None:
    number, head = repository.open(HARMLESS)
    repository.judged(head)
    before = repository.writes()
    repository.sandbox.close(repository.name, number)
    repository.sandbox.reopen(repository.name, number)
    repository.installation.settle()
    ready = deepcopy(next(d for d in reversed(repository.sandbox.deliveries) if d.action == "reopened").payload)
    assert repository.sandbox.send("pull_request", ready | {"action": "ready_for_review"}) == 202
    repository.installation.settle()
    assert repository.writes() == before
    repository.judged(head)


def test_a_redelivery_is_handled_once(repository: ServiceRepository) -> None:
    _, head = repository.open(HARMLESS)
    repository.judged(head)
    before = len(repository.requests())
    opened = next(d for d in reversed(repository.sandbox.deliveries) if d.action == "opened")
    again = repository.sandbox.redeliver(opened)
    assert again.done.wait(10)
    assert again.status_code == 202
    repository.installation.settle()
    assert len(repository.requests()) == before


def test_another_base_with_another_merge_base_is_a_new_attempt(repository: ServiceRepository) -> None:
    repository.commit({}, "release")
    repository.commit(AS_ROOT)
    number, head = repository.open({"README.md": "# Shop\n", "Dockerfile": "FROM python:3.12.8-slim\nUSER root\n"})
    assert repository.judged(head).conclusion == "success"
    repository.sandbox.edit_base(repository.name, number, "release")
    assert repository.judged(head, times=2).conclusion == "failure"


def test_a_fork_is_judged(repository: ServiceRepository) -> None:
    number, head = repository.open(AS_ROOT, fork=True)
    assert repository.judged(head).conclusion == "failure"
    second = repository.commit(HARMLESS, "from-a-fork")
    repository.sandbox.synchronize(repository.name, number, second)
    assert repository.judged(second).conclusion == "success"


def test_every_way_to_ask_again_gives_one_more_check_run(repository: ServiceRepository) -> None:
    _, head = repository.open(AS_ROOT)
    first = repository.judged(head)
    repository.sandbox.rerequest_check(repository.name, first.id)
    second = repository.judged(head, times=2)
    repository.sandbox.rerequest_suite(repository.name, head)
    repository.judged(head, times=3)
    repository.sandbox.press(repository.name, second.id, "recheck")
    repository.judged(head, times=4)
    repository.sandbox.press(repository.name, second.id, "unknown-button")
    repository.judged(head, times=4)
    assert {run.conclusion for run in repository.check_runs(head)} == {"failure"}


def test_a_suite_without_pull_requests_is_judged_again(repository: ServiceRepository) -> None:
    """GitHub names no pull requests of forks in a suite."""
    _, head = repository.open(AS_ROOT, fork=True)
    repository.judged(head)
    repository.sandbox.rerequest_suite(repository.name, head)
    suite = repository.sandbox.deliveries[-1]
    assert (suite.action, suite.payload["check_suite"]["pull_requests"]) == ("rerequested", [])
    repository.judged(head, times=2)


def test_a_merge_group_is_answered_on_its_head(repository: ServiceRepository) -> None:
    number, _ = repository.open(AS_ROOT)
    group = repository.sandbox.merge_group(repository.name, number)
    assert repository.judged(group).conclusion == "failure"
    before = repository.writes()
    repository.sandbox.destroy_merge_group(repository.name, number, group)
    repository.installation.settle()
    assert repository.writes() == before
