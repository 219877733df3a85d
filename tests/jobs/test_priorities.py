"""Somebody who waits goes before what comes by itself, however much there is of it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from worlds import undone, worker

from app.jobs.crew import Crew
from app.jobs.world import World
from app.sandbox.sandbox import Sandbox
from app.store import targets
from app.store.database import Database
from app.store.offers import BURST, STEP_SECONDS, next_start, offer
from app.store.priorities import AUDIT, ISSUES
from app.store.repositories import KnownRepository, see_installation, see_repository

NOW, INSTALLATION, FIRST_ID = 1_800_000_000.0, 7, 5_000_000_000
REPOSITORIES = 300
BOUNDS = {ISSUES: 4, AUDIT: 2}


@pytest.fixture
async def crowded(database: Database) -> Database:
    """An installation with 300 repositories, each of which is due for its first audit."""
    async with database.transaction() as connection:
        await see_installation(connection, INSTALLATION, "acme")
        for number in range(REPOSITORIES):
            await see_repository(connection, INSTALLATION, KnownRepository(FIRST_ID + number, "acme", f"r{number}"))
            await audit(connection, number)
    return database


async def audit(connection, number: int, not_before: float = NOW - 1000) -> bool:  # type: ignore[no-untyped-def]
    repository_id = FIRST_ID + number
    return await offer(
        connection, repository_id=repository_id, kind="branch", name="main", priority=AUDIT, not_before=not_before
    )


async def bump(database: Database, number: int, kind: str, name: str) -> int:
    async with database.transaction() as connection:
        return await targets.bump(connection, repository_id=FIRST_ID + number, kind=kind, name=name, not_before=NOW)


async def found(database: Database, limit: int = 200) -> list[int]:
    async with database.transaction() as connection:
        return await targets.due(connection, NOW, limit, BOUNDS)


async def test_pull_requests_come_before_three_hundred_audits(crowded: Database) -> None:
    pushed = await bump(crowded, 3, "branch", "main")
    issues = await bump(crowded, 4, "issues", "main")
    pulls = [await bump(crowded, number, "pull", "1") for number in (1, 299, 150)]
    group = await bump(crowded, 5, "merge_group", "a" * 40)
    line = await found(crowded)
    assert set(line[:4]) == {*pulls, group}
    assert line[4:6] == [pushed, issues]
    assert len(line) == 6 + BOUNDS[AUDIT]


async def test_only_so_many_audits_run_at_once_over_all_workers(crowded: Database) -> None:
    async with crowded.transaction() as connection:
        everything = await targets.due(connection, NOW, 1000)
    assert len(everything) == REPOSITORIES

    async def claim(target_id: int) -> bool:
        async with crowded.transaction() as connection:
            held = await targets.claim(connection, target_id, holder=f"worker-{target_id}", now=NOW, bounds=BOUNDS)
            return held is not None

    outcomes = await asyncio.gather(*(claim(target_id) for target_id in everything[:12]))
    assert sum(outcomes) == BOUNDS[AUDIT]
    assert await found(crowded) == []
    pull = await bump(crowded, 9, "pull", "1")
    assert await found(crowded) == [pull]
    assert await claim(pull)
    async with crowded.transaction() as connection:
        # A worker that died holds its place no longer than its lease.
        assert len(await targets.due(connection, NOW + 61, 200, BOUNDS)) == BOUNDS[AUDIT] + 1


async def test_a_push_makes_an_audit_urgent_and_an_audit_delays_nothing(crowded: Database) -> None:
    pushed = await bump(crowded, 3, "branch", "main")
    async with crowded.transaction() as connection:
        assert not await audit(connection, 3, NOW + 9000)
    assert (await found(crowded))[0] == pushed
    async with crowded.transaction() as connection:
        held = await targets.claim(connection, pushed, holder="a", now=NOW, bounds=BOUNDS)
        assert held is not None
        await targets.finish(connection, held)
        assert await audit(connection, 3, NOW + 9000)
    assert pushed not in await found(crowded, 1000)
    again = await bump(crowded, 3, "branch", "main")
    assert again == pushed
    assert (await found(crowded))[0] == pushed


async def test_background_work_of_an_installation_is_spread_after_a_burst(crowded: Database) -> None:
    async with crowded.transaction() as connection:
        starts = [await next_start(connection, INSTALLATION, NOW) for _ in range(BURST + 100)]
        other = await next_start(connection, INSTALLATION + 1, NOW)
    assert starts[:BURST] == [NOW] * BURST
    gaps = [later - earlier for earlier, later in zip(starts[BURST:], starts[BURST + 1 :], strict=False)]
    assert gaps == [STEP_SECONDS] * len(gaps)
    assert other == NOW


async def test_the_age_of_the_backlog_leaves_out_what_is_meant_to_wait(crowded: Database) -> None:
    await bump(crowded, 1, "pull", "1")
    async with crowded.transaction() as connection:
        assert await targets.backlog(connection, NOW + 7) == (REPOSITORIES + 1, 7.0)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "github") as running:
        for number in range(6):
            running.add_repository(f"acme/r{number}")
            running.commit(f"acme/r{number}", {"README.md": "# R\n", ".github/rules.yml": RULES})
        yield running


RULES = 'version: 1\nrules: {"*": off, no-secrets: block}\n'


@pytest.fixture
async def world(sandbox: Sandbox, database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with worker(sandbox, database, tmp_path / "data") as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_pull_request_overtakes_the_first_audit_of_everything(world: World, sandbox: Sandbox) -> None:
    """The real crew: sweep, queue, leases; the pull request is opened while the first audit runs."""
    crew = Crew(world)
    running = asyncio.create_task(crew.run())
    while not any(sandbox.check_runs(f"acme/r{number}") for number in range(6)):
        await asyncio.sleep(0.02)
    head = sandbox.commit("acme/r5", {"a.txt": "a\n"}, branch="change")
    number = sandbox.open_pull_request("acme/r5", "main", "change")
    async with world.database.transaction() as connection:
        repository_id = sandbox.repository("acme/r5").id
        await targets.bump(connection, repository_id=repository_id, kind="pull", name=str(number))
    most = 0
    while not sandbox.check_runs("acme/r5", head) or not all(sandbox.check_runs(f"acme/r{n}") for n in range(6)):
        rows = await undone(world)
        most = max(most, sum(bool(row.lease_by) and row.priority == AUDIT for row in rows))
        await asyncio.sleep(0.01)
    await crew.drain()
    await asyncio.gather(running, return_exceptions=True)
    assert most == 1
    runs = sorted((run.id, name) for name in (f"acme/r{n}" for n in range(6)) for run in sandbox.check_runs(name))
    place = next(index for index, (run_id, _) in enumerate(runs) if run_id == sandbox.check_runs("acme/r5", head)[0].id)
    assert place <= 2, "the pull request came after the audits"
