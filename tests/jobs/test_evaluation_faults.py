"""Evaluation processes that fail, hang or are signalled, and what the next request gets."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from app.jobs.evaluation import EvaluationFailed, EvaluationPool

POLICY = {"layers": [], "known_good": []}


async def test_a_request_after_a_stopped_one_gets_a_living_child() -> None:
    pool = EvaluationPool(size=1, seconds=60, memory_mb=2048)
    assert (await pool.ask("policy", **POLICY))["digest"]
    (child,) = pool._children
    os.kill(child._process.pid, signal.SIGSTOP)
    hanging = asyncio.create_task(pool.ask("policy", **POLICY))
    waiting = asyncio.create_task(pool.ask("policy", **POLICY))
    await asyncio.sleep(0.1)
    # The place is taken by the next one before the system has told of the child's end.
    hanging.cancel()
    assert (await waiting)["digest"]
    await pool.close()


async def test_a_child_that_failed_is_not_asked_again() -> None:
    pool = EvaluationPool(size=1, seconds=60, memory_mb=2048)
    with pytest.raises(EvaluationFailed):
        await pool.ask("judge")
    (failed,) = pool._children
    assert (await pool.ask("policy", **POLICY))["digest"]
    assert not failed.is_alive
    await pool.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_to_the_whole_group_is_left_to_the_parent(number: signal.Signals) -> None:
    pool = EvaluationPool(size=1, seconds=60, memory_mb=2048)
    await pool.ask("policy", **POLICY)
    (child,) = pool._children
    os.kill(child._process.pid, number)
    assert (await pool.ask("policy", **POLICY))["digest"]
    assert child.is_alive
    await pool.close()
    assert not child.is_alive


async def test_a_package_in_the_current_folder_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit('the wrong package')\n")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    monkeypatch.chdir(tmp_path)
    pool = EvaluationPool(size=1, seconds=60, memory_mb=2048)
    assert (await pool.ask("policy", **POLICY))["digest"]
    await pool.close()
