"""Gap issues of a default branch over their whole life, in both set-ups."""

import pytest
from service_repository import AS_ROOT, HARMLESS, NO_HEALTH, READY, ServiceRepository

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
OWNED: dict[str, str | bytes | None] = {".github/CODEOWNERS": "* @dana\n"}


def pushed(repository: ServiceRepository, files: dict[str, str | bytes | None]) -> str:
    """A push to main, judged, its issues in step."""
    sha = repository.push(files)
    repository.judged(sha)
    return sha


def test_a_push_opens_one_issue_for_each_gap(repository: ServiceRepository) -> None:
    repository.sandbox.set_role(repository.name, "dana", "write")
    sha = repository.push(AS_ROOT | NO_HEALTH | OWNED)
    assert repository.judged(sha).conclusion == "success"  # an audit fails for mode block alone
    health, container = repository.issue_of("health-endpoint"), repository.issue_of("container-non-root-user")
    assert repository.issues() == sorted([health, container], key=lambda issue: issue.number)
    assert health.labels == ["readiness", "readiness: P0"]
    assert health.assignees == ["dana"]
    assert health.title == "Readiness: Health endpoint"
    assert "`Dockerfile:" in (container.body or "")
    before = repository.writes()
    again = repository.push(HARMLESS)
    repository.judged(again)
    assert repository.writes().issues == before.issues


def test_an_issue_lives_as_long_as_its_gap(repository: ServiceRepository) -> None:
    pushed(repository, NO_HEALTH)
    issue = repository.issue_of("health-endpoint")
    assert issue.state == "open"
    pushed(repository, {"shop/main.py": READY["shop/main.py"]})
    assert (issue.state, issue.state_reason) == ("closed", "completed")
    (comment,) = issue.comments
    assert "shop/main.py" in comment.body
    pushed(repository, NO_HEALTH)
    assert repository.issue_of("health-endpoint").number == issue.number
    assert issue.state == "open"
    assert len(repository.issues()) == 1


def test_what_a_human_closed_stays_closed(repository: ServiceRepository) -> None:
    pushed(repository, NO_HEALTH)
    issue = repository.issue_of("health-endpoint")
    repository.close_as_human(issue)
    before = repository.writes().issues
    pushed(repository, HARMLESS)
    assert issue.state == "closed"
    assert repository.writes().issues == before


def test_a_lost_answer_makes_no_second_issue(repository: ServiceRepository) -> None:
    repository.sandbox.fail_next(f"POST /repos/{repository.name}/issues", 502, after_apply=True)
    pushed(repository, NO_HEALTH)
    assert repository.issue_of("health-endpoint").state == "open"
    assert len(repository.issues()) == 1
