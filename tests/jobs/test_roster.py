"""What GitHub never told us of is found once a day, cheaply; on both databases, with the sandbox as GitHub."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from worlds import DAY, HOUR, look, move, row_of, undone, worker

from app.jobs import roster as roster_job
from app.jobs.catch_up import LOG_SECONDS
from app.jobs.recurring import CATCH_UP, INSTALLATIONS, ROSTER
from app.jobs.run_target import run_target
from app.jobs.world import World
from app.sandbox.hub import INSTALLATION_ID
from app.sandbox.sandbox import Sandbox
from app.store import repositories, targets
from app.store.database import Database
from app.store.offers import STEP_SECONDS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
NAMES = ("acme/shop", "acme/till", "acme/stock")
RULES = 'version: 1\nrules: {"*": off, no-secrets: block}\n'


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """Three repositories of which the App hears nothing: no webhook reaches it, and GitHub's log of them is empty."""
    with Sandbox(tmp_path / "github") as running:
        for name in NAMES:
            running.add_repository(name)
            running.commit(name, {"README.md": f"# {name}\n", ".github/rules.yml": RULES})
        yield running


@pytest.fixture
async def world(sandbox: Sandbox, database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with worker(sandbox, database, tmp_path / "data") as opened:
        yield opened


def open_pull(sandbox: Sandbox, name: str, text: str = "a\n") -> tuple[int, str]:
    sha = sandbox.commit(name, {"a.txt": text}, branch=f"change-{text.strip()}")
    number = sandbox.open_pull_request(name, "main", f"change-{text.strip()}")
    assert sandbox.settle()
    sandbox.hub.hooks.log.clear()
    return number, sha


def conclusions(sandbox: Sandbox, name: str, sha: str | None = None) -> list[str | None]:
    return [run.conclusion for run in sandbox.check_runs(name, sha)]


def asked(sandbox: Sandbox, since: int) -> list[str]:
    return [f"{one.method} {one.path}" for one in sandbox.requests[since:] if "/repos/" in one.path]


async def test_what_was_there_before_the_app_is_judged(world: World, sandbox: Sandbox) -> None:
    _, head = open_pull(sandbox, NAMES[0])
    await look(world)
    assert conclusions(sandbox, NAMES[0], head) == ["success"]
    for name in NAMES:
        tip = sandbox.repository(name).bare.resolve("main")
        assert conclusions(sandbox, name, tip) == ["success"]


async def test_a_day_without_news_costs_a_request_where_pull_requests_are_open(world: World, sandbox: Sandbox) -> None:
    open_pull(sandbox, NAMES[0])
    move(world, DAY)
    await look(world)
    runs = sum(len(sandbox.check_runs(name)) for name in NAMES)
    move(world, 2 * DAY)
    before = len(sandbox.requests)
    await look(world)
    assert asked(sandbox, before) == [f"GET /repos/{NAMES[0]}/pulls"]
    assert sum(len(sandbox.check_runs(name)) for name in NAMES) == runs


async def test_heads_that_were_never_heard_of_are_judged_the_day_after(world: World, sandbox: Sandbox) -> None:
    move(world, -3 * DAY)
    await look(world)
    tip = sandbox.commit(NAMES[0], {"b.txt": "b\n"})
    _, head = open_pull(sandbox, NAMES[1])
    move(world, 3 * DAY)
    await look(world)
    assert conclusions(sandbox, NAMES[0], tip) == ["success"]
    assert conclusions(sandbox, NAMES[1], head) == ["success"]
    assert await undone(world) == [] or all(row.repository_id == 0 for row in await undone(world))


async def test_what_was_judged_is_not_judged_again(world: World, sandbox: Sandbox) -> None:
    number, head = open_pull(sandbox, NAMES[0])
    await look(world)
    target = await row_of(world, sandbox.repository(NAMES[0]).id, "pull", str(number))
    move(world, 2 * DAY)
    await look(world)
    again = await row_of(world, sandbox.repository(NAMES[0]).id, "pull", str(number))
    assert target is not None
    assert again is not None
    assert again.want == target.want
    assert len(sandbox.check_runs(NAMES[0], head)) == 1


async def test_no_audit_where_audits_are_off_and_still_every_pull_request(
    sandbox: Sandbox, database: Database, tmp_path: Path
) -> None:
    _, head = open_pull(sandbox, NAMES[0])
    async with worker(sandbox, database, tmp_path / "data", audits=0) as world:
        await look(world)
    assert conclusions(sandbox, NAMES[0], head) == ["success"]
    assert conclusions(sandbox, NAMES[1]) == []


async def test_a_repository_that_left_unheard_is_noticed(world: World, sandbox: Sandbox) -> None:
    await look(world)
    gone = sandbox.hub.world.repositories.pop(NAMES[2])
    move(world, DAY)
    await look(world)
    async with world.database.reading() as connection:
        row = await repositories.repository(connection, gone.id)
        left = await repositories.of_installation(connection, INSTALLATION_ID)
    assert row is not None
    assert row.state == "removed"
    assert row.state_since == pytest.approx(world.clock(), abs=60)
    assert len(left) == len(NAMES) - 1


async def test_a_suspension_and_its_end_are_noticed_unheard(world: World, sandbox: Sandbox) -> None:
    await look(world)
    sandbox.hub.suspended = True
    _, head = open_pull(sandbox, NAMES[0])
    async with world.database.transaction() as connection:
        repository_id = sandbox.repository(NAMES[0]).id
        await targets.bump(connection, repository_id=repository_id, kind="pull", name="1", not_before=world.clock())
    move(world, DAY)
    await look(world)
    async with world.database.reading() as connection:
        assert await repositories.installations(connection) == {INSTALLATION_ID: "suspended"}
    sandbox.hub.suspended = False
    move(world, DAY)
    await look(world)
    async with world.database.reading() as connection:
        assert await repositories.installations(connection) == {INSTALLATION_ID: "active"}
    assert conclusions(sandbox, NAMES[0], head) == ["success"]


async def test_an_installation_that_github_does_not_know_is_removed(world: World, sandbox: Sandbox) -> None:
    async with world.database.transaction() as connection:
        await repositories.see_installation(connection, 7, "gone")
        known = repositories.KnownRepository(70, "gone", "shop")
        await repositories.see_repository(connection, 7, known)
    await look(world)
    async with world.database.reading() as connection:
        assert await repositories.installations(connection) == {INSTALLATION_ID: "active"}
        row = await repositories.repository(connection, 70)
    assert row is not None
    assert row.state == "removed"


async def test_looks_at_many_repositories_are_spread(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_job, "BURST", 1)
    async with world.database.transaction() as connection:
        await repositories.see_installation(connection, INSTALLATION_ID, "acme")
        await targets.bump(connection, repository_id=0, kind=ROSTER, name=str(INSTALLATION_ID))
    (roster,) = [row for row in await undone(world) if row.kind == ROSTER]
    assert roster.id is not None
    begun = world.clock()
    await run_target(world, roster.id)
    starts = sorted(row.not_before - begun for row in await undone(world) if row.kind == "reconcile")
    assert starts == pytest.approx([0, 0, STEP_SECONDS], abs=2)


async def test_an_outage_longer_than_githubs_log_brings_the_roster_at_once(world: World, sandbox: Sandbox) -> None:
    await look(world)
    installations = await row_of(world, 0, INSTALLATIONS, "app")
    assert installations is not None
    assert installations.not_before > world.clock() + 23 * HOUR
    # Everything came back but the log was not read: another process had its lease, GitHub refused, a clock was wrong.
    move(world, LOG_SECONDS + DAY)
    async with world.database.transaction() as connection:
        await targets.bump(
            connection, repository_id=0, kind=INSTALLATIONS, name="app", not_before=world.clock() + 20 * HOUR
        )
    catching_up = await row_of(world, 0, CATCH_UP, "app")
    assert catching_up is not None
    assert catching_up.id is not None
    await run_target(world, catching_up.id)
    installations = await row_of(world, 0, INSTALLATIONS, "app")
    assert installations is not None
    assert installations.not_before <= world.clock()
