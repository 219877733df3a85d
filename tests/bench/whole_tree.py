"""Judging a tree without a cache in a process that has judged another, as in the App; prints milliseconds of CPU."""

import resource
import sys
from datetime import date
from pathlib import Path

from app.jobs.examine import examine_local
from app.readiness.catalogue import builtin_catalogue

OTHER = Path(__file__).resolve().parent.parent.parent


def main(tree: str, *rules: str) -> None:
    """What the tree costs after another one, Readygate's own, was judged."""
    catalogue = builtin_catalogue()
    cost = 0.0
    for folder in (OTHER, Path(tree)):
        before = _used()
        examine_local(
            folder,
            catalogue=catalogue,
            secret_key=bytes(32),
            today=date(2026, 1, 15),
            only=frozenset(rules) or None,
        )
        cost = _used() - before
    print(cost)


def _used() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used) * 1000


if __name__ == "__main__":
    main(*sys.argv[1:])
