"""What goes from a worker's disk, and what never does."""

import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from app.git.lock import locked
from app.jobs import mirrors
from app.jobs.mirrors import IN_USE_SECONDS, care_for_mirrors, enforce_quota, remove_mirrors
from app.jobs.world import World
from app.store import repositories
from app.store.database import Database
from app.store.repositories import KnownRepository

NOW = 1_800_000_000.0
MB = 1024 * 1024


def mirror(folder: Path, number: int, *, used: float = NOW - 10 * IN_USE_SECONDS, megabytes: int = 1) -> Path:
    path = folder / f"{number}.git"
    (path / "objects").mkdir(parents=True)
    (path / "objects" / "pack").write_bytes(os.urandom(megabytes * MB))
    lock = path.with_suffix(".lock")
    lock.touch()
    for place in (path, lock):
        os.utime(place, (used, used))
    return path


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.endswith(".git"))


def test_only_mirrors_of_repositories_without_access_go(tmp_path: Path) -> None:
    for number in (1, 2):
        mirror(tmp_path, number)
    (tmp_path / "notes.git").mkdir()
    (tmp_path / ".3.git.abc.old").mkdir()
    assert remove_mirrors(tmp_path, {1}, NOW) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.git", "1.lock", "2.lock", "notes.git"]
    assert remove_mirrors(tmp_path / "absent", set(), NOW) == 0


def test_the_least_recently_used_go_until_the_rest_fits(tmp_path: Path) -> None:
    for number, hours in ((1, 9), (2, 7), (3, 8), (4, 5)):
        mirror(tmp_path, number, used=NOW - hours * 3600)
    assert enforce_quota(tmp_path, 2 * MB + 100_000, NOW) == 2
    assert left(tmp_path) == ["2.git", "4.git"]
    assert enforce_quota(tmp_path, 2 * MB + 100_000, NOW) == 0


def test_what_was_used_lately_or_is_locked_stays_whatever_the_quota(tmp_path: Path) -> None:
    mirror(tmp_path, 1, used=NOW - IN_USE_SECONDS / 2)
    held = mirror(tmp_path, 2)
    mirror(tmp_path, 3)
    with locked(held.with_suffix(".lock")):
        os.utime(held.with_suffix(".lock"), (NOW - 9e5, NOW - 9e5))
        assert enforce_quota(tmp_path, 1, NOW) == 1
    assert left(tmp_path) == ["1.git", "2.git"]


def test_a_fetch_counts_as_use(tmp_path: Path) -> None:
    path = mirror(tmp_path, 1)
    with locked(path.with_suffix(".lock")):
        pass
    assert enforce_quota(tmp_path, 1) == 0
    assert left(tmp_path) == ["1.git"]


def test_without_a_quota_only_a_full_disk_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror(tmp_path, 1)
    monkeypatch.setattr(mirrors, "RESERVE_BYTES", 0)
    assert enforce_quota(tmp_path, 0, NOW) == 0
    monkeypatch.setattr(mirrors, "RESERVE_BYTES", 2**60)
    assert enforce_quota(tmp_path, 0, NOW) == 1


async def test_one_round_asks_the_database_and_keeps_the_quota(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "mirrors"
    async with database.transaction() as connection:
        for installation_id in (7, 8):
            await repositories.see_installation(connection, installation_id, "acme")
        for number, installation_id in ((1, 7), (2, 7), (3, 7), (4, 8)):
            known = KnownRepository(number, "acme", f"r{number}", archived=number == 3)
            await repositories.see_repository(connection, installation_id, known)
        await repositories.set_installation_state(connection, 8, "removed", NOW)
    old = time.time() - 10 * IN_USE_SECONDS
    for number in (1, 2, 3, 4, 5):
        mirror(folder, number, used=old + number)
    world = SimpleNamespace(database=database, mirrors=folder, settings=SimpleNamespace(mirror_quota_mb=0))
    assert await care_for_mirrors(cast("World", world)) == 3
    assert left(folder) == ["1.git", "2.git"]
    world.settings.mirror_quota_mb = 1
    assert await care_for_mirrors(cast("World", world)) >= 1
    assert "1.git" not in left(folder)
