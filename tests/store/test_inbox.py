import asyncio
import json

from sqlalchemy import text

from app.store import inbox
from app.store.database import Database
from app.store.inbox import MAX_TRIES, Inbox, Received

BIG = 31_000_000_000


def received(guid: str, **changes: object) -> Received:
    values = {"event": "push", "action": "", "installation_id": BIG, "repository_id": BIG + 1, "fields": "{}"}
    return Received(guid=guid, received_at=100.0, **(values | changes))  # type: ignore[arg-type]


async def test_a_delivery_is_kept_once_per_guid(database: Database) -> None:
    keeper = Inbox(database)
    await asyncio.gather(*(keeper.keep(received(f"g{number % 40}")) for number in range(400)))
    async with database.transaction() as connection:
        assert sorted(await inbox.waiting(connection, 200.0)) == sorted(f"g{number}" for number in range(40))


async def test_ids_above_32_bits_survive(database: Database) -> None:
    await Inbox(database).keep(received("a", fields=json.dumps({"x": 1})))
    async with database.transaction() as connection:
        taken = await inbox.take(connection, "a", 101.0)
    assert taken is not None
    assert (taken.installation_id, taken.repository_id, taken.state) == (BIG, BIG + 1, "done")


async def test_a_delivery_is_taken_once(database: Database) -> None:
    await Inbox(database).keep(received("a"))

    async def take() -> bool:
        async with database.transaction() as connection:
            return await inbox.take(connection, "a", 101.0) is not None

    assert sorted(await asyncio.gather(*(take() for _ in range(5)))) == [False] * 4 + [True]


async def test_a_rolled_back_take_leaves_the_delivery_waiting(database: Database) -> None:
    await Inbox(database).keep(received("a"))
    try:
        async with database.transaction() as connection:
            assert await inbox.take(connection, "a", 101.0)
            raise RuntimeError("the job failed")
    except RuntimeError:
        pass
    async with database.transaction() as connection:
        assert await inbox.waiting(connection, 101.0) == ["a"]


async def test_a_failing_delivery_waits_and_is_given_up_in_the_end(database: Database) -> None:
    await Inbox(database).keep(received("a"))
    for _ in range(MAX_TRIES):
        async with database.transaction() as connection:
            assert await inbox.waiting(connection, 149.0 if _ else 101.0) == ([] if _ else ["a"])
            await inbox.put_back(connection, "a", error="boom", not_before=150.0)
    async with database.transaction() as connection:
        assert await inbox.counts(connection) == {"failed": 1}
        assert await inbox.waiting(connection, 1000.0) == []
        assert await inbox.replay(connection, "a")
        assert await inbox.waiting(connection, 1000.0) == ["a"]
        assert not await inbox.replay(connection, "b")


async def test_every_waiting_request_hears_of_a_failed_commit(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("DROP TABLE delivery"))
    keeper = Inbox(database)
    outcomes = await asyncio.gather(*(keeper.keep(received(f"g{n}")) for n in range(5)), return_exceptions=True)
    assert all(isinstance(outcome, Exception) for outcome in outcomes)


async def test_the_newest_deliveries_come_first(database: Database) -> None:
    keeper = Inbox(database)
    await keeper.keep(received("old"))
    await keeper.keep(Received("new", "push", "", None, None, "{}", 200.0, state="ignored"))
    async with database.transaction() as connection:
        assert [row.guid for row in await inbox.newest(connection, 10)] == ["new", "old"]
