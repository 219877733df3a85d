"""What the evaluation process remembers of repositories is bounded, and changes no verdict."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.jobs import evaluator


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    evaluator.EARLIER.clear()
    yield
    evaluator.EARLIER.clear()


def commits(folder: Path) -> tuple[str, str]:
    """A base and a head of two small files."""
    git = ("git", "-C", str(folder), "-c", "user.name=ann", "-c", "user.email=ann@example.com")
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    found = []
    for text in ("# Shop\n", "# Shop\n\n## Roll back\n\nDeploy the last one.\n"):
        (folder / "README.md").write_text(text)
        (folder / "Dockerfile").write_text("FROM node:20\n")
        subprocess.run([*git, "add", "--all"], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", "change"], check=True)
        done = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
        found.append(done.stdout.strip())
    return found[0], found[1]


def judge(folder: Path, base: str, head: str) -> dict[str, Any]:
    answer = evaluator.judge({
        "git_dir": str(folder / ".git"), "head": head, "base": base, "head_sha": head, "base_sha": base,
        "base_ref": "main", "layers": [], "notes": [], "repository": "acme/shop", "secret_key": "00" * 32,
        "today": "2026-11-20", "scan_cache": str(folder / "cache.db"),
    })  # fmt: skip
    verdict: dict[str, Any] = json.loads(answer["verdict"])
    return verdict


def test_a_base_that_was_judged_is_not_judged_again(tmp_path: Path) -> None:
    base, head = commits(tmp_path / "shop")
    first, again = judge(tmp_path / "shop", base, head), judge(tmp_path / "shop", base, head)
    (earlier,) = evaluator.EARLIER.values()
    assert earlier.files == len(("README.md", "Dockerfile"))
    first_stats, stats = first.pop("stats"), again.pop("stats")
    assert again == first
    assert (first_stats["blobs_scanned"], stats["blobs_scanned"], stats["bytes"]) == (3, 0, 0)
    assert stats["blobs_cached"] == 2 * stats["files"]


@pytest.mark.parametrize(
    ("limit", "value", "left"), [("REPOSITORIES", 2, 2), ("REMEMBERED", 2, 1), ("REMEMBERED", 1, 0)]
)
def test_the_repositories_judged_longest_ago_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, left: int
) -> None:
    monkeypatch.setattr(evaluator, limit, value)
    for name in "abc":
        judge(tmp_path / name, *commits(tmp_path / name))
    names = [Path(git_dir).parent.name for git_dir, _ in evaluator.EARLIER]
    assert names == ["a", "b", "c"][3 - left :]
