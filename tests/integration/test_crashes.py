"""Processes that are killed, stopped and started again, queues that die, and answers of GitHub that never arrive."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from app_processes import Installation, eventually
from service_repository import AS_ROOT, HARMLESS, NO_HEALTH, ServiceRepository, words

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
OwnServe = Callable[..., Installation]
LEASE = {"LEASE_SECONDS": "3"}


def slow_files(count: int = 150) -> dict[str, str | bytes | None]:
    """Routes that look like health endpoints until they are parsed: a second or two of judging to be killed in."""
    routes = "".join(f'@app.get("/ready-{n}")\nasync def f{n}() -> int:\n    return {n}\n' for n in range(300))
    return {f"shop/part{number}.py": f"NUMBER = {number}\n{routes}" for number in range(count)}


def being_judged(repository: ServiceRepository, head: str) -> None:
    """Wait for the moment between the stored intent and the verdict."""
    ask = "SELECT state FROM run WHERE head_sha = :head"
    eventually(lambda: repository.installation.query(ask, head=head), f"{head[:7]} is being judged", pause=0.005)
    assert not any(run.status == "completed" for run in repository.check_runs(head)), "judged too quickly for this test"


def test_a_killed_evaluation_is_incomplete_until_it_is_asked_again(own_serve: OwnServe) -> None:
    installation = own_serve(EVALUATORS="1")
    repository = ServiceRepository(installation, "acme/shop")
    _, head = repository.open(slow_files())
    being_judged(repository, head)
    # One that is killed before it was asked is only replaced, so none may live until the commit has its answer.
    eventually(lambda: has_answer_without_evaluators(repository, head), "the commit has its answer")
    run = repository.judged(head)
    assert run.conclusion == "failure"
    assert "never a pass" in words(run)
    assert (run.title or "").startswith("Incomplete")
    repository.sandbox.press(repository.name, run.id, "recheck")
    assert repository.judged(head, times=2).conclusion == "success"


def has_answer_without_evaluators(repository: ServiceRepository, head: str) -> bool:
    for evaluator in repository.installation.processes["serve"].children("app.jobs.evaluator"):
        with suppress(ProcessLookupError):
            os.kill(evaluator, signal.SIGKILL)
    return any(run.status == "completed" for run in repository.check_runs(head))


def test_sigterm_during_a_review_leaves_one_completed_check_run(own_serve: OwnServe) -> None:
    installation = own_serve(**LEASE)
    repository = ServiceRepository(installation, "acme/shop")
    _, head = repository.open(slow_files())
    being_judged(repository, head)
    process = installation.processes["serve"]
    process.ask_to_end()
    assert process.wait() == 0
    installation.start()
    assert repository.judged(head).conclusion == "success"


def test_kill_9_in_the_middle_leaves_one_completed_check_run(own_serve: OwnServe) -> None:
    installation = own_serve(**LEASE)
    repository = ServiceRepository(installation, "acme/shop")
    _, head = repository.open(slow_files())
    being_judged(repository, head)
    process = installation.processes["serve"]
    orphans = [*process.children("app.jobs.evaluator"), *process.children("valkey-server")]
    process.kill()
    assert orphans
    eventually(lambda: not any(is_running(orphan) for orphan in orphans), "nothing outlives it", 10)
    installation.start()
    assert repository.judged(head).conclusion == "success"


@pytest.mark.parametrize("after", ["202", "post"])
def test_kill_9_right_after_an_answer_leaves_one_completed_check_run(own_serve: OwnServe, after: str) -> None:
    installation = own_serve(**LEASE)
    repository = ServiceRepository(installation, "acme/shop")
    installation.settle()
    _, head = repository.open(AS_ROOT)
    if after == "202":
        eventually(lambda: repository.sandbox.deliveries[-1].status_code == 202, "the delivery is kept")
    else:
        eventually(lambda: repository.check_runs(head), "the check run is posted")
    installation.processes["serve"].kill()
    installation.start()
    assert repository.judged(head).conclusion == "failure"


def is_running(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_a_killed_queue_delays_nothing(own_serve: OwnServe) -> None:
    installation = own_serve()
    repository = ServiceRepository(installation, "acme/shop")
    (queue,) = installation.processes["serve"].children("valkey-server")
    os.kill(queue, signal.SIGKILL)
    _, head = repository.open(AS_ROOT)
    assert repository.judged(head).conclusion == "failure"
    eventually(lambda: installation.processes["serve"].children("valkey-server"), "the queue is started again")
    eventually(installation.processes["serve"].is_ready, "the queue answers again")
    _, head = repository.open(HARMLESS)
    assert repository.judged(head).conclusion == "success"


def test_deliveries_missed_while_it_was_down_are_caught_up(own_serve: OwnServe) -> None:
    installation = own_serve()
    repository = ServiceRepository(installation, "acme/shop")
    installation.settle()
    process = installation.processes["serve"]
    process.ask_to_end()
    process.wait()
    _, head = repository.open(AS_ROOT)
    assert repository.sandbox.settle()
    assert not repository.sandbox.deliveries[-1].ok
    installation.query("UPDATE target SET not_before = 0 WHERE kind = 'catch_up'")
    installation.start()
    assert repository.judged(head).conclusion == "failure"


def test_without_git_the_api_gives_the_same_verdict(repository: ServiceRepository, own_serve: OwnServe) -> None:
    change = AS_ROOT | NO_HEALTH
    _, head = repository.open(change)
    wanted = repository.judged(head)
    without = ServiceRepository(own_serve(GITHUB_GIT_URL="http://127.0.0.1:9"), "acme/shop")
    _, head = without.open(change)
    run = without.judged(head)
    assert (run.conclusion, run.title, run.annotations) == (wanted.conclusion, wanted.title, wanted.annotations)
    assert not [request for request in without.sandbox.requests if request.path.startswith("git ")]


def test_a_lost_answer_makes_no_second_check_run(repository: ServiceRepository) -> None:
    repository.sandbox.fail_next(f"POST /repos/{repository.name}/check-runs", 502, after_apply=True)
    _, head = repository.open(AS_ROOT)
    assert repository.judged(head).conclusion == "failure"
    posts = [request for request in repository.requests() if request.method == "POST"]
    assert len(posts) == 1


def test_a_refused_answer_is_asked_for_again(repository: ServiceRepository) -> None:
    repository.sandbox.fail_next(f"GET /repos/{repository.name}/pulls", 503, times=2)
    _, head = repository.open(AS_ROOT)
    assert repository.judged(head).conclusion == "failure"


def test_a_revoked_token_is_replaced(repository: ServiceRepository) -> None:
    _, head = repository.open(HARMLESS)
    repository.judged(head)
    repository.sandbox.revoke_tokens()
    _, head = repository.open(AS_ROOT)
    assert repository.judged(head).conclusion == "failure"


def test_retry_after_is_respected(own_serve: OwnServe) -> None:
    installation = own_serve()
    repository = ServiceRepository(installation, "acme/shop")
    sandbox = repository.sandbox
    sandbox.fail_next(f"POST /repos/{repository.name}/check-runs", 429, headers={"Retry-After": "3"})
    _, head = repository.open(AS_ROOT)
    eventually(lambda: any(request.status == 429 for request in sandbox.requests), "GitHub has asked for quiet")
    # The App's own requests, such as the look at the log of deliveries, are no business of this installation's gate.
    closed, before = time.monotonic(), len(repository.requests())
    _, other = repository.open(NO_HEALTH)
    eventually(lambda: len(repository.requests()) > before, "the App asks again")
    assert time.monotonic() - closed > 2.5
    assert repository.judged(head).conclusion == repository.judged(other).conclusion == "failure"
