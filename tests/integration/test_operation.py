"""What the operator meets: the webhook's answers, health, metrics, commands, logs; and that two workers share."""

import json
import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from app_processes import Installation
from service_repository import AS_ROOT, HARMLESS, NO_HEALTH, ServiceRepository

from app.readiness.detectors.secrets.forge import forge
from app.sandbox.webhooks import sign

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def deliver(installation: Installation, raw: bytes, *, event: str = "ping", secret: str = "") -> httpx.Response:
    key = secret or installation.sandbox.webhook_secret
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Delivery": str(uuid4()),
        "X-GitHub-Event": event,
        "X-Hub-Signature-256": sign(raw, key.encode()),
    }
    address = f"{installation.url}/webhooks/github"
    return httpx.post(address, content=raw, headers=headers, timeout=10, trust_env=False)


def test_the_webhook_tells_apart_what_it_is_sent(installation: Installation) -> None:
    refused = deliver(installation, b"{}", secret="another")
    assert refused.status_code == 401
    assert deliver(installation, b"{not json").status_code == 400
    ignored = deliver(installation, b'{"zen": "Keep it simple."}', event="an_event_of_next_year")
    assert (ignored.status_code, ignored.json()["state"]) == (202, "ignored")
    assert deliver(installation, b'{"action": "opened", "pull_request": 7}', event="pull_request").status_code == 202
    installation.settle()
    rows = installation.query("SELECT guid, state FROM delivery WHERE guid = :guid", guid=ignored.json()["delivery"])
    assert rows == [(ignored.json()["delivery"], "ignored")]


def test_every_process_answers_for_its_health(installation: Installation) -> None:
    for process in installation.processes.values():
        for path in ("/health", "/health/live", "/health/ready", "/health/startup"):
            answer = process.get(path)
            assert (answer.status_code, answer.json()["status"]) == (200, "ok"), (process.name, path, answer.text)
        assert re.fullmatch(r"\d+\.\d+\.\d+\S*", process.get("/version").json()["readygate"])
        assert "readygate_backlog " in process.get("/metrics").text


def test_reviews_are_counted(repository: ServiceRepository) -> None:
    _, head = repository.open(AS_ROOT)
    repository.judged(head)
    shown = "".join(process.get("/metrics").text for process in repository.installation.processes.values())
    assert re.search(r'^readygate_deliveries_total\{event="pull_request",outcome="kept"\} [1-9]', shown, re.MULTILINE)
    assert re.search(
        r'^readygate_reviews_total\{kind="pull",outcome="failure"\} [1-9]', shown, re.MULTILINE
    ) or re.search(r'^readygate_reviews_total\{kind="pull_request",outcome="failure"\} [1-9]', shown, re.MULTILINE)


def test_doctor_says_whether_all_is_well(installation: Installation) -> None:
    well = installation.command("doctor")
    assert well.returncode == 0, well.stdout + well.stderr
    unwell = installation.command("doctor", GITHUB_APP_ID="4")
    assert unwell.returncode == 1, unwell.stdout + unwell.stderr
    assert "WRONG\tGitHub" in unwell.stdout
    assert installation.sandbox.private_key[100:160] not in well.stdout + unwell.stdout


def test_a_delivery_is_listed_and_replayed(repository: ServiceRepository) -> None:
    """Replaying gives the queue no hint, so this is also the proof that the sweep finds work by itself."""
    installation = repository.installation
    number, head = repository.open(AS_ROOT)
    repository.judged(head)
    opened = next(d for d in reversed(installation.sandbox.deliveries) if d.action == "opened")
    listed = installation.command("deliveries", "list", "--limit", "50")
    assert listed.returncode == 0, listed.stderr
    (line,) = [line for line in listed.stdout.splitlines() if opened.guid in line]
    assert line.split("\t")[2:4] == ["pull_request.opened", "done"]
    second = repository.commit(NO_HEALTH, f"change-{number}")
    pull = repository.home.pulls[number]
    pull.head_sha = second
    repository.home.bare.set_ref(f"refs/pull/{number}/head", second)
    replayed = installation.command("deliveries", "replay", opened.guid)
    assert replayed.returncode == 0, replayed.stderr
    assert repository.judged(second).conclusion == "failure"
    assert installation.command("deliveries", "replay", "no-such-delivery").returncode == 2


def test_two_workers_judge_every_target_once(installation: Installation) -> None:
    names = [f"acme/many-{min(installation.processes)}-{number}" for number in range(4)]
    many = [ServiceRepository(installation, name) for name in names]
    heads = [(repository, repository.open(files)[1]) for files in (AS_ROOT, NO_HEALTH) for repository in many]
    for repository, head in heads:
        assert repository.judged(head).conclusion == "failure"
    for repository in many:
        assert sum(request.method == "POST" for request in repository.requests()) == 2
    for repository, head in heads:
        assert len(installation.logged("judged", head=head, repository=repository.home.id)) == 1


def test_logs_are_json_and_hold_no_secret(repository: ServiceRepository) -> None:
    installation = repository.installation
    planted = [forge("github-token", "logs"), forge("private-key", "logs"), forge("aws-access-key-pair", "logs")]
    _, head = repository.open(
        {f"shop/secret{number}.py": f'KEY = """{text}"""\n' for number, text in enumerate(planted)}
    )
    run = repository.judged(head)
    assert run.conclusion == "failure"
    opened = next(d for d in reversed(installation.sandbox.deliveries) if d.action == "opened")
    (line,) = installation.logged("judged", head=head)
    assert line["repository"] == repository.home.id
    assert line["delivery"] == opened.guid
    assert installation.logged("delivery handled", delivery=opened.guid)

    sandbox, said = installation.sandbox, installation.log_text()
    said += json.dumps([run.title, run.summary, run.text, run.annotations])
    said += "".join(process.get("/metrics").text for process in installation.processes.values())
    bodies = [line for text in (sandbox.private_key, *planted) for line in text.splitlines() if "-----" not in line]
    for secret in (*bodies, sandbox.webhook_secret):
        assert secret not in said
    assert not re.search(r"ghs_\d+_ey|eyJ[\w-]{20,}\.", said)


@pytest.mark.parametrize("shared_installation", ["serve"], indirect=True)
def test_a_backup_restores_what_was_known(
    shared_installation: Installation, repository: ServiceRepository, tmp_path: Path
) -> None:
    _, head = repository.open(HARMLESS)
    repository.judged(head)
    file = tmp_path / "backup.db"
    done = shared_installation.command("db", "backup", str(file))
    assert done.returncode == 0, done.stderr
    assert shared_installation.command("db", "backup", str(file)).returncode == 2
    elsewhere = str(tmp_path / "elsewhere")
    assert shared_installation.command("db", "restore", str(file), DATA_DIR=elsewhere).returncode == 2
    done = shared_installation.command("db", "restore", str(file), "--yes", DATA_DIR=elsewhere)
    assert done.returncode == 0, done.stderr
    listed = shared_installation.command("deliveries", "list", "--limit", "500", DATA_DIR=elsewhere)
    opened = next(d for d in reversed(shared_installation.sandbox.deliveries) if d.action == "opened")
    assert opened.guid in listed.stdout
