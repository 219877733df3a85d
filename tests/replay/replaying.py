"""Commits of any repository replayed as pull requests through the App's path, each beside a full scan.

By hand, on a repository whose files are all there (a clone that is not partial):
`python -m tests.replay.replaying PATH [--commits 20] [--head REF]`
"""

import argparse
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.git.open_mirror import OpenMirror
from app.jobs import evaluator
from app.jobs.examine import examine_mirror
from app.readiness.detectors.secrets.first_pass import gates_key
from app.readiness.policy import Layer
from app.readiness.verdict import to_json

KEY = b"k" * 32
TODAY = date(2026, 11, 20)
# The strictest policy asks every rule.
POLICY = Layer("org", "acme/.github:rules.yml", "version: 1\nextends: readygate/strict\n", "1" * 40)
Pair = tuple[str, str]


class Forgetful:
    """A cache that knows nothing, and notes under which keys it was given what blobs yield."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {}

    def put(self, facts: Mapping[str, bytes]) -> None:
        self.keys += facts

    def get_tree(self, plan: str) -> bytes | None:
        return None

    def put_tree(self, plan: str, content: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """One commit, judged by the App and by a full scan; differs: the parts of the verdict that are not the same."""

    head: str
    files: int
    scanned: int
    scanned_in_full: int
    cpu_ms: int
    cpu_ms_in_full: int
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """distinct: how many questions about blobs the full scans asked, each counted once over all commits.

    kept: how many answers the App's cache holds in the end; unlike: questions that only one of both asked.
    """

    judged: tuple[Judged, ...]
    distinct: int
    kept: int
    unlike: int

    @property
    def scanned(self) -> int:
        return sum(one.scanned for one in self.judged)

    @property
    def faults(self) -> list[str]:
        found = [f"{one.head[:12]} differs in {', '.join(one.differs)}" for one in self.judged if one.differs]
        if self.scanned != self.kept:
            found.append(f"{self.scanned} scans gave {self.kept} answers: a blob was scanned twice")
        if self.unlike or self.kept != self.distinct:
            found.append(f"{self.unlike} questions were asked by only one of both")
        return found


def first_parents(git_dir: Path, head: str, count: int) -> list[Pair]:
    """(first parent, commit) of the newest commits of a branch, oldest first."""
    command = ["git", f"--git-dir={git_dir}", "rev-list", "--first-parent", f"--max-count={count + 1}", head, "--"]
    commits = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[::-1]
    return list(pairwise(commits))


def replay(
    git_dir: Path, pairs: Sequence[Pair], cache: Path, arrive: Callable[[str, str], None] = lambda base, head: None
) -> Replay:
    """Each pair as a pull request, one after the other; `arrive` brings (base, head) into the mirror first."""
    full, judged = Forgetful(), []
    for base, head in pairs:
        arrive(base, head)
        own = json.loads(evaluator.judge(_request(git_dir, base, head, cache))["verdict"])
        before = len(full.keys)
        other = _in_full(git_dir, base, head, full)
        mine, theirs = own.pop("stats"), other.pop("stats")
        differs = tuple(sorted(key for key in own.keys() | other.keys() if own.get(key) != other.get(key)))
        judged.append(
            Judged(head, mine["files"], mine["blobs_scanned"], len(full.keys) - before, mine["cpu_ms"],
                   theirs["cpu_ms"], differs)
        )  # fmt: skip
    kept = set(_kept(cache))
    return Replay(tuple(judged), len(set(full.keys)), len(kept), len(kept ^ set(full.keys)))


def _request(git_dir: Path, base: str, head: str, cache: Path) -> dict[str, Any]:
    return {
        "git_dir": str(git_dir), "head": head, "base": base, "head_sha": head, "base_sha": base, "base_ref": "main",
        "layers": [{"name": POLICY.name, "path": POLICY.path, "text": POLICY.text, "commit": POLICY.commit}],
        "notes": [], "repository": "acme/shop", "secret_key": KEY.hex(), "today": TODAY.isoformat(),
        "scan_cache": str(cache),
    }  # fmt: skip


def _in_full(git_dir: Path, base: str, head: str, cache: Forgetful) -> dict[str, Any]:
    with OpenMirror(git_dir) as mirror:
        examined = examine_mirror(
            mirror,
            head=head,
            base=base,
            head_sha=head,
            base_sha=base,
            layers=[POLICY],
            catalogue=evaluator.catalogue(),
            secret_key=KEY,
            today=TODAY,
            repository="acme/shop",
            cache=cache,
        )
    verdict: dict[str, Any] = json.loads(to_json(examined.verdict))
    return verdict


def _kept(cache: Path) -> Iterator[str]:
    """The keys of facts; the database of the secrets detector's gates is none."""
    database = sqlite3.connect(cache)
    try:
        yield from (key for (key,) in database.execute("SELECT key FROM fact") if key != gates_key())
    finally:
        database.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--commits", type=int, default=20)
    parser.add_argument("--head", default="HEAD")
    asked = parser.parse_args()
    inside = asked.path / ".git"
    git_dir = (inside if inside.is_dir() else asked.path).resolve()
    with TemporaryDirectory() as folder:
        done = replay(git_dir, first_parents(git_dir, asked.head, asked.commits), Path(folder) / "scan-cache.db")
    print("commit        files  scanned  in full  CPU ms  in full  differs")
    for one in done.judged:
        print(f"{one.head[:12]} {one.files:>6} {one.scanned:>8} {one.scanned_in_full:>8} {one.cpu_ms:>7} "
              f"{one.cpu_ms_in_full:>8}  {', '.join(one.differs) or '-'}")  # fmt: skip
    print(f"{done.scanned} scans, {done.kept} answers kept, {done.distinct} distinct questions in full scans")
    for fault in done.faults:
        print(f"FAULT {fault}")
    return 1 if done.faults else 0


if __name__ == "__main__":
    sys.exit(main())
