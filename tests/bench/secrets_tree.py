"""Scans the trees it is given for secrets, in one process that has scanned nothing yet, and says how long it took."""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from secrets_score import by_tier_and_kind

from app.readiness.detectors.detector import Sighting
from app.readiness.detectors.secrets.detector import SecretsDetector


def files_of(tree: Path) -> Iterator[tuple[str, Path]]:
    """Every file but symbolic links and what git keeps for itself."""
    for folder, folders, names in os.walk(tree):
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in sorted(names):
            file = Path(folder, name)
            if not file.is_symlink() and file.is_file():
                yield os.path.relpath(file, tree), file


def scan_tree(detector: SecretsDetector, tree: Path) -> tuple[list[Sighting], int, int]:
    """What was seen, and how many files and bytes were looked at."""
    sightings, files, size = [], 0, 0
    for path, file in files_of(tree):
        if not detector.wants(path, file.stat().st_size):
            continue
        content = file.read_bytes()
        files += 1
        size += len(content)
        hits = detector.scan(path, content)
        if hits:
            sightings.append(Sighting(path, hits))
    return sightings, files, size


def main(trees: list[str]) -> None:
    """One line of JSON for each tree."""
    for tree in trees:
        started = time.perf_counter()
        detector = SecretsDetector(b"bench")
        sightings, files, size = scan_tree(detector, Path(tree))
        seconds = time.perf_counter() - started
        counts = by_tier_and_kind(detector, sightings)
        print(json.dumps({"seconds": seconds, "files": files, "bytes": size, "findings": counts}))


if __name__ == "__main__":
    main(sys.argv[1:])
