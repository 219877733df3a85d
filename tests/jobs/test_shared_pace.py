"""Two workers keep one pace and one rate gate between them, through the database they share."""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from worlds import worker

from app.github.addresses import RepositoryRef
from app.github.errors import Later
from app.github.gate import APP
from app.github.pace import GAP, LONGEST_WAIT, WINDOWS, ContentPace
from app.jobs.gate import StoredGate, StoredPlaces
from app.sandbox.sandbox import Sandbox
from app.store import repositories
from app.store.database import Database

INSTALLATION, NOW = 80_000_000_001, 1_800_000_000.0


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    """The same database as another process opens it."""
    async with database.transaction() as connection:
        await repositories.see_installation(connection, INSTALLATION, "acme")
    opened = Database(database.url)
    yield opened
    await opened.close()


async def test_places_taken_at_the_same_moment_are_a_second_apart(database: Database, other: Database) -> None:
    here, there = StoredPlaces(database), StoredPlaces(other)
    takes = [places.take(INSTALLATION, NOW, creates=True) for places in (here, there) * 5]
    taken = await asyncio.gather(*takes, return_exceptions=True)
    times = sorted(at for at in taken if isinstance(at, float))
    assert times == [NOW + GAP * index for index in range(int(LONGEST_WAIT / GAP) + 1)]
    assert {type(at) for at in taken if not isinstance(at, float)} == {Later}


@pytest.mark.slow
async def test_two_workers_stay_below_githubs_limits_together(database: Database, other: Database) -> None:
    workers, now, times = (StoredPlaces(database), StoredPlaces(other)), NOW, []
    for turn in range(430):
        try:
            at = await workers[turn % 2].take(INSTALLATION, now, creates=True)
        except Later as later:
            at = await workers[(turn + 1) % 2].take(INSTALLATION, later.until, creates=True)
        now = at
        times.append(at)
    assert min(later - earlier for earlier, later in pairwise(times)) >= GAP
    for seconds, most in WINDOWS:
        assert max(sum(at <= other_at < at + seconds for other_at in times) for at in times) == most
    async with database.reading() as connection:
        kept = await connection.exec_driver_sql("SELECT count(*) FROM write_slot")
        assert kept.scalar_one() < 2 * max(most for _, most in WINDOWS)


async def test_changes_keep_the_gap_and_use_up_no_hour(database: Database, other: Database) -> None:
    here, there = StoredPlaces(database), StoredPlaces(other)
    assert await here.take(INSTALLATION, NOW, creates=False) == NOW
    assert await there.take(INSTALLATION, NOW, creates=True) == NOW + GAP
    assert await here.take(INSTALLATION + 1, NOW, creates=True) == NOW


async def test_who_slept_past_its_place_takes_another_one(database: Database, other: Database) -> None:
    clock = [NOW]

    async def oversleep(seconds: float) -> None:
        clock[0] += seconds + (3 if clock[0] == NOW else 0)

    pace = ContentPace(lambda: clock[0], oversleep, StoredPlaces(database))
    assert await StoredPlaces(other).take(INSTALLATION, NOW, creates=True) == NOW
    async with pace.turn(INSTALLATION, creates=True):
        begun = clock[0]
    assert begun == NOW + 4
    assert await StoredPlaces(other).take(INSTALLATION, begun, creates=True) == begun + GAP


@pytest.mark.slow
async def test_issues_of_two_workers_reach_github_a_second_apart(
    database: Database, other: Database, tmp_path: Path
) -> None:
    with Sandbox(tmp_path / "github") as sandbox:
        home = sandbox.add_repository("acme/shop")
        repository = RepositoryRef(home.id, "acme", "shop", sandbox.installation_id)
        async with worker(sandbox, database, tmp_path / "a") as one, worker(sandbox, other, tmp_path / "b") as two:

            async def create(number: int) -> None:
                world = (one, two)[number % 2]
                await world.github.create_issue(repository, f"Issue {number}", "")

            begun = time.monotonic()
            await asyncio.gather(*(create(number) for number in range(4)))
            spent = time.monotonic() - begun
        assert len(sandbox.issues("acme/shop")) == 4
    assert spent >= 3 * GAP


async def test_a_gate_that_one_worker_closes_is_closed_for_the_other_at_once(
    database: Database, other: Database
) -> None:
    here, there = StoredGate(database), StoredGate(other)
    until = time.time() + 60
    for installation_id in (INSTALLATION, APP, INSTALLATION + 5):
        assert await there.closed_until(installation_id) == 0.0
        await here.close(installation_id, until)
        assert await there.closed_until(installation_id) == until
        await there.close(installation_id, until - 30)
        assert await StoredGate(database).closed_until(installation_id) == until
    async with database.reading() as connection:
        assert await repositories.installations(connection) == {INSTALLATION: "active", INSTALLATION + 5: "active"}


async def test_a_gate_is_closed_for_the_others_as_soon_as_the_database_is_back(
    database: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, until, fails = StoredGate(database), time.time() + 60, [2]

    async def away(*arguments: object) -> None:
        if fails[0]:
            fails[0] -= 1
            raise ConnectionRefusedError(111, "the database is away")
        await close(*arguments)  # type: ignore[arg-type]

    close = repositories.close_gate
    monkeypatch.setattr(repositories, "close_gate", away)
    closing = asyncio.create_task(gate.close(INSTALLATION, until))
    await asyncio.sleep(0)
    assert await gate.closed_until(INSTALLATION) == until
    await closing
    assert await StoredGate(other).closed_until(INSTALLATION) == until


async def test_asking_the_gate_waits_for_no_writer(database: Database, other: Database) -> None:
    async with database.transaction() as connection:
        await repositories.see_installation(connection, INSTALLATION + 9)
        assert await asyncio.wait_for(StoredGate(other).closed_until(INSTALLATION), 2) == 0.0


@pytest.mark.slow
async def test_asking_the_gate_costs_next_to_nothing(database: Database, other: Database) -> None:
    gate, spent = StoredGate(other), []
    for _ in range(50):
        begun = time.perf_counter()
        await gate.closed_until(INSTALLATION)
        spent.append(time.perf_counter() - begun)
    assert min(spent) < 0.005
