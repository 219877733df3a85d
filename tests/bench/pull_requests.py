"""Pull requests of three files each, made on top of any repository, and served over HTTP."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from measure import end

SERVER = Path(__file__).with_name("git_server.py")
CODE = (".ts", ".tsx", ".js", ".jsx", ".py", ".go", ".java", ".kt", ".rb", ".rs", ".php", ".cs")
FILES = 3
# A file of usual size: neither an index of two lines nor something generated.
SIZES = range(1_000, 20_000)
_WHO = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "bench"), ("EMAIL", "bench@localhost"), ("DATE", "1700000000 +0000"))
}


@dataclass(frozen=True, slots=True)
class PullRequest:
    number: int
    head: str
    files: tuple[str, ...]

    @property
    def branch(self) -> str:
        return f"bench-{self.number}"


@dataclass(frozen=True, slots=True)
class Served:
    """A bare repository with pull requests, at an address of this machine."""

    url: str
    base: str
    base_branch: str
    pulls: tuple[PullRequest, ...]


@contextmanager
def serve_pull_requests(repository: Path, scratch: Path, count: int) -> Iterator[Served]:
    bare = scratch / "served" / "repository.git"
    _git(scratch, "clone", "--quiet", "--bare", "--shared", str(repository), str(bare))
    base = _git(bare, "rev-parse", "HEAD")
    branch = "bench-base"
    _git(bare, "update-ref", f"refs/heads/{branch}", base)
    pulls = tuple(_make(bare, base, number, files) for number, files in enumerate(_choose(bare, base, count)))
    process = subprocess.Popen([sys.executable, str(SERVER), str(bare.parent)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        yield Served(f"http://127.0.0.1:{port}/repository.git", base, branch, pulls)
    finally:
        end(process)
        process.stdout.close()


def _choose(bare: Path, commit: str, count: int) -> list[tuple[str, ...]]:
    """Every file once at most, from all over the tree, the same ones in every run."""
    rows = (line.split("\t", 1) for line in _git(bare, "ls-tree", "-r", "-l", commit).splitlines())
    fitting = [path for told, path in rows if path.endswith(CODE) and told.startswith("100") and _fits(told)]
    if len(fitting) < FILES:
        raise SystemExit("the repository has no code files that could be changed")
    step = max(1, len(fitting) // (FILES * count))
    chosen = fitting[::step]
    return [tuple(chosen[start : start + FILES]) for start in range(0, FILES * min(count, len(chosen) // FILES), FILES)]


def _fits(told: str) -> bool:
    size = told.split()[3]
    return size.isdecimal() and int(size) in SIZES


def _make(bare: Path, base: str, number: int, files: tuple[str, ...]) -> PullRequest:
    index = {"GIT_INDEX_FILE": str(bare / f"index-{number}")}
    _git(bare, "read-tree", base, env=index)
    for path in files:
        content = subprocess.run(["git", "show", f"{base}:{path}"], cwd=bare, capture_output=True, check=True).stdout
        changed = content.replace(b"\n", b"\n\n", 1) + b"\n"
        blob = _git(bare, "hash-object", "-w", "--stdin", stdin=changed)
        _git(bare, "update-index", "--cacheinfo", f"100644,{blob},{path}", env=index)
    tree = _git(bare, "write-tree", env=index)
    head = _git(bare, "commit-tree", tree, "-p", base, "-m", f"Pull request {number}", env=_WHO)
    pull = PullRequest(number, head, files)
    _git(bare, "update-ref", f"refs/heads/{pull.branch}", head)
    return pull


def _git(folder: Path, *words: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        ["git", *words], cwd=folder, input=stdin, env={**os.environ, **(env or {})}, capture_output=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"git {words[0]}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout.decode(errors="surrogateescape").strip()
