"""What is loaded late is loaded once, and only when it is used."""

import subprocess
import sys

import pytest

from app.readiness.lazy import lazily

HEAVY = (
    "jinja2",
    "rich",
    "markdown_it.main",
    "packaging._structures",
    "jsonpath_rfc9535.parse",
    "fastapi",
    "githubkit",
    "sqlmodel",
)


def test_it_is_the_module_itself() -> None:
    assert lazily("json") is sys.modules["json"]
    with pytest.raises(ModuleNotFoundError):
        lazily("readygate_has_no_such_module")


def test_a_command_loads_nothing_heavy_before_it_needs_it() -> None:
    script = "import sys, app.cli, app.commands.check; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout.split()
    assert set(HEAVY).isdisjoint(loaded)
