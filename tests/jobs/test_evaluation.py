import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from app.jobs import evaluation
from app.jobs.evaluation import EvaluationFailed, EvaluationPool

LAYER = {"name": "repository", "path": "acme/shop:.github/rules.yml", "commit": "c" * 40}


@pytest.fixture
async def pool() -> AsyncIterator[EvaluationPool]:
    opened = EvaluationPool(size=2, seconds=30, memory_mb=2048)
    yield opened
    await opened.close()


async def choose(pool: EvaluationPool, *texts: str, good: str = "") -> dict[str, object]:
    layers = [LAYER | {"text": text} for text in texts]
    known = [LAYER | {"text": good, "commit": "d" * 40}] if good else []
    return await pool.ask("policy", layers=layers, known_good=known)


async def test_equal_policies_have_equal_digests(pool: EvaluationPool) -> None:
    nothing, again = await asyncio.gather(choose(pool), choose(pool))
    other = await choose(pool, "version: 1\nrules: {health-endpoint: block}\n")
    assert nothing["digest"] == again["digest"] != other["digest"]
    assert [layer["commit"] for layer in other["sound"]] == ["c" * 40]  # type: ignore[attr-defined]


async def test_a_broken_policy_gives_way_to_the_last_good_one(pool: EvaluationPool) -> None:
    good = "version: 1\nrules: {health-endpoint: block}\n"
    expected = await choose(pool, good)
    broken = await choose(pool, "version: 1\nrulez: {}\n", good=good)
    assert broken["digest"] == expected["digest"]
    assert broken["sound"] == []
    (note,) = broken["notes"]  # type: ignore[misc]
    assert "rulez" in note
    assert "ddddddd" in note


async def test_an_unforeseen_error_names_its_type_and_nothing_of_the_content(pool: EvaluationPool) -> None:
    with pytest.raises(EvaluationFailed) as failed:
        await pool.ask("policy", layers="canary-value", known_good=[])
    assert "canary" not in str(failed.value)
    assert "TypeError" in str(failed.value)
    assert (await choose(pool))["digest"]


async def test_a_child_that_is_killed_is_replaced(pool: EvaluationPool) -> None:
    await choose(pool)
    (child,) = pool._children
    os.kill(child._process.pid, signal.SIGKILL)
    await child._process.wait()
    assert (await choose(pool))["digest"]


async def test_a_child_killed_while_it_works_is_an_incomplete_evaluation(pool: EvaluationPool) -> None:
    await choose(pool)
    (child,) = pool._children
    os.kill(child._process.pid, signal.SIGSTOP)
    asked = asyncio.create_task(choose(pool))
    await asyncio.sleep(0.05)
    os.kill(child._process.pid, signal.SIGKILL)
    with pytest.raises(EvaluationFailed, match="status -9"):
        await asked
    assert (await choose(pool))["digest"]


async def test_an_evaluation_that_takes_too_long_is_killed() -> None:
    pool = EvaluationPool(size=1, seconds=30, memory_mb=2048)
    await choose(pool)
    (child,) = pool._children
    pool._seconds = 0.2
    os.kill(child._process.pid, signal.SIGSTOP)
    with pytest.raises(EvaluationFailed, match="stopped after"):
        await choose(pool)
    assert await child._process.wait() == -signal.SIGKILL
    pool._seconds = 30
    assert (await choose(pool))["digest"]
    await pool.close()


async def test_a_cancelled_question_leaves_no_answer_for_the_next(pool: EvaluationPool) -> None:
    for _ in range(3):
        asked = asyncio.create_task(choose(pool, "version: 1\n"))
        await asyncio.sleep(0.01)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
    assert (await choose(pool))["sound"] == []


async def test_no_more_children_than_asked_for_work_at_once(pool: EvaluationPool) -> None:
    await asyncio.gather(*(choose(pool) for _ in range(8)))
    assert len(pool._children) <= 2


async def test_children_see_no_settings_of_the_app(pool: EvaluationPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READYGATE_GITHUB_WEBHOOK_SECRET", "canary")
    process = await evaluation._spawn(2048)
    if os.path.exists(f"/proc/{process.pid}/environ"):  # noqa: PTH110 - a look at the kernel's own file
        with open(f"/proc/{process.pid}/environ", "rb") as environment:  # noqa: PTH123
            assert b"READYGATE" not in environment.read()
    process.kill()
    await process.wait()
