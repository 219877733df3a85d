"""`make bench-secrets`: recall, noise and speed of the secrets detector, next to a pinned scanner in the same run."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from secrets_hostile import hostile_files
from secrets_score import score

from app.readiness.detectors.secrets.detector import SecretsDetector

YARDSTICK = "kingfisher-bin==2.14.0"
# Outside the checkout, and kept, so that a second run installs nothing.
TOOLS = Path(tempfile.gettempdir()) / "readygate-bench-tools"
TREE_SCANNER = Path(__file__).with_name("secrets_tree.py")
MEGABYTE = 1 << 20
CHANGE_FILES = 30


def main(arguments: Sequence[str]) -> None:
    """Prints everything; the figures are for reading."""
    options = _options(arguments)
    detector = SecretsDetector(b"bench")
    print("\n".join(score(detector, misses=options.misses)))
    print("-- hostile files, 1 MB each, milliseconds")
    for name, seconds in _hostile(detector):
        print(f"{name:<24}{seconds * 1000:>8.1f}")
    print(f"{'10 MB of code':<24}{_large(detector) * 1000:>8.1f}")
    print(f"{'change of 30 files':<24}{_change(detector) * 1000:>8.2f}")
    if options.trees:
        scanner = _install(options.tools)
        for tree in options.trees:
            _compare(scanner, tree.resolve(), options.rounds)


def _hostile(detector: SecretsDetector) -> Iterator[tuple[str, float]]:
    for name, content in hostile_files(MEGABYTE).items():
        yield name, min(_timed(detector, "a.yml", content), _timed(detector, "a.yml", content))


def _large(detector: SecretsDetector) -> float:
    source = b"".join(file.read_bytes() for file in sorted(Path(__file__).parents[2].joinpath("app").rglob("*.py")))
    content = (source * (10 * MEGABYTE // len(source) + 1))[: 10 * MEGABYTE]
    return _timed(detector, "src/all.py", content)


def _change(detector: SecretsDetector) -> float:
    """The fastest of ten scans of thirty source files of this project, of some 15 KB each."""
    source = b"".join(file.read_bytes() for file in sorted(Path(__file__).parents[2].joinpath("app").rglob("*.py")))
    pieces = [source[start * 15_000 : (start + 1) * 15_000] for start in range(CHANGE_FILES)]
    return min(
        sum(_timed(detector, f"src/m{number}.py", piece) for number, piece in enumerate(pieces)) for _ in range(10)
    )


def _timed(detector: SecretsDetector, path: str, content: bytes) -> float:
    started = time.perf_counter()
    detector.scan(path, content)
    return time.perf_counter() - started


def _compare(scanner: Path, tree: Path, rounds: int) -> None:
    """Both in turns, the fastest of each; the other one has its rules compiled before."""
    theirs = _yardstick(scanner, tree)
    ours: list[Mapping[str, Any]] = []
    times = []
    for _ in range(rounds):
        ours.append(_ours(tree))
        times.append(_yardstick(scanner, tree))
    best = min(ours, key=lambda run: run["seconds"])
    theirs = min(times)
    print(f"-- {tree.name}: {best['files']} files, {best['bytes'] / 1e6:.1f} MB")
    print(f"   here {best['seconds']:.2f} s, the other {theirs:.2f} s: {theirs / best['seconds']:.1f} times as fast")
    for tier, kinds in sorted(best["findings"].items()):
        listed = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
        print(f"   {tier} {sum(kinds.values())}: {listed}")


def _ours(tree: Path) -> Mapping[str, Any]:
    done = subprocess.run((sys.executable, str(TREE_SCANNER), str(tree)), capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def _yardstick(scanner: Path, tree: Path) -> float:
    """Its wall time without a network where the system lets us take it away."""
    alone = ("unshare", "-n") if shutil.which("unshare") and os.geteuid() == 0 else ()
    options = ("-n", "--no-update-check", "-j2", "--git-history", "none", "--redact", "--format", "jsonl")
    environment = {**os.environ, "KF_RULE_CACHE_DIR": str(scanner.parent / "rules")}
    started = time.perf_counter()
    subprocess.run(
        (*alone, str(scanner), "scan", str(tree), *options), capture_output=True, check=False, env=environment
    )
    return time.perf_counter() - started


def _install(tools: Path) -> Path:
    """The pinned scanner in a folder of its own."""
    folder = tools / "kingfisher"
    scanner = folder / "bin" / "kingfisher"
    if not scanner.exists():
        venv.create(folder, with_pip=True)
        subprocess.run((folder / "bin" / "python", "-m", "pip", "install", "--quiet", YARDSTICK), check=True)
    return scanner


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-secrets", description=__doc__)
    parser.add_argument("--trees", type=Path, nargs="*", default=[], help="source trees to scan with both")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each scanner; the fastest counts")
    parser.add_argument("--misses", action="store_true", help="name the forms of the corpus that went wrong")
    parser.add_argument("--tools", type=Path, default=TOOLS, help="where other programs are installed and kept")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
