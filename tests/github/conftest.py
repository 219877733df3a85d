"""The GitHub client against a real server on loopback, with a clock that tests move."""

import time
from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from loopback_github import LoopbackGitHub

from app.github.addresses import RepositoryRef
from app.github.app import GitHubApp
from app.github.gate import MemoryGate
from app.github.tokens import GitHubCredentials


class Clock:
    """Unix seconds that pass only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(scope="session")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def private_key_text(private_key: rsa.RSAPrivateKey) -> str:
    return private_key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate() -> MemoryGate:
    return MemoryGate()


@pytest.fixture
async def hub(clock: Clock) -> AsyncIterator[LoopbackGitHub]:
    server = LoopbackGitHub(clock)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def github(
    hub: LoopbackGitHub, gate: MemoryGate, clock: Clock, private_key_text: str
) -> AsyncIterator[GitHubApp]:
    credentials = GitHubCredentials("4711", private_key_text, hub.url)
    async with GitHubApp(credentials, gate, clock=clock, sleep=clock.sleep) as app:
        yield app


@pytest.fixture
def repo() -> RepositoryRef:
    return RepositoryRef(id=3_000_000_001, owner="acme", name="shop", installation_id=77)
