"""One history for every set-up, and what a calm App makes of it."""

import os
import secrets

import pytest
from history import History, write_history
from machinery import calm
from recording import Recording


@pytest.fixture(scope="session")
def seed() -> int:
    """READYGATE_CHAOS_SEED repeats the draws of a run; the seed of a failed one is in its output."""
    return int(os.environ.get("READYGATE_CHAOS_SEED") or secrets.randbelow(10**6))


@pytest.fixture(scope="session")
def history(seed: int, tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("history")
    return write_history(folder, seed, repositories=3, pulls=14, pushes=3, main_pushes=6)


@pytest.fixture(scope="session")
def undisturbed(history: History, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return calm(history, tmp_path_factory.mktemp("calm"))
