"""The App's evaluation of pull requests one after the other in one process; prints what each cost as JSON.

The steps are those of `app/jobs/fetch.py` and `app/jobs/review.py` without the requests to GitHub's API.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import tree_of

from app.git.mirror import Mirror
from app.jobs.evaluator import OPERATIONS


class Meter:
    """Milliseconds of CPU and wall so far, git processes that still run included."""

    def __init__(self) -> None:
        self._cpu, self._wall = self._now()

    def lap(self) -> tuple[float, float]:
        """(CPU, wall) since the last lap."""
        cpu, wall = self._now()
        passed = cpu - self._cpu, wall - self._wall
        self._cpu, self._wall = cpu, wall
        return passed

    def _now(self) -> tuple[float, float]:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        cpu = sum(usage.ru_utime + usage.ru_stime for usage in used) * 1000
        living = [pid for pid in tree_of(os.getpid()) if pid != os.getpid()]
        return cpu + sum(_nanoseconds(pid) for pid in living) / 1_000_000, time.monotonic() * 1000


def _nanoseconds(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    except (OSError, ValueError):
        return 0


def review(url: str, scratch: Path, head: str, base_branch: str, meter: Meter) -> dict[str, Any]:
    """One pull request; `steps` are milliseconds of CPU."""
    mirror = Mirror(scratch / "mirrors", 1)
    steps: dict[str, float] = {}
    walls: list[float] = []

    def step(name: str, work: Callable[[], Any]) -> Any:
        result = work()
        steps[name], wall = meter.lap()
        walls.append(wall)
        return result

    meter.lap()
    tips = step("fetch", lambda: mirror.fetch(url, [head, f"refs/heads/{base_branch}"]))
    tip = tips[f"refs/heads/{base_branch}"]
    asked = {"git_dir": str(mirror.path), "head": head, "against": tip, "policy": tip}
    survey = step("survey", lambda: OPERATIONS["survey"](asked))
    place = {"git_dir": str(mirror.path), "head": head, "base": survey["base"]}
    step("fetch files", lambda: mirror.fetch_blobs(url, survey["blobs"]) if survey["blobs"] else None)
    policy = step("policy", lambda: OPERATIONS["policy"]({"layers": [], "known_good": []}))
    request = {
        **place,
        "head_sha": head,
        "base_sha": survey["base"],
        "base_ref": base_branch,
        "repository": "bench/repository",
        "layers": policy["layers"],
        "notes": [],
        "secret_key": "00" * 32,
        "today": "2026-01-15",
        "scan_cache": str(scratch / "scan-cache.db"),
    }
    answer = step("judge", lambda: json.dumps(OPERATIONS["judge"](request)))
    return {
        "cpu": sum(steps.values()),
        "wall": sum(walls),
        "steps": steps,
        "stats": json.loads(json.loads(answer)["verdict"])["stats"],
    }


def main(url: str, scratch: str, base_branch: str, *heads: str) -> None:
    meter = Meter()
    print(json.dumps([review(url, Path(scratch), head, base_branch, meter) for head in heads]))


if __name__ == "__main__":
    main(*sys.argv[1:])
