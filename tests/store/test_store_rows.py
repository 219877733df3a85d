from app.store import issues, repositories, runs, verdicts
from app.store.database import Database
from app.store.repositories import KnownRepository
from app.store.tables import KnownGood, Run, VerdictRow

INSTALLATION, REPOSITORY = 50_000_000_000, 60_000_000_000


async def test_the_secret_key_of_an_installation_is_drawn_once(database: Database) -> None:
    async with database.transaction() as connection:
        await repositories.see_installation(connection, INSTALLATION, "acme")
        first = await repositories.installation(connection, INSTALLATION)
        await repositories.see_installation(connection, INSTALLATION, "acme-renamed")
        second = await repositories.installation(connection, INSTALLATION)
    assert first is not None
    assert second is not None
    assert len(bytes.fromhex(first.secret_key)) == 32
    assert second.secret_key == first.secret_key
    assert second.account == "acme-renamed"


async def test_a_renamed_repository_keeps_its_row_and_gives_up_its_name(database: Database) -> None:
    async with database.transaction() as connection:
        await repositories.see_repository(connection, INSTALLATION, KnownRepository(REPOSITORY, "acme", "shop"))
        await repositories.see_repository(connection, INSTALLATION, KnownRepository(REPOSITORY, "acme", "store"))
        assert await repositories.repository_named(connection, INSTALLATION, "acme", "shop") is None
        found = await repositories.repository_named(connection, INSTALLATION, "ACME", "Store")
        assert found is not None
        assert found.id == REPOSITORY
        # Another repository takes the name: the one that had it is not found under it any more.
        await repositories.see_repository(connection, INSTALLATION, KnownRepository(REPOSITORY + 1, "acme", "store"))
        found = await repositories.repository_named(connection, INSTALLATION, "acme", "store")
        assert found is not None
        assert found.id == REPOSITORY + 1


async def test_a_payload_without_the_default_branch_does_not_erase_it(database: Database) -> None:
    async with database.transaction() as connection:
        known = KnownRepository(REPOSITORY, "acme", "shop", default_branch="trunk")
        await repositories.see_repository(connection, INSTALLATION, known)
        await repositories.see_repository(connection, INSTALLATION, KnownRepository(REPOSITORY, "acme", "shop"))
        row = await repositories.repository(connection, REPOSITORY)
    assert row is not None
    assert row.default_branch == "trunk"


async def test_the_gate_only_closes_further(database: Database) -> None:
    async with database.transaction() as connection:
        await repositories.see_installation(connection, INSTALLATION)
        await repositories.close_gate(connection, INSTALLATION, 500.0)
        await repositories.close_gate(connection, INSTALLATION, 300.0)
        assert await repositories.gate(connection, INSTALLATION) == 500.0
        assert await repositories.gate(connection, INSTALLATION + 1) == 0.0


async def test_an_attempt_is_one_row_whatever_happens(database: Database) -> None:
    run = Run(external_id="x", target_id=1, repository_id=REPOSITORY, head_sha="a" * 40)
    async with database.transaction() as connection:
        await runs.intend(connection, run)
        await runs.will_post(connection, "x", 10.0)
        again = await runs.intend(connection, run)
        assert (again.posts, again.posted_at, again.check_run_id) == (1, 10.0, None)
        assert [left.external_id for left in await runs.unfinished(connection, 1, besides="y")] == ["x"]
        await runs.started(connection, "x", 31_000_000_123)
        await runs.ended(connection, "x", 31_000_000_123)
        assert await runs.unfinished(connection, 1, besides="y") == []
        found = await runs.by_check_run(connection, 31_000_000_123)
    assert found is not None
    assert found.state == "done"


async def test_issues_count_against_the_day_only_when_they_were_posted(database: Database) -> None:
    async with database.transaction() as connection:
        await issues.will_create(connection, f"{REPOSITORY}:a", REPOSITORY, 100.0)
        await issues.will_create(connection, f"{REPOSITORY}:b", REPOSITORY, 100.0)
        await issues.will_post(connection, f"{REPOSITORY}:b", 100.0)
        assert await issues.created_since(connection, REPOSITORY, 50.0) == 1
        assert await issues.created_since(connection, REPOSITORY, 150.0) == 0
        await issues.change(connection, f"{REPOSITORY}:b", number=12)
        await issues.change_by_number(connection, REPOSITORY, 12, state="closed", closed_by="human")
        rows = {row.key: row for row in await issues.of_repository(connection, REPOSITORY)}
    assert rows[f"{REPOSITORY}:b"].closed_by == "human"
    assert rows[f"{REPOSITORY}:a"].state == "open"


async def test_the_newest_verdict_and_the_last_good_policy_are_found(database: Database) -> None:
    def row(sha: str, at: float) -> VerdictRow:
        return VerdictRow(
            repository_id=REPOSITORY,
            kind="branch",
            name="main",
            head_sha=sha,
            external_id=sha,
            conclusion="success",
            score=1,
            level=1,
            document="{}",
            created_at=at,
        )

    async with database.transaction() as connection:
        await verdicts.save_verdict(connection, row("b", 2.0))
        await verdicts.save_verdict(connection, row("a", 1.0))
        newest = await verdicts.newest_verdict(connection, REPOSITORY, "branch", "main")
        assert newest is not None
        assert newest.head_sha == "b"
        for commit in ("1", "2"):
            good = KnownGood(repository_id=REPOSITORY, layer="org", path="p", commit=commit, text="version: 1\n")
            await verdicts.remember_good(connection, good)
        found = await verdicts.last_good(connection, REPOSITORY, "org")
        assert found is not None
        assert found.commit == "2"
        assert await verdicts.last_good(connection, REPOSITORY, "repository") is None
