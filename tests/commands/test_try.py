"""`readygate try` and the demo, with the whole App as a real process."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.commands.sample import make_sample
from app.commands.try_app import try_app
from app.errors import InvalidInput


def started(*arguments: str) -> subprocess.Popen[str]:
    code = "from app.cli import main; main()"
    command = [sys.executable, "-c", code, "try", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_the_demo_finds_three_broken_rules_and_ends_by_itself() -> None:
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
def test_stay_keeps_everything_up_until_interrupted(tmp_path: Path) -> None:
    make_sample(tmp_path / "shop")

    process = started(str(tmp_path / "shop"), "--stay")
    assert process.stdout is not None
    for line in process.stdout:
        if "until Ctrl-C" in line:
            break
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0


@pytest.mark.parametrize(("path", "words"), [("nowhere", "is not a folder"), (".", "is not a git repository")])
def test_wrong_paths_are_named_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput, match=words):
        try_app(Path(path))
    assert list(tmp_path.iterdir()) == []
