"""The sample of the demo: what its pull request changes."""

import re
import subprocess
from pathlib import Path

from app.commands.sample import BASE_BRANCH, HEAD_BRANCH, make_sample


def show(folder: Path, what: str) -> str:
    return subprocess.run(["git", "-C", str(folder), "show", what], capture_output=True, text=True, check=True).stdout


def test_the_pull_request_breaks_exactly_three_things(tmp_path: Path) -> None:
    make_sample(tmp_path / "shop")
    before, after = (
        {name: show(tmp_path / "shop", f"{side}:{name}") for name in ("shop/main.py", "Dockerfile")}
        for side in (BASE_BRANCH, HEAD_BRANCH)
    )
    assert "/healthz" in before["shop/main.py"]
    assert "/healthz" not in after["shop/main.py"]
    assert ("USER 10001" in before["Dockerfile"], "USER root" in after["Dockerfile"]) == (True, True)
    assert 'TOKEN = "' in show(tmp_path / "shop", f"{HEAD_BRANCH}:shop/prices.py")
    for files in (before, after):
        compile(files["shop/main.py"], "main.py", "exec")


def test_the_token_is_new_every_time(tmp_path: Path) -> None:
    tokens = set()
    for name in ("one", "two"):
        make_sample(tmp_path / name)
        tokens |= set(re.findall(r'TOKEN = "(\w+)"', show(tmp_path / name, f"{HEAD_BRANCH}:shop/prices.py")))
    assert len(tokens) == 2
    assert {len(token) for token in tokens} == {40}
