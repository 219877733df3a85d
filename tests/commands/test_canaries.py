"""Two hundred secrets, planted wherever the command looks: none of them comes out of it, anywhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from canaries import Canaries

COMMAND = (sys.executable, "-c", "from app.cli import main; main()", "check")
# A crash inside the detector whose message holds the file.
CRASHING = """
import app.readiness.detectors.secrets.detector as detector
def fail(content, *rest, **options):
    raise ValueError(content.decode())
detector.find_matches = fail
from app.cli import main
main()
"""
FORMATS = ("text", "json", "sarif", "markdown")


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def repository(tmp_path: Path, canaries: Canaries) -> Path:
    tree = tmp_path / "work"
    tree.mkdir()
    _git(tree, "init", "-q", "-b", "main")
    _write(tree / "README.md", "# A program\n")
    _commit(tree, "start")
    _git(tree, "checkout", "-q", "-b", f"change/{canaries.plant('branch')}")
    for number in range(20):
        for ending in (".py", ".yml", ".json", ".md", ".tf", ".txt"):
            _write(tree / f"src/file{number}{ending}", f'value: "{canaries.plant(f"file {number}{ending}")}"\n')
    for number in range(20):
        folder = tree / "at" / canaries.plant(f"folder {number}")
        _write(folder / f"{canaries.plant(f'path {number}')}.py", f'T = "{canaries.plant(f"in path {number}")}"\n')
    for number in range(10):
        broken = f'on: [push\n  key: "{canaries.plant(f"yaml {number}")}": : x\n'
        _write(tree / f".github/workflows/w{number}.yml", broken)
        _write(tree / f"gone{number}.py", f'T = "{canaries.plant(f"gone {number}")}"\n')
    _commit(tree, f"add {canaries.plant('message')}")
    for number in range(10):
        (tree / f"gone{number}.py").unlink()
    _commit(tree, f"remove {canaries.plant('second message')}")
    assert len(canaries.planted) >= 200
    return tree


@pytest.mark.slow
def test_no_canary_comes_out_of_the_command(repository: Path, canaries: Canaries, tmp_path: Path) -> None:
    branch = f"change/{canaries.planted['branch']}"
    for arguments in (
        # The last tree is the one whose paths are kept.
        *(("--base", "main", "--format", one) for one in FORMATS),
        *(("--format", one) for one in FORMATS),
        ("--base", "main", "--head", branch, "--rule", "no-secrets"),
    ):
        shown = _run(COMMAND, repository, arguments, tmp_path)
        assert b"no-secrets" in shown, arguments
        assert canaries.escaped_in(shown) == [], arguments
    assert canaries.escaped_into(tmp_path / "cache") == []


@pytest.mark.slow
def test_no_canary_comes_out_of_a_crash(repository: Path, canaries: Canaries, tmp_path: Path) -> None:
    shown = _run((sys.executable, "-c", CRASHING, "check"), repository, ("--base", "main"), tmp_path)
    assert b"ValueError" in shown or b"ReadygateError" in shown
    assert canaries.escaped_in(shown) == []
    assert canaries.escaped_into(tmp_path / "cache") == []


@pytest.mark.slow
def test_no_canary_comes_out_of_a_policy_with_mistakes(repository: Path, canaries: Canaries, tmp_path: Path) -> None:
    for text in ("{}: {{a\n", "schema: {}\n", "rules:\n  {}: block\n", "rules: [{}\n", "? {}\n: *x\n"):
        _write(repository / ".github/rules.yml", text.format(canaries.plant(f"policy {text}")))
        assert canaries.escaped_in(_run(COMMAND, repository, (), tmp_path)) == []


def _run(command: tuple[str, ...], tree: Path, arguments: tuple[str, ...], scratch: Path) -> bytes:
    environment = {**os.environ, "XDG_CACHE_HOME": str(scratch / "cache"), "READYGATE_LOG_LEVEL": "debug"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    done = subprocess.run((*command, str(tree), *arguments), capture_output=True, check=False, env=environment)
    return done.stdout + done.stderr


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def _commit(tree: Path, message: str) -> None:
    _git(tree, "add", ".")
    _git(tree, "commit", "-q", "-m", message)


def _git(tree: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *who, *arguments), cwd=tree, check=True, capture_output=True)
