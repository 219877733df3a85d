"""`readygate try` and the demo, with the whole App as a real process."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx
import pytest

from app.commands.sample import make_sample
from app.commands.try_app import try_app
from app.errors import InvalidInput


def started(temporary: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from app.cli import main; main()", "try", *arguments]
    environment = os.environ | {"TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)


def until(process: subprocess.Popen[str], words: str) -> str:
    """What a process says up to a line with these words."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"it ended without saying {words!r}:\n{said}")


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_the_demo_finds_what_its_change_breaks_and_ends_by_itself() -> None:
    command = [sys.executable, "-m", "app.commands.demo"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Pull request #1 is open: http://127.0.0.1:" in done.stdout
    assert "Check run readygate on the pull request: failure" in done.stdout
    blocking = re.findall(r"^    \S+:\d+  ([\w-]+): ", done.stdout, re.MULTILINE)
    assert sorted(blocking) == ["container-non-root-user", "health-endpoint", "no-secrets"], done.stdout
    assert re.search(r"^[1-9]\d* issues?: http://127", done.stdout, re.MULTILINE)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_clean_default_branch_is_judged_as_a_push_only(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    make_sample(tmp_path / "shop")
    subprocess.run(["git", "-C", str(tmp_path / "shop"), "checkout", "--quiet", "main"], check=True)
    assert try_app(tmp_path / "shop") == 0
    said = capfd.readouterr().out
    assert "Pull request" not in said
    assert "Check run readygate on main: " in said


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stay_keeps_everything_up_until_it_is_told_to_stop(tmp_path: Path, number: signal.Signals) -> None:
    make_sample(tmp_path / "shop")
    # pytest's own folders are too deep for the path of a unix socket.
    temporary = Path(tempfile.mkdtemp(prefix="rg-"))
    process = started(temporary, str(tmp_path / "shop"), "--stay")
    said = until(process, "until Ctrl-C")
    addresses = set(re.findall(r"http://127\.0\.0\.1:\d+", said))
    assert len(addresses) == 2
    for address in addresses:
        assert httpx.get(address, trust_env=False).status_code < 500
    process.send_signal(number)
    process.send_signal(number)
    assert process.wait(30) in (0, 1)
    temporary.rmdir()
    for address in addresses:
        with pytest.raises(httpx.ConnectError):
            httpx.get(address, trust_env=False)


@pytest.mark.parametrize(("path", "words"), [("nowhere", "is not a folder"), (".", "is not a git repository")])
def test_wrong_paths_are_named_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput, match=words):
        try_app(Path(path))
    assert list(tmp_path.iterdir()) == []
