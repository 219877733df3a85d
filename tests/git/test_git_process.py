"""Git runs alone: no configuration of others, no endless output, no secrets in messages."""

import os
import time
from pathlib import Path

import pytest
from git_world import Repo

from app.git.errors import GitError
from app.git.process import Git, redact


def test_hooks_and_user_configuration_are_off(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[alias]\n\tboo = !touch " + str(tmp_path / "ran") + "\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'user.name=mallory'")
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    git = Git(repo.path / ".git")
    with pytest.raises(GitError):
        git.run("boo")
    with pytest.raises(GitError):
        git.run("config", "--get", "user.name")
    assert not (tmp_path / "ran").exists()


def test_a_monitor_named_by_the_repository_is_not_started(repo: Repo, tmp_path: Path) -> None:
    script = tmp_path / "monitor"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    repo.commit({"a": "1\n"})
    repo.git("config", "core.fsmonitor", str(script))
    git = Git(repo.path / ".git", work_tree=repo.path, directory=repo.path)
    assert git.run("ls-files", "--others", "--exclude-standard") == b""
    assert not (tmp_path / "ran").exists()


def test_too_much_output_is_an_error(repo: Repo) -> None:
    repo.commit({"a": "x" * 5000})
    git = Git(repo.path / ".git")
    with pytest.raises(GitError, match="gave more than"):
        git.run("cat-file", "blob", "HEAD:a", limit=4000)


def test_a_slow_git_is_killed_with_its_children(repo: Repo, tmp_path: Path) -> None:
    git = Git(repo.path / ".git")
    started = time.monotonic()
    with pytest.raises(GitError, match="took too long"):
        git.run("-c", f"alias.nap=!echo $$ > {tmp_path}/pid; sleep 60", "nap", timeout=0.5)
    assert time.monotonic() - started < 10
    pid = int((tmp_path / "pid").read_text())
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.02)
    pytest.fail("the child of git still runs")


def test_no_protocol_but_the_one_asked_for(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": "1\n"})
    with pytest.raises(GitError, match="not allowed"):
        Git(repo.path / ".git").run("ls-remote", f"file://{repo.path}")
    with pytest.raises(GitError, match="not allowed"):
        Git(repo.path / ".git").run("ls-remote", f"ext::touch {tmp_path}/ran")
    assert not (tmp_path / "ran").exists()


def test_messages_carry_no_credentials() -> None:
    token = "gh" + "s_" + "A" * 40 + ".b-c"
    text = redact(f"fatal: {token} at https://user:pw@host/x\nAuthorization: Basic abc=\x1b[31m", "other")
    assert token not in text
    assert "pw" not in text
    assert "abc=" not in text
    assert "\x1b" not in text
    assert redact("it said hunter2", "hunter2") == "it said ***"


def test_a_missing_repository_is_an_error_not_another_one(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="no git repository"):
        Git(tmp_path / "none").run("rev-parse", "HEAD")
