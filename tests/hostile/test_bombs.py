"""Small files that are dear to read: each costs seconds at most, and together they stay within the memory limit."""

import json
import time
from datetime import date
from pathlib import Path

import pytest
from bombs import BOMBS
from running import MEMORY_LIMIT, check
from trees import SERVICE, Tree, build

from app.readiness.catalogue import builtin_rules, read_catalogue
from app.readiness.detectors import build_detectors
from app.readiness.evaluate import Inputs, evaluate
from app.readiness.snapshot import MemorySnapshot
from app.readiness.status import Status

pytestmark = pytest.mark.slow
CATALOGUE = read_catalogue(builtin_rules())
SERVER = {path.decode(): text.decode() for path, text in SERVICE.items()}
# What each takes here is at most a third of it.
SECONDS = 12.0


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_only_its_own_facts(name: str) -> None:
    path, text = BOMBS[name]
    inputs = Inputs(today=date(2026, 11, 20), detectors=build_detectors(secret_key=b"k" * 32))
    started = time.process_time()
    results = evaluate(MemorySnapshot({**SERVER, path: text}), CATALOGUE, sorted(CATALOGUE.rules), inputs).results
    assert time.process_time() - started < SECONDS
    assert [result.rule for result in results.values() if result.status is Status.ERROR] == []
    assert results["health-endpoint"].status is Status.IMPLEMENTED


def test_all_bombs_in_one_tree(tmp_path: Path) -> None:
    tree = Tree("bombs", lambda: ((path.encode(), text.encode()) for path, text in BOMBS.values()), checked_out=False)
    repository = build(tree, tmp_path / "repository")
    ran = check(repository.path, tmp_path, "--format", "json", "--head", "main", seconds=110)
    verdict = json.loads(ran.out)
    assert "Traceback" not in ran.err
    assert verdict["complete"] is True
    health = next(rule for rule in verdict["rules"] if rule["id"] == "health-endpoint")
    assert health["status"] == "implemented"
    assert ran.peak < MEMORY_LIMIT, f"{ran.peak / 2**20:.0f} MB"
