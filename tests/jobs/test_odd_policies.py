"""A rules.yml that is no plain file: it is said in the check run, and what was good before goes on judging."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from worlds import work, worker

from app.jobs import fetch
from app.jobs.run_target import run_target
from app.jobs.world import World
from app.sandbox.sandbox import Sandbox
from app.store import repositories, targets
from app.store.database import Database
from app.store.repositories import KnownRepository

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]
NAME, ORG = "acme/shop", "acme/.github"
RULES = 'version: 1\nrules: {"*": off, license: block}\n'
LINK = "120000"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'readygate.db'}"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "github") as running:
        for name in (NAME, ORG):
            running.add_repository(name)
            running.commit(name, {"README.md": "# Text\n"})
        yield running


@pytest.fixture
async def world(sandbox: Sandbox, database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with worker(sandbox, database, tmp_path / "data") as opened:
        async with database.transaction() as connection:
            await repositories.see_installation(connection, sandbox.installation_id, "acme")
            home = sandbox.repository(NAME)
            known = KnownRepository(home.id, "acme", "shop", private=False, default_branch="main")
            await repositories.see_repository(connection, sandbox.installation_id, known)
        yield opened


def link(sandbox: Sandbox, name: str, path: str, to: str = "elsewhere.yml") -> str:
    """A commit on main in which the path is a symbolic link."""
    bare = sandbox.repository(name).bare
    blob = bare.git("hash-object", "-w", "--stdin", stdin=to.encode()).decode().strip()
    index = {"GIT_INDEX_FILE": str(bare.folder / "link.index")}
    bare.git("read-tree", "main", extra=index)
    bare.git("update-index", "--add", "--cacheinfo", f"{LINK},{blob},{path}", extra=index)
    tree = bare.git("write-tree", extra=index).decode().strip()
    person = {f"GIT_{who}_{what}": f"a@b{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    sha = bare.git("commit-tree", tree, "-p", "main", "-m", "a link", extra=person).decode().strip()
    bare.set_ref("refs/heads/main", sha)
    return sha


async def judge(world: World, sandbox: Sandbox, text: str) -> str:
    """A pull request, judged; what its check run says."""
    branch = f"change-{text}"
    head = sandbox.commit(NAME, {"a.txt": text}, branch=branch)
    number = sandbox.open_pull_request(NAME, "main", branch)
    async with world.database.transaction() as connection:
        home = sandbox.repository(NAME)
        await targets.bump(connection, repository_id=home.id, kind="pull", name=str(number))
    await work(world)
    (run,) = sandbox.check_runs(NAME, head)
    return f"{run.title}\n{run.summary}\n{run.text}"


async def test_a_link_in_the_place_of_the_policy_is_named(world: World, sandbox: Sandbox) -> None:
    tip = link(sandbox, NAME, ".github/rules.yml")
    said = await judge(world, sandbox, "a")
    assert f"rules.yml@{tip[:7]} is not a plain file, it takes no part" in said.replace("\u200b", "").replace("\\", "")


async def test_the_last_good_policy_goes_on_judging(world: World, sandbox: Sandbox) -> None:
    good = sandbox.commit(NAME, {".github/rules.yml": RULES})
    assert "license" in await judge(world, sandbox, "a")
    tip = link(sandbox, NAME, ".github/rules.yml")
    said = (await judge(world, sandbox, "b")).replace("\u200b", "").replace("\\", "")
    assert f"rules.yml@{tip[:7]} is not a plain file, its last good version ({good[:7]}) judges" in said
    assert "license" in said


@pytest.mark.parametrize("way", ["git", "API"])
async def test_a_link_in_the_place_of_the_organisations_policy_is_named(
    world: World, sandbox: Sandbox, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "_fetched", {})
    tip = link(sandbox, ORG, "rules.yml")
    if way == "API":
        sandbox.fail_next("*/acme/.github.git*", 500, times=20)
    said = (await judge(world, sandbox, "a")).replace("\u200b", "").replace("\\", "")
    assert f"acme/.github: rules.yml@{tip[:7]} is not a plain file; no organisation policy applies" in said


async def test_issues_know_their_owners_on_another_workers_disk(
    world: World, sandbox: Sandbox, database: Database, tmp_path: Path
) -> None:
    sandbox.set_role(NAME, "dana", "write")
    owned = {".github/CODEOWNERS": "* @dana\n", ".github/rules.yml": RULES + "issues: {priorities: [P0, P1, P2]}\n"}
    sandbox.commit(NAME, owned)
    home = sandbox.repository(NAME)
    async with world.database.transaction() as connection:
        branch = await targets.bump(connection, repository_id=home.id, kind="branch", name="main")
    await run_target(world, branch)
    async with worker(sandbox, database, tmp_path / "another-disk") as other:
        await work(other)
    (issue,) = sandbox.issues(NAME)
    assert issue.assignees == ["dana"]
