"""Heads, bases and runs that move back and forth, judged in this process against the sandbox."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from app.github.app import GitHubApp
from app.github.gate import MemoryGate
from app.github.tokens import GitHubCredentials
from app.jobs import run_target as run_targets
from app.jobs.backoff import PATIENCE
from app.jobs.evaluation import EvaluationPool
from app.jobs.events import Work
from app.jobs.lease import Lease, LeaseLost
from app.jobs.membership import learn_installation
from app.jobs.org_policy import list_repositories
from app.jobs.queue import IN_PROCESS, connect
from app.jobs.run_target import PARKED_SECONDS, run_target
from app.jobs.world import World
from app.sandbox.hub import INSTALLATION_ID
from app.sandbox.sandbox import Sandbox
from app.sandbox.state import CheckRun
from app.settings import Settings
from app.store import repositories, runs, targets
from app.store.database import Database
from app.store.repositories import KnownRepository
from app.store.tables import Run, Target

NAME = "acme/shop"
RULES = 'version: 1\nrules: {"*": off, no-secrets: block}\n'
pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "github") as running:
        running.add_repository("acme/.github")
        running.commit("acme/.github", {"README.md": "# Acme\n"})
        running.add_repository(NAME)
        running.commit(NAME, {"README.md": "# Shop\n", ".github/rules.yml": RULES})
        yield running


@pytest.fixture
async def world(sandbox: Sandbox, database: Database, tmp_path: Path) -> AsyncIterator[World]:
    settings = Settings(
        github_app_id=str(sandbox.app_id),
        github_private_key=SecretStr(sandbox.private_key),
        github_api_url=sandbox.api_url,
        github_git_url=sandbox.url,
        data_dir=tmp_path / "data",
        settle_seconds=0,
    )
    credentials = GitHubCredentials(settings.github_app_id, settings.private_key, settings.github_api_url)
    queue, pool = connect(IN_PROCESS), EvaluationPool(size=1, seconds=30, memory_mb=1024)
    async with GitHubApp(credentials, MemoryGate()) as github:
        yield World(settings, database, github, queue, pool)
    await pool.close()
    await queue.close()


class Pull:
    """One open pull request and its target."""

    def __init__(self, world: World, sandbox: Sandbox) -> None:
        self.world, self.sandbox = world, sandbox
        self.repository = sandbox.repository(NAME)
        self.first = sandbox.commit(NAME, {"a.txt": "a\n"}, branch="change")
        self.number = sandbox.open_pull_request(NAME, "main", "change")
        self.second = sandbox.commit(NAME, {"a.txt": "b\n"}, branch="change")
        self.move(self.first)

    def move(self, sha: str) -> None:
        self.sandbox.synchronize(NAME, self.number, sha)

    async def know(self) -> None:
        async with self.world.database.transaction() as connection:
            installation = INSTALLATION_ID
            await repositories.see_installation(connection, installation, "acme")
            known = KnownRepository(self.repository.id, "acme", "shop", default_branch="main")
            await repositories.see_repository(connection, installation, known)

    async def bump(self) -> int:
        async with self.world.database.transaction() as connection:
            return await targets.bump(connection, repository_id=self.repository.id, kind="pull", name=str(self.number))

    async def judge(self) -> None:
        target_id = await self.bump()
        await run_target(self.world, target_id)
        row = await self.row()
        assert row.done == row.want, row.error

    async def row(self) -> Target:
        async with self.world.database.transaction() as connection:
            (found,) = await targets.of_repository(connection, self.repository.id, "pull")
            return found

    def shown(self, sha: str) -> CheckRun:
        """GitHub shows the newest."""
        return self.sandbox.check_runs(NAME, sha)[-1]


@pytest.fixture
async def pull(world: World, sandbox: Sandbox) -> Pull:
    made = await asyncio.to_thread(Pull, world, sandbox)
    await made.know()
    return made


async def test_a_head_that_comes_back_after_it_was_superseded_is_judged(pull: Pull) -> None:
    await pull.judge()
    async with pull.world.database.transaction() as connection:
        (run,) = await runs.by_head(connection, pull.repository.id, pull.first)
        await runs.ended(connection, run.external_id, run.check_run_id, "superseded")
    pull.move(pull.second)
    await pull.judge()
    pull.move(pull.first)
    await pull.judge()
    assert pull.shown(pull.first).conclusion == "success"
    assert len(pull.sandbox.check_runs(NAME, pull.first)) == 2
    await pull.judge()
    assert len(pull.sandbox.check_runs(NAME, pull.first)) == 2


async def test_a_base_that_comes_back_is_shown_again(pull: Pull) -> None:
    pull.sandbox.commit(NAME, {".github/rules.yml": RULES.replace("block", "report")}, branch="release")
    await pull.judge()
    first = pull.shown(pull.first)
    pull.sandbox.edit_base(NAME, pull.number, "release")
    await pull.judge()
    second = pull.shown(pull.first)
    pull.sandbox.edit_base(NAME, pull.number, "main")
    await pull.judge()
    third = pull.shown(pull.first)
    assert len({first.id, second.id, third.id}) == 3
    assert third.conclusion == first.conclusion
    assert third.external_id not in (first.external_id, second.external_id)


async def test_an_old_run_that_github_lost_does_not_end_the_review(pull: Pull) -> None:
    target_id = await pull.bump()
    lost = Run(
        external_id="lost",
        target_id=target_id,
        repository_id=pull.repository.id,
        head_sha=pull.second,
        check_run_id=987654321,
        posts=1,
        state="started",
    )
    async with pull.world.database.transaction() as connection:
        await runs.intend(connection, lost)
    await pull.judge()
    assert pull.shown(pull.first).status == "completed"
    async with pull.world.database.transaction() as connection:
        found = await runs.find(connection, "lost")
    assert found is not None
    assert found.state == "superseded"


async def test_what_github_does_not_know_yet_is_asked_for_again(pull: Pull) -> None:
    pull.sandbox.fail_next(f"GET /repos/{NAME}/pulls/{pull.number}", 404)
    await run_target(pull.world, await pull.bump())
    row = await pull.row()
    assert row.done < row.want
    assert 0 < row.not_before - pull.world.clock() < 10
    await pull.judge()
    assert pull.shown(pull.first).status == "completed"


async def test_a_suspension_parks_the_work_and_its_end_brings_it_back(pull: Pull) -> None:
    pull.sandbox.hub.suspended = True
    async with pull.world.database.transaction() as connection:
        await repositories.set_installation_state(connection, INSTALLATION_ID, "suspended")
    await run_target(pull.world, await pull.bump())
    row = await pull.row()
    assert row.done < row.want
    assert row.not_before > pull.world.clock() + PARKED_SECONDS / 2
    assert pull.sandbox.check_runs(NAME) == []
    pull.sandbox.hub.suspended = False
    async with pull.world.database.transaction() as connection:
        await targets.wake(connection, INSTALLATION_ID)
    await pull.judge()
    assert pull.shown(pull.first).conclusion == "success"


async def test_a_job_that_hung_does_not_write_in_the_name_of_the_next_one_of_its_process(
    pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[str] = []
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def hang_once(_world: World, lease: Lease) -> None:
        if not arrived.is_set():
            arrived.set()
            await go_on.wait()
        try:
            await lease.check()
        except LeaseLost:
            outcomes.append("lost")
            raise
        outcomes.append("held")

    monkeypatch.setitem(run_targets.JOBS, "pull", hang_once)  # type: ignore[arg-type]
    target_id = await pull.bump()
    hung = asyncio.create_task(run_target(pull.world, target_id))
    await arrived.wait()
    now = time.time() + 10 * pull.world.settings.lease_seconds
    pull.world.clock = lambda: now
    second = asyncio.create_task(run_target(pull.world, target_id))
    await second
    await pull.bump()
    async with pull.world.database.transaction() as connection:
        assert await targets.claim(connection, target_id, holder="third", now=now)
    go_on.set()
    await hung
    assert outcomes == ["held", "lost"]


async def test_the_policy_of_the_organisation_is_not_left_out_at_first_contact(pull: Pull, sandbox: Sandbox) -> None:
    sandbox.commit("acme/.github", {"rules.yml": "version: 1\nrules: {license: block}\n"})
    sandbox.fail_next("GET /installation/repositories", 502, times=3)
    await run_target(pull.world, await pull.bump())
    assert sandbox.check_runs(NAME) == []
    await pull.judge()
    assert pull.shown(pull.first).conclusion == "success"  # the repository's own layer says "*": off
    assert "org acme/.github@" in f"{pull.shown(pull.first).summary}"


async def test_the_policy_of_the_organisation_is_read_through_the_api_where_git_fails(
    pull: Pull, sandbox: Sandbox
) -> None:
    sandbox.commit("acme/.github", {"rules.yml": "version: 1\nrules: {license: block}\n"})
    sandbox.fail_next("*/acme/.github.git*", 500, times=20)
    await pull.judge()
    assert "org acme/.github@" in f"{pull.shown(pull.first).summary}"


async def test_a_repository_that_is_added_later_makes_the_list_be_read_again(pull: Pull, sandbox: Sandbox) -> None:
    async with pull.world.database.transaction() as connection:
        await repositories.mark_listed(connection, INSTALLATION_ID, pull.world.clock())
    added = {"id": sandbox.repository("acme/.github").id, "full_name": "acme/.github", "private": False}
    work = Work(added=(added,))
    async with pull.world.database.transaction() as connection:
        await learn_installation(connection, INSTALLATION_ID, work)
    await list_repositories(pull.world, INSTALLATION_ID)
    async with pull.world.database.transaction() as connection:
        home = await repositories.repository_named(connection, INSTALLATION_ID, "acme", ".github")
    assert home is not None
    assert home.default_branch == "main"


async def test_a_commit_that_cannot_be_read_for_long_is_said_to_be_incomplete(world: World, pull: Pull) -> None:
    world.mirrors.parent.mkdir(parents=True, exist_ok=True)
    world.mirrors.write_text("a disk gone wrong")
    target_id = await pull.bump()
    await run_target(world, target_id)
    assert pull.sandbox.check_runs(NAME, pull.first) == []
    for _ in range(2):
        async with world.database.transaction() as connection:
            await connection.execute(update(Target).values(tries=PATIENCE, not_before=0.0))
        await run_target(world, target_id)
    (shown,) = pull.sandbox.check_runs(NAME, pull.first)
    assert (shown.conclusion, "Incomplete" in (shown.title or "")) == ("failure", True)
    world.mirrors.unlink()
    await pull.judge()
    assert pull.shown(pull.first).conclusion == "success"
