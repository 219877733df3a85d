"""Every operation of our own OpenAPI document, asked in ways it does not expect."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.github.app import GitHubApp
from app.github.tokens import GitHubCredentials
from app.jobs.evaluation import EvaluationPool
from app.jobs.gate import StoredGate
from app.jobs.queue import IN_PROCESS, connect
from app.jobs.world import World
from app.settings import Settings
from app.store import schema
from app.store.database import Database
from app.web.application import create_application

TEXTS = st.text(max_size=30)
NAMES = st.text("abcXYZ-", min_size=1, max_size=12)
ASKED = st.tuples(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]),
    st.integers(0, 99),
    st.sampled_from(["", "/", "/..", "//", "%00", "%ff", "/%2e%2e/etc/passwd", "?a=%ff", ";x"]),
    st.dictionaries(NAMES, TEXTS, max_size=3),
    st.binary(max_size=200),
)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    own = Settings(_env_file=None, data_dir=tmp_path, github_app_id="1", github_webhook_secret="s")
    await asyncio.to_thread(schema.upgrade, own.database)
    database, queue = Database(own.database), connect(IN_PROCESS)
    pool = EvaluationPool(size=1, seconds=5, memory_mb=512)
    github = GitHubApp(GitHubCredentials("1", "", own.github_api_url), StoredGate(database))
    application = create_application(World(own, database, github, queue, pool))
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://readygate") as client:
        yield client
    await queue.close()
    await database.close()


async def test_no_request_is_an_internal_error(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/openapi.json")).json()
    paths = [*document["paths"], "/webhooks/github", "/metrics", "/nothing"]
    assert "/health/live" in paths
    cases: list[tuple[str, int, str, dict[str, str], bytes]] = []

    @settings(max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(ASKED)
    def collect(case: tuple[str, int, str, dict[str, str], bytes]) -> None:
        cases.append(case)

    collect()
    for method, number, ending, query, body in cases:
        path = paths[number % len(paths)] + ending
        answer = await client.request(method, path, params=query if "?" not in ending else None, content=body)
        assert answer.status_code < 500, (method, path)
        assert "Traceback" not in answer.text


async def test_documented_answers_have_the_documented_shape(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/openapi.json")).json()
    for path, operations in document["paths"].items():
        for method in operations:
            answer = await client.request(method.upper(), path)
            shape = operations[method]["responses"]["200"]["content"]["application/json"]["schema"]
            schema_ = document["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
            assert set(schema_.get("required", [])) <= set(answer.json()) <= set(schema_["properties"])
