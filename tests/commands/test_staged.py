"""What is staged, judged before it is a commit: by hand, as a hook of git, and with a key of one's own."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from app.cli import run
from app.readiness.detectors.secrets.forge import forge

ROOT = Path(__file__).resolve().parents[2]
RULES = {".github/rules.yml": 'version: 1\nrules: {"*": off, no-secrets: ratchet}\n'}
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
CHECK = HOOKS[0]["entry"].split()[1:]


def leak(name: str = "one") -> str:
    return f'KEY = "{forge("github-token", name)}"\n'


def test_what_is_staged_counts_and_nothing_else(project, readygate) -> None:
    project.commit({**RULES, "old.py": leak("old")})
    project.write({"unstaged.py": leak("unstaged"), "old.py": leak("old") + leak("more")})
    assert readygate("check", project.path, *CHECK[1:]).status == 0
    project.git("add", "old.py")
    project.write({"old.py": ""})
    ran = readygate("check", project.path, *CHECK[1:], "--format", "json")
    (rule,) = json.loads(ran.out)["rules"]
    assert ran.status == 1
    assert [(one["path"], one["start_line"], one["introduced"]) for one in rule["findings"]] == [
        ("old.py", 1, False),
        ("old.py", 2, True),
    ]


def test_before_the_first_commit_the_whole_index_is_judged(project, readygate) -> None:
    project.write({".github/rules.yml": 'version: 1\nrules: {"*": off, no-secrets: block}\n', "a.py": leak()})
    assert readygate("check", project.path, *CHECK[1:]).status == 0
    project.git("add", "--all")
    assert readygate("check", project.path, *CHECK[1:]).status == 1


def test_nothing_is_written_into_the_repository(project, readygate) -> None:
    project.commit(RULES)
    project.write({"a.py": leak()})
    project.git("add", "--all")
    before = {file: file.read_bytes() for file in (project.path / ".git").rglob("*") if file.is_file()}
    assert readygate("check", project.path, *CHECK[1:]).status == 1
    assert {file: file.read_bytes() for file in (project.path / ".git").rglob("*") if file.is_file()} == before


def test_a_folder_a_conflict_and_a_base_beside_it(project, readygate) -> None:
    project.commit({**RULES, "shop/a.py": "a\n"})
    project.write({"b.py": leak()})
    project.git("add", "--all")
    assert readygate("check", project.path / "shop", *CHECK[1:]).status == 0
    assert readygate("check", project.path, *CHECK[1:], "--base", "HEAD").status == 2
    project.git("commit", "--quiet", "-m", "b")
    project.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    project.commit({"b.py": "other\n"})
    with pytest.raises(subprocess.CalledProcessError):
        project.git("merge", "main")
    ran = readygate("check", project.path, *CHECK[1:])
    assert ran.status == 2
    assert "Resolve the conflicts" in ran.err


@pytest.mark.slow
def test_a_hook_of_git_stops_each_way_to_commit_a_secret(project, tmp_path: Path) -> None:
    project.commit({**RULES, "a.py": "a = 1\n"})
    environment = {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())
    command = shlex.join([sys.executable, "-c", "from app.cli import main; main()", *CHECK])
    hook = project.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexport {settings}\nexec {command}\n")
    hook.chmod(0o755)
    project.write({"a.py": leak(), "b.py": "b = 1\n"})
    project.git("add", "b.py")
    for refused in (["--all"], ["a.py"], ["--include", "a.py"]):
        with pytest.raises(subprocess.CalledProcessError) as failed:
            project.git("commit", "--quiet", "-m", "leak", *refused)
        assert b"a.py:1" in failed.value.stdout + failed.value.stderr
    project.git("commit", "--quiet", "-m", "fine")
    assert project.git("show", "--name-only", "--format=", "HEAD") == "b.py"


def test_a_key_that_is_given_makes_fingerprints_that_a_waiver_can_name(project, readygate, tmp_path: Path) -> None:
    head = project.commit({**RULES, "old.txt": "old\n"})
    project.commit({"a.py": leak()})
    key = tmp_path / "key"
    key.write_text(os.urandom(32).hex())
    ask = ("check", project.path, "--base", head, "--format", "json")
    (rule,) = json.loads(readygate(*ask, "--fingerprint-key", key).out)["rules"]
    waiver = {"rule": "no-secrets", "fingerprint": rule["findings"][0]["fingerprint"], "expires": "2999-01-01"}
    policy = f"{RULES['.github/rules.yml']}waivers:\n- {json.dumps(waiver | {'reason': 'old', 'approved-by': 'ann'})}\n"
    project.git("checkout", "--quiet", "-b", "next", head)
    head = project.commit({".github/rules.yml": policy.replace('"2999-01-01"', "2999-01-01")})
    project.commit({"a.py": leak()})
    ask = ("check", project.path, "--base", head, "--format", "json")
    accepted = readygate(*ask, "--fingerprint-key", key, "--no-cache")
    assert (accepted.status, accepted.err) == (0, "")
    refused = readygate(*ask)
    assert refused.status == 1
    assert "--fingerprint-key" in refused.err
    key.write_text("short")
    assert readygate(*ask, "--fingerprint-key", key).status == 2
    assert readygate(*ask, "--fingerprint-key", tmp_path / "none").status == 3


def test_the_hook_names_a_command_that_there_is() -> None:
    (hook,) = HOOKS
    assert hook["entry"].split()[0] == "readygate"
    assert hook["language"] == "python"
    assert run(["check", "--help"]) == 0
