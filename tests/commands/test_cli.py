"""The command itself: what it loads, what it says, and with which status it ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cyclopts import App

from app import cli
from app.errors import InvalidInput, ReadygateError, Unreadable


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


LOADED = "import sys; from app.cli import run; run(sys.argv[1:]); print('|'.join(sys.modules), file=sys.stderr)"
HEAVY = {
    "fastapi",
    "sqlmodel",
    "sqlalchemy",
    "githubkit",
    "arq",
    "uvicorn",
    "httpx",
    "app.web",
    "app.store",
    "app.github",
}


def test_check_loads_nothing_of_the_app(tmp_path: Path) -> None:
    done = python(LOADED, "check", str(tmp_path), "--format", "json", XDG_CACHE_HOME=str(tmp_path / "cache"))
    modules = set(done.stderr.splitlines()[-1].split("|"))
    assert "app.jobs.examine" in modules
    assert HEAVY.isdisjoint(modules)


def test_the_version_loads_no_command_and_comes_at_once() -> None:
    done = python(LOADED, "--version")
    modules = set(done.stderr.splitlines()[-1].split("|"))
    assert done.stdout.strip().count(".") == 2
    assert not {name for name in modules if name.startswith(("app.commands.", "app.readiness", "pydantic", "rich"))}
    assert min(_cpu_seconds(LOADED, "--version") for _ in range(3)) < 0.25


def _cpu_seconds(*arguments: str) -> float:
    before = os.times()
    python(*arguments)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_help_loads_no_command() -> None:
    for words in (["--help"], ["rules", "--help"], ["db", "--help"], ["deliveries", "--help"]):
        done = python(LOADED, *words)
        assert not [name for name in done.stderr.splitlines()[-1].split("|") if name.startswith("app.commands.")]
        assert "Commands" in done.stdout


def test_every_command_exists() -> None:
    app = cli.build_app()
    for name in ("check", "try", "serve", "web", "worker", "doctor"):
        assert isinstance(app[name], App)
    for group, names in {
        "rules": ["list", "show", "test", "docs"],
        "policy": ["validate", "show", "schema"],
        "db": ["upgrade", "backup", "restore"],
        "deliveries": ["list", "replay"],
    }.items():
        for name in names:
            assert isinstance(app[group][name], App)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chekc"], "Did you mean `check`?"),
        (["rules", "lst"], "Did you mean `list`?"),
        (["zzz"], "There are: check"),
        (["check", "--nope"], "--nope"),
        (["check", "--format", "pdf"], "pdf"),
        (["check", "a", "b"], "b"),
        (["rules", "show"], "RULE"),
    ],
)
def test_wrong_usage_is_2(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput("wrong"), 2),
        (Unreadable("gone"), 3),
        (ReadygateError("other"), 3),
        (RuntimeError("content of a file"), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_have_their_status(
    error: BaseException, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "build_app", lambda: fail)
    assert cli.run(["check"]) == status
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "content of a file" not in told
    assert cli.run(["check", "--debug"]) == status
    assert ("Traceback" in capsys.readouterr().err) == isinstance(error, Exception)


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = "import sys; from app.cli import run; sys.exit(run(['rules', 'list']))"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 141
    assert said == b""
