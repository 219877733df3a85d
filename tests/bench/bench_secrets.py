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

from leaks.table import table
from leaks.tally import tallied
from secrets_hostile import hostile_files
from secrets_score import score
from secrets_tree import Folder

from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.detectors.secrets.first_pass import gates_key
from app.readiness.detectors.secrets.generic_shapes import load_shapes
from app.readiness.detectors.secrets.pack import load_pack
from app.readiness.detectors.secrets.prefilter import GatePrefilter

YARDSTICK = "kingfisher-bin==2.14.0"
# Outside the checkout, and kept, so that a second run installs nothing.
TOOLS = Path(tempfile.gettempdir()) / "readygate-bench-tools"
TREE_SCANNER = Path(__file__).with_name("secrets_tree.py")
MEGABYTE = 1 << 20
CHANGE_FILES = 30
WAYS = (("hyperscan", 2), ("hyperscan", 1), ("re2", 2), ("re2", 1))


def main(arguments: Sequence[str]) -> None:
    """Prints everything; the figures are for reading."""
    options = _options(arguments)
    options.tools.mkdir(parents=True, exist_ok=True)
    _keep_gates(options.tools)
    detector = SecretsDetector(b"bench")
    detector.prepare(Folder(options.tools))
    print("\n".join(score(detector, misses=options.misses)))
    print("\n".join(table(tallied(detector), misses=options.misses)))
    print("-- hostile files, 1 MB each, milliseconds")
    for name, seconds in _hostile(detector):
        print(f"{name:<24}{seconds * 1000:>8.1f}")
    print(f"{'10 MB of code':<24}{_large(detector) * 1000:>8.1f}")
    print(f"{'change of 30 files':<24}{_change(detector) * 1000:>8.2f}")
    if options.trees:
        scanner = _install(options.tools)
        for tree in options.trees:
            _compare(scanner, tree.resolve(), options.tools, options.rounds)


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


def _keep_gates(folder: Path) -> None:
    """As after the first large tree that a machine has scanned."""
    made = GatePrefilter(load_pack().patterns, load_shapes())
    Folder(folder).put({gates_key(): made.to_bytes()})


def _compare(scanner: Path, tree: Path, tools: Path, rounds: int) -> None:
    """All in turns, the fastest of each; both programs have their rules compiled before, and two processors."""
    theirs = [_yardstick(scanner, tree)]
    ours: dict[tuple[str, int], list[Mapping[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for (engine, jobs), runs in ours.items():
            runs.append(_ours(tree, jobs, engine, tools))
        theirs.append(_yardstick(scanner, tree))
    best = {way: min(runs, key=lambda run: run["seconds"]) for way, runs in ours.items()}
    first = best[WAYS[0]]
    print(f"-- {tree.name}: {first['files']} files, {first['bytes'] / 1e6:.1f} MB; the other took {min(theirs):.2f} s")
    for (engine, jobs), run in best.items():
        times = min(theirs) / run["seconds"]
        print(
            f"   {engine}, {jobs} process{'es' if jobs > 1 else ''}: {run['seconds']:.2f} s, {times:.1f} times as fast"
        )
    for tier, kinds in sorted(first["findings"].items()):
        listed = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
        print(f"   {tier} {sum(kinds.values())}: {listed}")
    if any(run["findings"] != first["findings"] for run in best.values()):
        print("   NOT EQUAL: the engines found different secrets")


def _ours(tree: Path, jobs: int, engine: str, kept: Path) -> Mapping[str, Any]:
    command = (sys.executable, str(TREE_SCANNER), str(tree), str(jobs), engine, str(kept))
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


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
