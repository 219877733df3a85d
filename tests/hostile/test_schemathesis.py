"""Our own OpenAPI document held against a real process on both databases, with every check of schemathesis."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from web_process import WebProcess

from app.store.database import Database

pytestmark = pytest.mark.slow
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


@pytest.fixture
def web(tmp_path: Path, database_url: str) -> Iterator[WebProcess]:
    running = WebProcess(tmp_path, database_url)
    try:
        running.wait()
        yield running
    finally:
        running.stop()


def hold(web: WebProcess, folder: Path, *options: str) -> str:
    """What schemathesis says of every operation, asked in documented and undocumented ways."""
    command = (str(SCHEMATHESIS), "run", f"{web.url}/api/openapi.json", "--checks", "all", "--seed", "1",
               "--phases", "examples,coverage,fuzzing", "--max-examples", "15", "--no-color", *options)  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    return done.stdout


async def test_the_documented_api(web: WebProcess, tmp_path: Path, database_url: str) -> None:
    said = hold(web, tmp_path)
    paths = httpx.get(f"{web.url}/api/openapi.json", trust_env=False).json()["paths"]
    assert f"Tested: {sum(map(len, paths.values()))}" in said
    assert "No issues found" in said

    database = Database(database_url)
    async with database.transaction() as connection:
        await connection.execute(text("DELETE FROM alembic_version"))
    await database.close()
    failing = httpx.get(f"{web.url}/health/ready", trust_env=False)
    assert (failing.status_code, failing.json()["status"]) == (503, "failing")
    # A failing part is a documented answer too; only the check that any 5xx is a fault cannot hold here.
    assert "No issues found" in hold(web, tmp_path, "--exclude-checks", "not_a_server_error")
    assert web.process.poll() is None
    assert "Traceback" not in web.log.read_text()
