import asyncio
import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlmodel import SQLModel

from app.store import schema
from app.store.database import Database


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, SQLModel.metadata))


async def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    async with database.transaction() as connection:
        assert await connection.run_sync(differences) == []
        assert await schema.applied_revision(connection) == schema.expected_revision() != ""


async def test_an_empty_database_has_no_revision(database_url: str) -> None:
    database = Database(database_url)
    async with database.transaction() as connection:
        assert await schema.applied_revision(connection) == ""
    await database.close()


async def test_two_processes_may_upgrade_at_once(postgres_url: str) -> None:
    code = "import sys; from app.store import schema; schema.upgrade(sys.argv[1])"
    started = [await asyncio.create_subprocess_exec(sys.executable, "-c", code, postgres_url) for _ in range(3)]
    assert [await process.wait() for process in started] == [0, 0, 0]
    database = Database(postgres_url)
    async with database.transaction() as connection:
        assert await schema.applied_revision(connection) == schema.expected_revision()
    await database.close()
