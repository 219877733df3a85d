"""Twenty commits as pull requests, through a partial mirror: nothing is scanned twice, nothing is judged otherwise."""

from collections.abc import Callable
from pathlib import Path

import pytest
from generated import write_history
from replaying import Replay, first_parents, replay

from app.git.mirror import Mirror
from app.jobs import evaluator
from app.sandbox.sandbox import Sandbox

COMMITS = 20
pytestmark = pytest.mark.slow


def replayed(folder: Path) -> Replay:
    shop = write_history(folder / "shop")
    with Sandbox(folder / "github") as github:
        github.add_repository("acme/shop", shop.path)
        mirror = Mirror(folder / "mirrors", 1)
        token = github.hub.credentials.mint({"contents": "read"}, None).text
        pairs = first_parents(shop.path / ".git", "main", COMMITS)
        return replay(mirror.path, pairs, folder / "cache.db", _arrival(mirror, f"{github.url}/acme/shop.git", token))


def _arrival(mirror: Mirror, url: str, token: str) -> Callable[[str, str], None]:
    def arrive(base: str, head: str) -> None:
        mirror.fetch(url, [base, head], token)
        request = {"git_dir": str(mirror.path), "head": head, "against": base, "policy": base}
        survey = evaluator.survey(request)
        assert survey["base"] == base
        mirror.fetch_blobs(url, survey["blobs"], token)

    return arrive


def test_nothing_is_scanned_twice_and_nothing_judged_otherwise(tmp_path: Path) -> None:
    """As many scans as there are different questions about blobs; every verdict is that of a full scan."""
    done = replayed(tmp_path)
    assert len(done.judged) == COMMITS
    assert {one.head: one.differs for one in done.judged if one.differs} == {}
    assert done.faults == []
    assert done.scanned == done.kept == done.distinct
    first, *later = done.judged
    assert first.scanned == first.scanned_in_full > 10
    assert sum(one.scanned for one in later) < sum(one.scanned_in_full for one in later) / 5
