"""The scan cache: quick when it works, harmless when it does not."""

import random
from pathlib import Path

import pytest

from app.git.scan_cache import ScanCache


def test_what_was_put_is_found_by_another(tmp_path: Path) -> None:
    facts = {f"key{number}": bytes([number % 256]) for number in range(1200)}
    ScanCache(tmp_path / "a" / "scan.sqlite3").put(facts)
    assert ScanCache(tmp_path / "a" / "scan.sqlite3").get([*facts, "other", "key1"]) == facts


def test_damage_is_as_good_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "scan.sqlite3"
    path.write_bytes(b"rubbish" * 1000)
    cache = ScanCache(path)
    assert cache.get(["a"]) == {}
    cache.put({"a": b"1"})
    cache.put({"a": b"1"})
    assert cache.get(["a"]) == {"a": b"1"}


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    cache = ScanCache(tmp_path / "file" / "scan.sqlite3")
    cache.put({"a": b"1"})
    assert cache.get(["a"]) == {}


def test_it_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.git.scan_cache.MAX_ROWS", 10)
    cache = ScanCache(tmp_path / "scan.sqlite3")
    for number in range(4):
        cache.put({f"{number}-{index}": b"x" for index in range(4)})
    kept = cache.get([f"{number}-{index}" for number in range(4) for index in range(4)])
    assert 4 <= len(kept) <= 10


def test_a_tree_is_kept_for_its_repository_and_plan(tmp_path: Path) -> None:
    path = tmp_path / "scan.sqlite3"
    ScanCache(path, "one").put_tree("plan", b"old")
    ScanCache(path, "one").put_tree("plan", b"new" * 1000)
    assert ScanCache(path, "one").get_tree("plan") == b"new" * 1000
    assert ScanCache(path, "one").get_tree("other plan") is None
    assert ScanCache(path, "two").get_tree("plan") is None


def test_the_oldest_trees_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.git.scan_cache.MAX_TREE_BYTES", 3_500)
    for number in range(6):
        ScanCache(tmp_path / "scan.sqlite3", f"{number}").put_tree("plan", random.Random(number).randbytes(1000))
    kept = [number for number in range(6) if ScanCache(tmp_path / "scan.sqlite3", f"{number}").get_tree("plan")]
    assert kept == [3, 4, 5]
