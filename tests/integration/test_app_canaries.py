"""Two hundred secrets, planted wherever the App looks: only git, which holds the repository, ever has one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_processes import ROOT, Installation
from canaries import Canaries

from app.sandbox.sandbox import Sandbox

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
WHOLE = ("serve",)
NAME, ORG = "acme/shop", "acme/.github"
RULES = """version: 1  # {}
rules: {{no-secrets: block}}
waivers:
  - {{rule: license, reason: "{}", approved-by: ann, expires: 2999-01-01}}
issues: {{labels: [readiness, "{}"]}}
"""
# A crash inside the detector whose message holds the file, in the evaluation process alone.
CRASHING = """import sys
if "app.jobs.evaluator" in sys.orig_argv:
    import app.readiness.detectors.secrets.detector as detector
    find = detector.find_matches
    def fail(content, *rest, **options):
        if b"crash here" in content:
            raise ValueError(content.decode())
        return find(content, *rest, **options)
    detector.find_matches = fail
"""


class Fragile(Installation):
    """Its evaluations crash over files that say so; it logs all it can."""

    def environment(self, **settings: str) -> dict[str, str]:
        return super().environment(**settings, LOG_LEVEL="debug") | {"PYTHONPATH": f"{self.folder / 'path'}:{ROOT}"}


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def fragile(tmp_path: Path) -> Iterator[Installation]:
    with Sandbox(tmp_path / "github") as sandbox:
        (tmp_path / "app/path").mkdir(parents=True)
        (tmp_path / "app/path/sitecustomize.py").write_text(CRASHING)
        installed = Fragile(sandbox, tmp_path / "app", WHOLE, AUDITS="1")
        installed.start()
        yield installed
        installed.end()


def full_of(canaries: Canaries, where: str, number: int) -> dict[str, str | bytes | None]:
    """Files and paths that hold one each, and texts that parsers complain of."""
    plant = canaries.plant
    files: dict[str, str | bytes | None] = {
        ".github/CODEOWNERS": f"* @{plant(f'{where} owner', 39)} @dana\n",
        ".github/workflows/ci.yml": f'on: [push\n  key: "{plant(f"{where} workflow")}": : x\n',
        "Dockerfile": f'FROM python:3.12\nENV A="{plant(f"{where} Dockerfile")}"\nCMD ["python"]\n',
        "requirements.txt": f"fastapi=={plant(f'{where} requirement')}\n",
        "package.json": json.dumps({"name": plant(f"{where} package"), "scripts": {"a": plant(f"{where} script")}}),
        "main.tf": f'provider "aws" {{\n  token = "{plant(f"{where} tf")}"\n',
        "docs/TODO.md": f"- [ ] Health endpoint {plant(f'{where} plan')}\n",
    }
    for one in range(number):
        for ending in ("py", "yml", "json", "md", "env"):
            files[f"src/{where}{one}.{ending}"] = f'value: "{plant(f"{where} file {one}.{ending}")}"\n'
        folder = plant(f"{where} folder {one}")
        files[f"at/{folder}/{plant(f'{where} path {one}')}.py"] = f'T = "{plant(f"{where} in path {one}")}"\n'
    return files


def open_pulls(sandbox: Sandbox, canaries: Canaries) -> list[str]:
    """One that brings many and removes some again, one that breaks the policy, and one that crashes the detector."""
    plant, heads = canaries.plant, []
    changes: list[dict[str, str | bytes | None]] = [
        full_of(canaries, "pull", 10),
        {".github/rules.yml": f"rules: [{plant('broken policy')}\n"},
        {".github/rules.yml": f"version: 1\nrules: {{{plant('unknown rule')}: block}}\n"},
        {"crash.py": f'T = "{plant("crash")}"  # crash here\n'},
    ]
    for number, files in enumerate(changes):
        branch = f"{plant(f'branch {number}')}/change"
        gone: dict[str, str | bytes | None] = {f"gone{one}.py": plant(f"gone {number}.{one}") for one in range(5)}
        sandbox.commit(NAME, gone | files, branch=branch, message=f"add {plant(f'message {number}')}")
        sha = sandbox.commit(NAME, dict.fromkeys(gone), branch=branch, message=f"remove {plant(f'second {number}')}")
        sandbox.push(NAME, branch, sha)
        words = {"title": f"Add {plant(f'title {number}')}", "body": plant(f"body {number}")}
        sandbox.open_pull_request(NAME, "main", branch, **words)
        heads.append(sha)
    other = f"release/{plant('base branch')}"
    sandbox.commit(NAME, {"a.txt": "a\n"}, branch=other)
    heads.append(sandbox.commit(NAME, {"b.txt": "b\n"}, branch="onto"))
    sandbox.open_pull_request(NAME, other, "onto")
    return heads


def tell_odd_things(sandbox: Sandbox, canaries: Canaries) -> None:
    """Webhooks with one in every text that a person outside may choose."""
    home, plant = sandbox.repository(NAME), canaries.plant
    person = {"login": plant("login"), "type": "User"}
    for event, parts in (
        ("issues", {"action": "closed", "issue": {"number": 1, "title": plant("issue"), "body": plant("issue body")}}),
        ("push", {"ref": f"refs/heads/{plant('ref')}", "before": plant("before"), "after": plant("after")}),
        ("push", {"ref": f"refs/tags/{plant('tag')}", "head_commit": {"message": plant("pushed message")}}),
        ("check_run", {"action": "requested_action", "requested_action": {"identifier": plant("identifier")}}),
        ("issue_comment", {"action": plant("action"), "comment": {"body": plant("comment")}}),
        ("repository", {"action": "edited", "changes": {"default_branch": {"from": plant("old branch")}}}),
        ("pull_request", {"action": "labeled", "label": {"name": plant("label")}, "pull_request": {"number": 1}}),
    ):
        sandbox.hub.hooks.emit(
            event,
            {**parts, "repository": {"id": home.id, "full_name": NAME}, "sender": person, "installation": {"id": 1}},
        )


def test_no_canary_comes_out_of_the_app(fragile: Installation, canaries: Canaries) -> None:
    sandbox = fragile.sandbox
    sandbox.add_repository(ORG, private=True)
    sandbox.add_repository(NAME, private=True)
    texts = [canaries.plant(f"policy {number}", 50) for number in range(6)]
    sandbox.commit(ORG, {"rules.yml": RULES.format(*texts[:3]).replace("license", "backup-schedule")}, branch="main")
    first = sandbox.commit(
        NAME, {"README.md": "# Shop\n", ".github/rules.yml": RULES.format(*texts[3:])}, branch="main"
    )
    heads = open_pulls(sandbox, canaries)
    leaky = sandbox.commit(NAME, full_of(canaries, "main", 8), branch="main", message=canaries.plant("main message"))
    sandbox.push(NAME, "main", leaky)
    tell_odd_things(sandbox, canaries)
    fragile.settle(120)
    assert len(canaries.planted) >= 200
    for sha in (leaky, *heads):
        assert sandbox.check_runs(NAME, sha), (first, sha)
    assert "ReadygateError" in repr(sandbox.check_runs(NAME, heads[3]))
    assert sandbox.issues(NAME)
    written = [one.body for one in sandbox.requests if one.method in ("POST", "PATCH", "PUT")]
    listed = fragile.command("deliveries", "list")
    assert listed.returncode == 0
    shown = {
        "GitHub": json.dumps(written),
        "log": fragile.log_text(),
        "metrics": fragile.webs[0].get("/metrics").text,
        "command": f"{listed.stdout}{listed.stderr}",
    }
    fragile.end()
    escaped = {where: canaries.escaped_in(text.encode()) for where, text in shown.items()}
    escaped["data"] = canaries.escaped_into(fragile.folder / "data", besides="mirrors")
    print(json.dumps(escaped, indent=0))
    assert not any(escaped.values()), escaped
