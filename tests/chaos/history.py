"""What developers will do, drawn from a seed before anything runs: all commits, and the moments they are pushed."""

import random
import subprocess
from dataclasses import dataclass
from pathlib import Path

from service_repository import DOCKERFILE, HEALTH, RULES, SERVICE

from app.readiness.detectors.secrets.forge import forge
from app.sandbox.git_command import git_environment

# A secret gives an annotation, and GitHub takes fifty annotations a request.
SECRETS = (0, 0, 0, 3, 3, 60, 120)
_FIRST = 1_750_000_000


@dataclass(frozen=True, slots=True)
class Push:
    """At `at`, a share of the whole time, a commit becomes the head of a pull request (0: of the default branch)."""

    at: float
    repository: str
    pull: int
    commit: str


@dataclass(frozen=True, slots=True)
class History:
    """Bare repositories with every commit, the first commit of each default branch, and what is pushed when."""

    folders: dict[str, Path]
    first: dict[str, str]
    pushes: tuple[Push, ...]

    def newest(self) -> dict[tuple[str, int], str]:
        """The last head of every pull request, and of the default branch as number 0."""
        return {(push.repository, push.pull): push.commit for push in self.pushes}


def write_history(folder: Path, seed: int, *, repositories: int, pulls: int, pushes: int, main_pushes: int) -> History:
    """`pushes` is the mean number of heads of a pull request."""
    draws = random.Random(seed)
    folders, first, moments = {}, {}, []
    for number in range(repositories):
        name = f"acme/service-{number}"
        folders[name], stream = folder / f"{number}.git", _Stream()
        first[name] = stream.commit(None, _service(draws.randrange(4)) | {".github/rules.yml": RULES})
        plans = {pull: _change(pull, draws) for pull in range(1, pulls + 1) if pull % repositories == number}
        for pull, files in plans.items():
            tip = first[name]
            for at in _times(draws, max(1, round(draws.gauss(pushes, 1)))):
                tip = stream.commit(tip, files | {"docs/notes.md": f"Change {pull} at {at:.6f}\n"})
                moments.append((at, name, pull, tip))
        tip = first[name]
        for left, at in zip(range(main_pushes - 1, -1, -1), _times(draws, main_pushes), strict=True):
            # In the end the repositories differ, and some of them have gaps.
            state = draws.randrange(4) if left else number % 4
            tip = stream.commit(tip, _service(state) | {"docs/main.md": f"Main at {at:.6f}\n"})
            moments.append((at, name, 0, tip))
        ids = stream.write(folders[name])
        first[name] = ids[first[name]]
        moments = [(at, home, pull, ids.get(mark, mark)) for at, home, pull, mark in moments]
    return History(folders, first, tuple(Push(*moment) for moment in sorted(moments)))


def _times(draws: random.Random, count: int) -> list[float]:
    return sorted(draws.random() for _ in range(count))


def _service(state: int) -> dict[str, str]:
    """A service that lacks two things, one or the other, or nothing: its issues open and close as it changes."""
    return {
        "shop/main.py": SERVICE + HEALTH if state & 1 else SERVICE,
        "requirements.txt": "fastapi==0.115.6\nuvicorn==0.34.0\n",
        "Dockerfile": DOCKERFILE if state & 2 else DOCKERFILE.replace("USER 10001", "USER root"),
    }


def _change(pull: int, draws: random.Random) -> dict[str, str]:
    secrets = (forge("github-token", f"{pull}-{number}") for number in range(draws.choice(SECRETS)))
    lines = "".join(f'KEY_{number} = "{secret}"\n' for number, secret in enumerate(secrets))
    return {f"shop/change_{pull}.py": f"CHANGE = {pull}\n{lines}"}


class _Stream:
    """Commits for `git fast-import`, which writes thousands of them in a second; a commit is named by its mark."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._marks = 0

    def commit(self, parent: str | None, files: dict[str, str]) -> str:
        self._marks += 1
        when = f"developer <developer@localhost> {_FIRST + self._marks} +0000\n"
        self._parts.append(
            f"commit refs/chaos/{self._marks}\nmark :{self._marks}\ncommitter {when}data 6\nCommit\n".encode()
        )
        if parent:
            self._parts.append(f"from {parent}\n".encode())
        for path, text in files.items():
            raw = text.encode()
            self._parts += [f"M 100644 inline {path}\ndata {len(raw)}\n".encode(), raw, b"\n"]
        return f":{self._marks}"

    def write(self, folder: Path) -> dict[str, str]:
        """The bare repository in `folder` with main at the first commit; gives the id of every mark."""
        marks = folder.with_suffix(".marks")
        _git("init", "--quiet", "--bare", "--initial-branch=main", str(folder))
        stream = b"".join(self._parts)
        _git("--git-dir", str(folder), "fast-import", "--quiet", f"--export-marks={marks}", stdin=stream)
        ids = dict(line.split() for line in marks.read_text().splitlines())
        _git("--git-dir", str(folder), "update-ref", "refs/heads/main", ids[":1"])
        return ids


def _git(*arguments: str, stdin: bytes = b"") -> None:
    subprocess.run(["git", *arguments], input=stdin, env=git_environment(), check=True)
