"""What takes a process out of service, and what does not."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.github.app import GitHubApp
from app.github.gate import MemoryGate
from app.github.tokens import GitHubCredentials
from app.jobs.evaluation import EvaluationPool
from app.jobs.queue import connect
from app.jobs.world import World
from app.settings import Settings
from app.store.database import Database
from app.web.application import create_application


@pytest.fixture
async def client(database: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]
    queue, pool = connect("redis://127.0.0.1:1/0"), EvaluationPool(size=1, seconds=5, memory_mb=1024)
    async with GitHubApp(GitHubCredentials("1", ""), MemoryGate()) as github:
        application = create_application(World(settings, database, github, queue, pool))
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://readygate") as opened:
            yield opened
    await queue.close()


async def test_webhooks_are_taken_while_the_queue_is_away(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/ready")
    assert answer.status_code == 200, answer.text
    assert answer.json()["parts"]["queue"] == "no answer"


async def test_a_database_that_is_not_up_to_date_takes_no_webhooks(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    answer = await client.get("/health")
    assert answer.status_code == 503
    assert "readygate db upgrade" in answer.json()["parts"]["schema"]


@pytest.mark.parametrize("length", ["abc", "-1", "9" * 5000])
async def test_a_length_that_is_a_lie_is_answered(client: httpx.AsyncClient, length: str) -> None:
    answer = await client.post("/webhooks/github", content=b"{}", headers={"Content-Length": length})
    assert answer.status_code in (401, 413)
