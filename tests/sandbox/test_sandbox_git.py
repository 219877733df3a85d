"""Git over HTTP with the real git client."""

import os
import subprocess
from pathlib import Path

from sandbox_world import REPOSITORY, git, token_of

from app.sandbox.sandbox import Sandbox


def address(sandbox: Sandbox, token: str, name: str = REPOSITORY) -> str:
    return f"{sandbox.url.replace('//', f'//x-access-token:{token}@')}/{name}.git"


def attempt(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git and return what became of it; no helper may be asked for a password."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment = clean | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(["git", *arguments], capture_output=True, text=True, env=environment, check=False)


def test_a_token_clones_and_fetches_every_head(sandbox: Sandbox, source: Path, tmp_path: Path) -> None:
    number = sandbox.open_pull_request(REPOSITORY, "main", "change", fork=True)
    url = address(sandbox, token_of(sandbox)["token"])
    git(tmp_path, "clone", "--quiet", url, "copy")
    copy = tmp_path / "copy"
    assert (copy / "app.py").read_text() == (source / "app.py").read_text()
    git(copy, "fetch", "--quiet", "origin", f"refs/pull/{number}/head")
    assert git(copy, "rev-parse", "FETCH_HEAD") == git(source, "rev-parse", "change")


def test_single_commits_can_be_fetched_shallow_and_without_blobs(
    sandbox: Sandbox, source: Path, tmp_path: Path
) -> None:
    sha = git(source, "rev-parse", "change")
    url = address(sandbox, token_of(sandbox)["token"])
    git(tmp_path, "init", "--quiet", "--bare", "bare")
    bare = tmp_path / "bare"
    git(bare, "fetch", "--quiet", "--depth=1", "--filter=blob:none", url, sha)
    missing = git(bare, "rev-list", "--objects", "--missing=print", sha).splitlines()
    assert sum(line.startswith("?") for line in missing) == 3
    assert git(bare, "rev-list", "--count", sha) == "1"


def test_without_a_good_token_nothing_is_read(sandbox: Sandbox, tmp_path: Path) -> None:
    for url in (f"{sandbox.url}/{REPOSITORY}.git", address(sandbox, "ghs_wrong")):
        refused = attempt("ls-remote", url)
        assert refused.returncode != 0
        assert "terminal prompts disabled" in refused.stderr or "Authentication failed" in refused.stderr


def test_a_token_for_another_repository_or_without_contents_is_refused(sandbox: Sandbox) -> None:
    sandbox.add_repository("acme/other")
    other = token_of(sandbox, repositories=["other"])["token"]
    assert "not found" in attempt("ls-remote", address(sandbox, other)).stderr
    checks = token_of(sandbox, permissions={"checks": "write"})["token"]
    assert "403" in attempt("ls-remote", address(sandbox, checks)).stderr
    whole = token_of(sandbox)["token"]
    assert "not found" in attempt("ls-remote", address(sandbox, whole, "acme/nothing")).stderr


def test_a_push_is_refused(sandbox: Sandbox, source: Path) -> None:
    url = address(sandbox, token_of(sandbox)["token"])
    assert attempt("-C", str(source), "push", url, "main:other").returncode != 0
    assert sandbox.repository(REPOSITORY).bare.resolve("other") is None


def test_git_requests_are_recorded(sandbox: Sandbox) -> None:
    attempt("ls-remote", address(sandbox, token_of(sandbox)["token"]))
    seen = [(one.path, one.status) for one in sandbox.requests if one.path.startswith("git ")]
    assert seen[-1][1] == 200
    assert seen[-1][0].startswith(f"git /{REPOSITORY}.git/")
