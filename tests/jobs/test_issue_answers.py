"""Issues whose answers were lost, while what they stand for came and went."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from worlds import HOUR, move, row_of, worker

from app.jobs.run_target import run_target
from app.jobs.world import World
from app.sandbox.sandbox import Sandbox
from app.sandbox.state import Issue
from app.store import repositories, targets
from app.store.database import Database
from app.store.repositories import KnownRepository

pytestmark = pytest.mark.slow
NAME, RULE = "acme/shop", "health-endpoint"
POLICY = f'version: 1\nrules:\n  "*": off\n  {RULE}: report\n'
SERVICE = "from fastapi import FastAPI\n\napp = FastAPI()\n"
HEALTH = '\n\n@app.get("/healthz")\nasync def healthz() -> str:\n    return "ok"\n'


@dataclass
class Shop:
    """A repository whose service has a health endpoint or not, and the App that watches its main branch."""

    world: World
    sandbox: Sandbox
    id: int

    async def becomes(self, *, healthy: bool) -> None:
        """A push to main, judged; its issues are due."""
        files = {".github/rules.yml": POLICY, "requirements.txt": "fastapi==0.115.6\n"}
        source = SERVICE + (HEALTH if healthy else "")
        await asyncio.to_thread(self.sandbox.commit, NAME, files | {"main.py": source}, branch="main")
        async with self.world.database.transaction() as connection:
            await targets.bump(connection, repository_id=self.id, kind="branch", name="main")
        await self.run("branch")

    async def run(self, kind: str = "issues") -> None:
        """One try of the target, however long it was told to wait."""
        move(self.world, HOUR)
        target = await row_of(self.world, self.id, kind, "main")
        assert target is not None
        assert target.done < target.want
        await run_target(self.world, target.id or 0)

    @property
    def issue(self) -> Issue:
        (found,) = self.sandbox.issues(NAME)
        return found

    def lose_answer(self, method: str) -> None:
        self.sandbox.fail_next(f"{method} /repos/{NAME}/issues", 0, after_apply=True)


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> AsyncIterator[Shop]:
    with Sandbox(tmp_path / "github") as sandbox:
        home = sandbox.add_repository(NAME)
        async with worker(sandbox, database, tmp_path / "app") as world:
            async with database.transaction() as connection:
                await repositories.see_installation(connection, sandbox.installation_id, "acme")
                known = KnownRepository(home.id, "acme", "shop", private=False, default_branch="main")
                await repositories.see_repository(connection, sandbox.installation_id, known)
            yield Shop(world, sandbox, home.id)


async def test_an_issue_nobody_heard_of_is_closed_when_its_gap_has_gone(shop: Shop) -> None:
    await shop.becomes(healthy=False)
    shop.lose_answer("POST")
    await shop.run()
    assert shop.issue.state == "open"
    await shop.becomes(healthy=True)
    await shop.run()
    assert (shop.issue.state, len(shop.issue.comments)) == ("closed", 1)


async def test_an_issue_nobody_heard_of_is_found_and_written_anew(shop: Shop) -> None:
    await shop.becomes(healthy=False)
    shop.lose_answer("POST")
    await shop.run()
    shop.issue.title = "What an older verdict said"
    await shop.run()
    assert shop.issue.title == "Readiness: Health endpoint"
    assert shop.issue.state == "open"


async def test_an_issue_nobody_heard_of_that_a_human_closed_stays_closed(shop: Shop) -> None:
    await shop.becomes(healthy=False)
    shop.lose_answer("POST")
    await shop.run()
    shop.issue.state = "closed"
    await shop.run()
    assert shop.issue.state == "closed"


async def test_a_gap_that_comes_back_while_its_issue_was_closed_opens_it_again(shop: Shop) -> None:
    await shop.becomes(healthy=False)
    await shop.run()
    await shop.becomes(healthy=True)
    shop.lose_answer("PATCH")
    await shop.run()
    assert shop.issue.state == "closed"
    await shop.becomes(healthy=False)
    await shop.run()
    assert shop.issue.state == "open"


async def test_a_gap_that_goes_while_its_issue_was_opened_again_closes_it(shop: Shop) -> None:
    await shop.becomes(healthy=False)
    await shop.run()
    await shop.becomes(healthy=True)
    await shop.run()
    await shop.becomes(healthy=False)
    shop.lose_answer("PATCH")
    await shop.run()
    assert shop.issue.state == "open"
    await shop.becomes(healthy=True)
    await shop.run()
    assert shop.issue.state == "closed"


async def test_an_issue_that_never_was_is_created_once(shop: Shop) -> None:
    await shop.becomes(healthy=False)
    shop.sandbox.fail_next(f"POST /repos/{NAME}/issues", 0)
    await shop.run()
    assert shop.sandbox.issues(NAME) == []
    await shop.run()
    assert shop.issue.state == "open"
