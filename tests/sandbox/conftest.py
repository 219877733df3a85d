"""A sandbox with one repository, shared by the tests of app/sandbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_world import REPOSITORY, make_source

from app.sandbox.sandbox import Sandbox


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_source(tmp_path / "shop")


@pytest.fixture
def sandbox(tmp_path: Path, source: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "github") as running:
        running.add_repository(REPOSITORY, source)
        yield running
