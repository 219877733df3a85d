"""The life of an installation and its repositories, told by the deliveries GitHub sends, one after the other."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from worlds import DAY, move, row_of, undone, work, worker

from app.jobs.handle_delivery import handle_delivery
from app.jobs.intake import slim
from app.jobs.roster import learn_repositories
from app.jobs.run_target import PARKED_SECONDS, run_target
from app.jobs.world import World
from app.readiness.detectors.secrets.forge import forge
from app.sandbox import shapes
from app.sandbox.hub import INSTALLATION_ID
from app.sandbox.sandbox import Sandbox
from app.sandbox.state import Repository as Home
from app.store import repositories, retention, targets
from app.store.database import Database
from app.store.inbox import Inbox
from app.store.retention import REMOVED_DAYS
from app.store.tables import Repository, Target

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
NAME, OTHER = "acme/shop", "acme/till"
RULES = 'version: 1\nrules: {"*": off, no-secrets: report}\nissues: {priorities: [P0]}\n'


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "github") as running:
        for name in (NAME, OTHER):
            running.add_repository(name, private=True)
            running.commit(name, {"README.md": f"# {name}\n", ".github/rules.yml": RULES})
        yield running


@pytest.fixture
async def world(sandbox: Sandbox, database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with worker(sandbox, database, tmp_path / "data") as opened:
        yield opened


class Told:
    """GitHub as it tells the App, and what the App knows and did afterwards."""

    def __init__(self, world: World, sandbox: Sandbox) -> None:
        self.world, self.sandbox, self.hub = world, sandbox, sandbox.hub
        self.home: Home = sandbox.repository(NAME)

    async def deliver(self, event: str, **parts: Any) -> None:
        """One webhook, handled; nothing of what it made due is done yet."""
        guid = str(uuid4())
        person = shapes.person(self.hub.developer, self.hub.links)
        payload = {"installation": self.hub.installation(), "sender": person, **parts}
        row = slim(guid=guid, event=event, payload=payload, received_at=time.time(), via="webhook")
        assert row.state == "received", f"{event} is not routed"
        await Inbox(self.world.database).keep(row)
        await handle_delivery(self.world, guid)

    async def installation(self, action: str, *names: str) -> None:
        listed = [{"id": self.sandbox.repository(n).id, "full_name": n, "private": True} for n in names]
        await self.deliver("installation", action=action, repositories=listed)

    async def repository(self, action: str, **more: Any) -> None:
        await self.deliver("repository", action=action, repository=shapes.repository(self.home, self.hub.links), **more)

    async def at_work(self) -> None:
        await work(self.world)

    async def row(self) -> Repository:
        async with self.world.database.reading() as connection:
            found = await repositories.repository(connection, self.home.id)
        assert found is not None
        return found

    async def target(self, kind: str, name: str) -> Target:
        found = await row_of(self.world, self.home.id, kind, name)
        assert found is not None
        return found

    def tip(self, branch: str = "main") -> str:
        return self.home.bare.resolve(branch) or ""

    def runs(self, sha: str = "") -> list[str | None]:
        return [run.conclusion for run in self.sandbox.check_runs(self.home.full_name, sha or self.tip())]

    async def pull(self) -> tuple[int, str]:
        sha = self.sandbox.commit(self.home.full_name, {"a.txt": "a\n"}, branch="change")
        return self.sandbox.open_pull_request(self.home.full_name, "main", "change"), sha

    async def want_pull(self, number: int) -> Target:
        async with self.world.database.transaction() as connection:
            await targets.bump(
                connection, repository_id=self.home.id, kind="pull", name=str(number), not_before=self.world.clock()
            )
        return await self.target("pull", str(number))

    async def try_pull(self, number: int) -> Target:
        target = await self.want_pull(number)
        assert target.id is not None
        await run_target(self.world, target.id)
        return await self.target("pull", str(number))


@pytest.fixture
async def told(world: World, sandbox: Sandbox) -> Told:
    """Installed, and the first audit done."""
    known = Told(world, sandbox)
    await known.installation("created", NAME)
    await known.at_work()
    return known


async def test_an_installation_is_audited_at_once(told: Told) -> None:
    assert told.runs() == ["success"]
    # The payload named one of them; the list names both, and their default branches.
    other = told.sandbox.repository(OTHER)
    assert [run.conclusion for run in told.sandbox.check_runs(OTHER)] == ["success"]
    async with told.world.database.reading() as connection:
        row = await repositories.repository(connection, other.id)
    assert row is not None
    assert row.default_branch == "main"


async def test_repositories_that_are_added_are_audited_and_removed_ones_left_alone(told: Told) -> None:
    number, head = await told.pull()
    await told.deliver(
        "installation_repositories",
        action="removed",
        repositories_added=[],
        repositories_removed=[{"id": told.home.id}],
    )
    await told.want_pull(number)
    await told.at_work()
    assert (await told.row()).state == "removed"
    assert told.runs(head) == []
    assert [row for row in await undone(told.world) if row.repository_id] == []
    added = {"id": told.home.id, "full_name": NAME, "private": True}
    # A look within the day is not repeated, except for what was not ours meanwhile.
    await told.deliver("installation_repositories", action="added", repositories_added=[added], repositories_removed=[])
    await told.at_work()
    assert (await told.row()).state == "active"
    assert told.runs(head) == ["success"]


async def test_a_suspension_parks_and_its_end_brings_everything_back(told: Told) -> None:
    number, head = await told.pull()
    told.hub.suspended = True
    await told.installation("suspend")
    parked = await told.try_pull(number)
    assert parked.not_before > told.world.clock() + PARKED_SECONDS / 2
    _, unheard = (await told.pull())[0], told.sandbox.commit(NAME, {"b.txt": "b\n"}, branch="unheard")
    told.sandbox.open_pull_request(NAME, "main", "unheard")
    told.hub.suspended = False
    await told.installation("unsuspend")
    assert (await told.target("pull", str(number))).not_before <= told.world.clock()
    await told.at_work()
    assert told.runs(head) == ["success"]
    # GitHub sends nothing while the App is suspended: what happened meanwhile is found by looking.
    assert told.runs(unheard) == ["success"]


async def test_a_granted_permission_wakes_what_waited_for_it(told: Told) -> None:
    number, head = await told.pull()
    granted = dict(told.hub.grant.permissions)
    told.hub.grant.permissions["checks"] = "read"
    told.world.github._tokens._tokens.clear()
    parked = await told.try_pull(number)
    assert parked.not_before > told.world.clock() + PARKED_SECONDS / 2
    assert parked.done < parked.want
    told.hub.grant.permissions.update(granted)
    await told.installation("new_permissions_accepted")
    await told.at_work()
    assert told.runs(head) == ["success"]


async def test_a_new_permission_does_not_hurry_what_was_spread(told: Told) -> None:
    start = told.world.clock() + 900
    async with told.world.database.transaction() as connection:
        await targets.bump(connection, repository_id=told.home.id, kind="branch", name="main", not_before=start)
    await told.installation("new_permissions_accepted")
    assert (await told.target("branch", "main")).not_before == start


async def test_a_removed_installation_is_forgotten_a_month_later(told: Told) -> None:
    number, _ = await told.pull()
    await told.want_pull(number)
    await told.installation("deleted")
    told.sandbox.hub.world.repositories.clear()
    await told.at_work()
    assert (await told.row()).state == "removed"
    async with told.world.database.reading() as connection:
        assert await retention.active_repositories(connection) == set()
    for days, is_left in ((REMOVED_DAYS - 1, True), (2, False)):
        move(told.world, days * DAY)
        for _ in range(4):
            async with told.world.database.transaction() as connection:
                await retention.forget(connection, told.world.clock())
        counts = await rows(told.world, "verdict", "run", "repository", "installation")
        assert [count > 0 for count in counts] == [is_left] * 4
    left = [row for row in await undone(told.world) if row.repository_id]
    assert left == []
    assert await rows(told.world, "target WHERE repository_id > 0", "issue", "known_good") == [0, 0, 0]


async def rows(world: World, *tables: str) -> list[int]:
    async with world.database.reading() as connection:
        return [
            int((await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one()) for table in tables
        ]


def rename(told: Told, full_name: str) -> None:
    home = told.hub.world.repositories.pop(told.home.full_name)
    home.full_name = full_name
    home.owner = told.hub.world.person(full_name.partition("/")[0], "Organization")
    told.hub.world.repositories[full_name] = home


async def test_a_renamed_repository_goes_on_under_its_new_name(told: Told) -> None:
    rename(told, "acme/store")
    await told.repository("renamed", changes={"repository": {"name": {"from": "shop"}}})
    number, head = await told.pull()
    await told.want_pull(number)
    await told.at_work()
    assert (await told.row()).name == "store"
    assert told.runs(head) == ["success"]


async def test_an_organisation_with_a_new_name_is_listed_anew(told: Told) -> None:
    rename(told, "acme-corp/shop")
    await told.deliver(
        "installation_target",
        action="renamed",
        account={"login": "acme-corp", "id": told.hub.owner.id},
        changes={"login": {"from": "acme"}},
        target_type="Organization",
    )
    await told.at_work()
    assert (await told.row()).owner == "acme-corp"


async def test_a_transferred_repository_belongs_to_its_new_installation_and_is_judged_again(told: Told) -> None:
    want = (await told.target("branch", "main")).want
    async with told.world.database.transaction() as connection:
        await repositories.see_installation(connection, 4, "elsewhere")
        moved = repositories.KnownRepository(told.home.id, "elsewhere", "shop", default_branch="main")
        await repositories.see_repository(connection, 4, moved)
    await told.repository("transferred", changes={"owner": {"from": {"organization": {"login": "elsewhere"}}}})
    # GitHub tells the old installation last: that must not take the repository from the new one.
    gone = {"id": 4, "account": {"login": "elsewhere"}}
    await told.deliver(
        "installation_repositories",
        action="removed",
        installation=gone,
        repositories_added=[],
        repositories_removed=[{"id": told.home.id}],
    )
    row = await told.row()
    assert (row.installation_id, row.state, row.owner) == (INSTALLATION_ID, "active", "acme")
    assert (await told.target("branch", "main")).want > want
    await told.at_work()


async def test_an_archived_repository_is_left_alone_and_looked_at_when_it_comes_back(told: Told) -> None:
    number, head = await told.pull()
    told.home.archived = True
    await told.repository("archived")
    done = await told.try_pull(number)
    assert done.done == done.want
    assert told.runs(head) == []
    told.home.archived = False
    await told.repository("unarchived")
    await told.at_work()
    assert told.runs(head) == ["success"]


async def test_an_archive_we_did_not_hear_of_parks_until_we_do(told: Told) -> None:
    number, head = await told.pull()
    told.home.archived = True
    parked = await told.try_pull(number)
    assert parked.done < parked.want
    assert parked.not_before > told.world.clock() + PARKED_SECONDS / 2
    told.home.archived = False
    await told.repository("unarchived")
    await told.at_work()
    assert told.runs(head) == ["success"]


async def test_a_deleted_repository_ends_its_work(told: Told) -> None:
    number, _ = await told.pull()
    told.hub.world.repositories.pop(NAME)
    await told.repository("deleted")
    done = await told.try_pull(number)
    assert done.done == done.want
    assert (await told.row()).state == "removed"


async def test_another_default_branch_is_judged_and_the_old_one_no_more(told: Told) -> None:
    trunk = told.sandbox.commit(NAME, {"c.txt": "c\n"}, branch="trunk")
    told.home.default_branch = "trunk"
    await told.repository("edited", changes={"default_branch": {"from": "main"}})
    before = len(told.sandbox.check_runs(NAME))
    async with told.world.database.transaction() as connection:
        await targets.bump(connection, repository_id=told.home.id, kind="branch", name="main")
    await told.at_work()
    assert told.runs(trunk) == ["success"]
    assert len(told.sandbox.check_runs(NAME)) == before + 1


async def test_another_description_is_no_reason_to_judge(told: Told) -> None:
    await told.repository("edited", changes={"description": {"from": "A shop"}})
    assert [row for row in await undone(told.world) if row.repository_id] == []


@pytest.fixture
async def leaky(told: Told) -> Told:
    """A private repository with a secret on its default branch, and the issue that names the place."""
    leak = f'KEY = "{forge("github-token", "membership")}"\n'
    told.sandbox.commit(NAME, {"shop/keys.py": leak})
    async with told.world.database.transaction() as connection:
        await targets.bump(connection, repository_id=told.home.id, kind="branch", name="main")
    await told.at_work()
    assert "shop/keys.py" in secret_issue(told)
    return told


def secret_issue(told: Told) -> str:
    (issue,) = [issue for issue in told.sandbox.issues(NAME) if ":no-secrets " in (issue.body or "")]
    return issue.body or ""


async def test_the_places_of_secrets_go_when_a_repository_is_made_public(leaky: Told) -> None:
    leaky.home.private = False
    await leaky.repository("publicized")
    await leaky.at_work()
    assert (await leaky.row()).private is False
    (issue,) = leaky.sandbox.issues(NAME)
    assert "shop/keys.py" not in f"{issue.title}{issue.body}"
    assert issue.state == "closed"
    leaky.home.private = True
    await leaky.repository("privatized")
    await leaky.at_work()
    assert "shop/keys.py" in secret_issue(leaky)
    assert issue.state == "open"


async def test_what_a_whole_enterprise_reads_has_no_issue_about_secrets(leaky: Told) -> None:
    leaky.home.is_internal = True
    await learn_repositories(leaky.world, leaky.sandbox.installation_id)
    assert (await leaky.row()).private is False
    await leaky.at_work()
    (issue,) = leaky.sandbox.issues(NAME)
    assert ("shop/keys.py" in (issue.body or ""), issue.state) == (False, "closed")


async def test_a_payload_says_whether_an_enterprise_reads_a_repository(told: Told) -> None:
    told.home.is_internal = True
    await told.repository("edited")
    assert (await told.row()).private is False


async def test_no_place_of_a_secret_is_written_where_everybody_reads_it_even_unheard(told: Told) -> None:
    told.home.private = False
    leak = f'KEY = "{forge("github-token", "membership")}"\n'
    told.sandbox.commit(NAME, {"shop/keys.py": leak})
    assert (await told.row()).private is True
    async with told.world.database.transaction() as connection:
        await targets.bump(connection, repository_id=told.home.id, kind="branch", name="main")
    await told.at_work()
    assert told.sandbox.issues(NAME) == []
    assert (await told.row()).private is False
    sent = [one.body for one in told.sandbox.requests if one.method in ("POST", "PATCH") and "/issues" in one.path]
    assert "shop/keys.py" not in json.dumps(sent)
