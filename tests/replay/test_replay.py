"""Twenty commits as pull requests, through a partial mirror: nothing is scanned twice, nothing is judged otherwise."""

from collections.abc import Callable

import pytest
from generated import write_history
from replaying import Replay, first_parents, replay

from app.git.mirror import Mirror
from app.jobs import evaluator
from app.sandbox.sandbox import Sandbox

COMMITS = 20
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    folder = tmp_path_factory.mktemp("replay")
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
        request = {"git_dir": str(mirror.path), "head": head, "base": base, "policy": base}
        mirror.fetch_blobs(url, evaluator.missing(request)["blobs"], token)

    return arrive


def test_every_verdict_is_that_of_a_full_scan(done: Replay) -> None:
    assert len(done.judged) == COMMITS
    assert {one.head: one.differs for one in done.judged if one.differs} == {}


def test_no_blob_is_scanned_twice(done: Replay) -> None:
    """As many scans as there are different questions about blobs, and not one more."""
    assert done.faults == []
    assert done.scanned == done.kept == done.distinct
    first, *later = done.judged
    assert first.scanned == first.scanned_in_full > 10
    assert sum(one.scanned for one in later) < sum(one.scanned_in_full for one in later) / 5
