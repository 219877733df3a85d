"""Installations and repositories over their life, with the App as processes: first audits, renames, archives, looks."""

from collections.abc import Callable

import pytest
from app_processes import Installation, eventually
from service_repository import AS_ROOT, HARMLESS, NO_HEALTH, ServiceRepository

from app.readiness.detectors.secrets.forge import forge

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def test_a_renamed_repository_is_judged_under_its_new_name(repository: ServiceRepository) -> None:
    sandbox, new_name = repository.sandbox, f"{repository.name}-renamed"
    _, first = repository.open(AS_ROOT)
    repository.judged(first)
    sandbox.rename(repository.name, new_name)
    repository.name = new_name
    _, second = repository.open(NO_HEALTH)
    assert repository.judged(second).conclusion == "failure"
    assert any(request.path.startswith(f"/repos/{new_name}/") for request in sandbox.requests)


def test_githubs_redirect_is_followed_when_nobody_told_of_the_rename(repository: ServiceRepository) -> None:
    sandbox, old_name = repository.sandbox, repository.name
    _, first = repository.open(AS_ROOT)
    repository.judged(first)
    sandbox.rename(old_name, f"{old_name}-unheard", told=False)
    repository.name = f"{old_name}-unheard"
    run = repository.check_runs(first)[0]
    # The payload of this one has no name in it that the App could learn: only the id of the check run.
    before = len(sandbox.requests)
    with sandbox.hub.world.lock:
        shown = sandbox.hub.shapes.check_run(run, repository.home) | {"app": sandbox.hub.app()}
    sandbox.send(
        "check_run",
        {
            "action": "rerequested",
            "check_run": shown,
            "repository": {"id": repository.home.id},
            "installation": {"id": sandbox.installation_id},
        },
    )
    assert repository.judged(first, times=2).conclusion == "failure"
    moved = [request for request in sandbox.requests[before:] if request.status == 301]
    learnt = repository.installation.query("SELECT name FROM repository WHERE id = :id", id=repository.home.id)
    # The comparison with GitHub's list, which runs by itself, may have come first.
    is_known = learnt == [(repository.name.rpartition("/")[2],)]
    assert is_known or {request.method for request in moved} >= {"GET", "POST"}


def test_an_archived_repository_is_left_alone_until_it_comes_back(repository: ServiceRepository) -> None:
    sandbox = repository.sandbox
    sandbox.archive(repository.name)
    _, head = repository.open(AS_ROOT)
    assert sandbox.settle()
    repository.installation.settle()
    assert repository.check_runs(head) == []
    sandbox.archive(repository.name, on=False)
    assert repository.judged(head).conclusion == "failure"


def test_the_places_of_secrets_go_from_the_issue_when_everybody_can_read_it(
    installation: Installation, request: pytest.FixtureRequest
) -> None:
    name = f"acme/published-{request.node.callspec.id}"
    repository = ServiceRepository(installation, name, private=True)
    sha = repository.push({"shop/keys.py": f'KEY = "{forge("github-token", "published")}"\n'})
    repository.judged(sha)
    issue = repository.issue_of("no-secrets")
    assert "shop/keys.py" in (issue.body or "")
    repository.sandbox.publish(name)
    eventually(lambda: "shop/keys.py" not in (issue.body or ""), "the issue names no place any more")
    installation.settle()
    assert len(repository.issues()) == 1


def test_another_default_branch_is_judged(repository: ServiceRepository) -> None:
    trunk = repository.commit(NO_HEALTH, "trunk")
    repository.sandbox.change_default_branch(repository.name, "trunk")
    assert repository.judged(trunk).conclusion == "success"
    assert repository.issue_of("health-endpoint").state == "open"


def test_a_first_audit_lets_pull_requests_pass(own_serve: Callable[..., Installation]) -> None:
    """Eight repositories arrive at once; a pull request that is opened meanwhile does not wait for them."""
    installed = own_serve(AUDITS="1", EVALUATORS="1")
    homes = [ServiceRepository(installed, f"acme/many-{number}") for number in range(8)]

    def audited() -> list[ServiceRepository]:
        return [home for home in homes if home.check_runs(home.first)]

    eventually(audited, "the first audit")
    last = next((home for home in reversed(homes) if home not in audited()), homes[-1])
    _, head = last.open(AS_ROOT)
    run = last.judged(head, seconds=90)
    assert run.conclusion == "failure"
    eventually(lambda: len(audited()) == len(homes), "every repository is audited", 90)
    installed.settle(90)
    after = [home for home in homes if home.check_runs(home.first)[0].id > run.id]
    assert after, "the pull request was the last to be judged"
    for home in homes:
        assert [one.conclusion for one in home.check_runs(home.first)] == ["success"]
    assert "failed" not in {line["event"] for line in installed.log_lines()}


def test_what_happened_before_the_app_was_started_is_found(own_serve: Callable[..., Installation]) -> None:
    """An outage longer than GitHub's log: nothing in it, nothing sent, and still every open head is judged."""
    installed = own_serve(AUDITS="1")
    repository = ServiceRepository(installed, "acme/outage")
    repository.judged(repository.first)
    sandbox, process = installed.sandbox, installed.processes["serve"]
    process.ask_to_end()
    assert process.wait() == 0
    sandbox.webhook_url = None
    _, head = repository.open(NO_HEALTH)
    tip = repository.commit(HARMLESS)
    assert sandbox.settle()
    sandbox.hub.hooks.log.clear()
    # Four days pass: what was planned for the next day is long due, and what was compared was compared long ago.
    installed.query("UPDATE target SET not_before = not_before - 345600 WHERE kind = 'installations'")
    installed.query("UPDATE repository SET reconciled_at = reconciled_at - 345600")
    installed.start()
    assert repository.judged(head, seconds=60).conclusion == "failure"
    assert repository.judged(tip, seconds=60).conclusion == "success"
