"""Scans a tree for secrets, in processes that have scanned nothing yet, and says how long it took."""

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from secrets_score import by_tier_and_kind

from app.readiness.detectors.detector import Sighting
from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.detectors.secrets.first_pass import first_pass


def files_of(tree: str, folder: str = "") -> Iterator[tuple[str, int]]:
    """Path and size of every file but symbolic links and what git keeps for itself."""
    with os.scandir(f"{tree}/{folder}") as entries:
        for entry in entries:
            path = f"{folder}{entry.name}"
            if entry.is_file(follow_symlinks=False):
                yield path, entry.stat(follow_symlinks=False).st_size
            elif entry.is_dir(follow_symlinks=False) and entry.name != ".git":
                yield from files_of(tree, f"{path}/")


def scan_files(detector: SecretsDetector, tree: str, paths: Iterable[str]) -> tuple[list[Sighting], int, int]:
    """What was seen, and how many files and bytes were looked at."""
    sightings, files, size = [], 0, 0
    for path in paths:
        content = _read(f"{tree}/{path}")
        files += 1
        size += len(content)
        hits = detector.scan(path, content)
        if hits:
            sightings.append(Sighting(path, hits))
    return sightings, files, size


def _read(path: str) -> bytes:
    """A third of the time of a Path."""
    file = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(file).st_size
        content = os.read(file, size)
        return content if len(content) == size else content + b"".join(iter(lambda: os.read(file, 1 << 20), b""))
    finally:
        os.close(file)


def scan_tree(detector: SecretsDetector, tree: str, jobs: int) -> tuple[list[Sighting], int, int]:
    """The same with the files dealt out to so many processes, the largest first."""
    paths = [(size, path) for path, size in files_of(tree) if detector.wants(path, size)]
    shares = [[path for _, path in sorted(paths, reverse=True)[start::jobs]] for start in range(jobs)]
    with multiprocessing.get_context("fork").Pool(jobs - 1) if jobs > 1 else nullcontext() as pool:
        others = pool.starmap_async(scan_files, [(detector, tree, share) for share in shares[1:]]) if pool else None
        parts = [scan_files(detector, tree, shares[0]), *(others.get() if others else ())]
    return [one for part in parts for one in part[0]], sum(part[1] for part in parts), sum(part[2] for part in parts)


class Folder:
    """Keeps what a detector wants kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, keys: Sequence[str]) -> dict[str, bytes]:
        return {key: (self._folder / key).read_bytes() for key in keys if (self._folder / key).exists()}

    def put(self, facts: Mapping[str, bytes]) -> None:
        for key, value in facts.items():
            (self._folder / key).write_bytes(value)


def main(tree: str, jobs: int, engine: str, kept: Path) -> None:
    """One line of JSON; time counts from before the formats are read."""
    if engine == "re2":
        sys.modules["hyperscan"] = None  # type: ignore[assignment]
    started = time.perf_counter()
    detector = SecretsDetector(b"bench")
    if engine == "hyperscan":
        detector.prepare(Folder(kept))
    else:
        first_pass().suspects(b"")
    sightings, files, size = scan_tree(detector, tree, jobs)
    seconds = time.perf_counter() - started
    counts = by_tier_and_kind(detector, sightings)
    print(json.dumps({"seconds": seconds, "files": files, "bytes": size, "findings": counts}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
