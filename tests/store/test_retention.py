import pytest

from app.store import inbox, issues, repositories, retention, runs, targets, verdicts
from app.store.database import Database
from app.store.inbox import Inbox, Received
from app.store.repositories import KnownRepository
from app.store.retention import DAY, DELIVERY_DAYS, REMOVED_DAYS, VERDICT_DAYS
from app.store.tables import Run, VerdictRow

NOW = 1_800_000_000.0
OLD_DELIVERY, OLD_VERDICT = NOW - (DELIVERY_DAYS + 1) * DAY, NOW - (VERDICT_DAYS + 1) * DAY


def verdict(name: str, at: float, kind: str = "pull") -> VerdictRow:
    return VerdictRow(
        repository_id=1,
        kind=kind,
        name=name,
        head_sha=f"{name}{at}"[:40],
        external_id=f"{name}{at}"[:40],
        conclusion="success",
        score=1,
        level=1,
        document="{}",
        created_at=at,
    )


async def forget(database: Database) -> retention.Forgotten:
    async with database.transaction() as connection:
        return await retention.forget(connection, NOW)


async def test_old_deliveries_go_and_waiting_ones_stay(database: Database) -> None:
    keeper = Inbox(database)
    for guid, at, state in (
        ("old", OLD_DELIVERY, "ignored"),
        ("waiting", OLD_DELIVERY, "received"),
        ("new", NOW, "ignored"),
    ):
        await keeper.keep(Received(guid, "push", "", None, None, "{}", at, state=state))
    assert (await forget(database)).deliveries == 1
    async with database.transaction() as connection:
        assert await inbox.known(connection, ["old", "waiting", "new"]) == {"waiting", "new"}


async def test_the_newest_verdict_of_a_subject_stays_however_old(database: Database) -> None:
    async with database.transaction() as connection:
        for name, at in (("1", OLD_VERDICT), ("1", OLD_VERDICT + 60), ("2", OLD_VERDICT), ("2", NOW)):
            await verdicts.save_verdict(connection, verdict(name, at))
    assert (await forget(database)).verdicts == 2
    async with database.transaction() as connection:
        first = await verdicts.newest_verdict(connection, 1, "pull", "1")
        second = await verdicts.newest_verdict(connection, 1, "pull", "2")
    assert (first and first.created_at, second and second.created_at) == (OLD_VERDICT + 60, NOW)


async def test_a_merge_group_that_is_over_leaves_nothing(database: Database) -> None:
    async with database.transaction() as connection:
        gone = await targets.bump(connection, repository_id=1, kind="merge_group", name="gone")
        held = await targets.claim(connection, gone, holder="a", now=NOW, seconds=60)
        assert held is not None
        await targets.finish(connection, held)
        await runs.intend(connection, Run(external_id="x", target_id=gone, repository_id=1, head_sha="gone"))
        await verdicts.save_verdict(connection, verdict("gone", OLD_VERDICT, "merge_group"))
        due = await targets.bump(connection, repository_id=1, kind="merge_group", name="due")
    assert await forget(database) == retention.Forgotten(0, 1, 1)
    async with database.transaction() as connection:
        left = await targets.of_repository(connection, 1, "merge_group")
        assert [target.id for target in left] == [due]
        assert await runs.find(connection, "x") is None


async def test_it_forgets_a_little_at_a_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    keeper = Inbox(database)
    for number in range(7):
        await keeper.keep(Received(f"old-{number}", "push", "", None, None, "{}", OLD_DELIVERY, state="ignored"))
    counts = [(await forget(database)).deliveries for _ in range(4)]
    assert counts == [3, 3, 1, 0]


async def test_a_removed_repository_is_forgotten_with_everything_and_the_others_stay(database: Database) -> None:
    async with database.transaction() as connection:
        await repositories.see_installation(connection, 9, "acme")
        for number in (1, 2):
            await repositories.see_repository(connection, 9, KnownRepository(number, "acme", f"r{number}"))
            target = await targets.bump(connection, repository_id=number, kind="pull", name="1")
            run = Run(external_id=f"x{number}", target_id=target, repository_id=number, head_sha="a")
            await runs.intend(connection, run)
            await issues.will_create(connection, f"{number}:rule", number, NOW)
        await verdicts.save_verdict(connection, verdict("1", NOW))
        await repositories.remove_repositories(connection, 9, [1], NOW - (REMOVED_DAYS + 1) * DAY)
        # An older version marked this one without a time: its days begin now.
        await repositories.see_repository(connection, 9, KnownRepository(3, "acme", "r3"))
        await repositories.remove_repositories(connection, 9, [3])
    assert (await forget(database)).repositories == 1
    assert await forget(database) == retention.Forgotten()
    async with database.transaction() as connection:
        assert await runs.find(connection, "x1") is None
        assert await runs.find(connection, "x2") is not None
        assert await issues.of_repository(connection, 1) == []
        assert len(await issues.of_repository(connection, 2)) == 1
        assert await verdicts.newest_verdict(connection, 1, "pull", "1") is None
        assert await targets.of_repository(connection, 1, "pull") == []
        late = await repositories.repository(connection, 3)
    assert late is not None
    assert late.state_since == NOW
