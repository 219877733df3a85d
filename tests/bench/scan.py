"""Part B: `readygate check` of a whole tree against ripgrep with as many patterns."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from measure import Cost, Memory, best, memory_of, run
from table import Row

from app.readiness.catalogue import Catalogue, builtin_rules, read_catalogue
from app.readiness.conditions.code import CodeCondition
from app.readiness.conditions.condition import Condition, Reference, walk

PATTERNS = Path(__file__).with_name("patterns.txt")
# Without the two options 200 patterns with bounded repeats take ripgrep minutes instead of half a second.
TUNED = ("rg", "-j1", "-f", str(PATTERNS), "--no-unicode", "--dfa-size-limit", "1G")
REPEATS = 3
WHOLE = Path(__file__).with_name("whole_tree.py")
READYGATE = (str(Path(sys.executable).with_name("readygate")), "check")
PART = "B scan"


class Checks:
    """`readygate check` of one tree, each time with the cache it is told to use."""

    def __init__(self, tree: Path, scratch: Path, repeats: int) -> None:
        self._tree = tree
        self._scratch = scratch
        self._repeats = repeats
        self._fresh = (scratch / f"cache-{number}" for number in count())

    def cold(self, *options: str) -> Cost:
        """The best of some runs, each with an empty cache."""
        return best([self._once(self._empty(), options) for _ in range(self._repeats)])

    def warm(self, *options: str) -> Cost:
        """The best of some runs after one that filled the cache."""
        folder = self._empty()
        self._once(folder, options)
        return best([self._once(folder, options) for _ in range(self._repeats)])

    def memory(self, *options: str) -> Memory:
        return memory_of(self._command(options), env=_cache(self._empty()))

    def _once(self, cache: Path, options: Sequence[str]) -> Cost:
        cost = run(self._command(options), env=_cache(cache))
        if cost.status != 0:
            raise SystemExit(f"readygate check ended with {cost.status}: {' '.join(self._command(options))}")
        return cost

    def _command(self, options: Sequence[str]) -> list[str]:
        report = str(self._scratch / "report.json")
        return [*READYGATE, str(self._tree), "--exit-zero", "--format", "json", "--output", report, *options]

    def _empty(self) -> Path:
        folder = next(self._fresh)
        shutil.rmtree(folder, ignore_errors=True)
        return folder


def measure_scan(tree: Path, scratch: Path, repeats: int) -> Iterator[Row]:
    """Ratios of CPU time; the yardstick runs before and after, and the better one counts."""
    if not shutil.which("rg"):
        yield Row(PART, "left out: ripgrep (`rg`) is not on PATH")
        return
    checks = Checks(tree, scratch, repeats)
    plain = [word for rule in rules_without_code() for word in ("--rule", rule)]
    yardstick = [run((*TUNED, str(tree))) for _ in range(repeats)]
    without, whole = checks.cold(*plain), checks.cold()
    again, again_commit = checks.warm(), checks.warm("--head", "HEAD")
    commit = checks.cold("--head", "HEAD")
    rg = best([*yardstick, *(run((*TUNED, str(tree))) for _ in range(repeats))])
    yield Row(PART, "ripgrep -j1, 200 patterns", cpu=rg.cpu, wall=rg.wall)
    no_code = checks.memory(*plain)
    yield _row("check, cold, no code conditions", without, rg, 1.5, no_code)
    everything = checks.memory()
    yield _again(tree, "without code conditions", rules_without_code(), rg, 1.5)
    yield _again(tree, "every rule", [], rg, 6.0)
    yield _row("check, cold, every rule", whole, rg, 6.0, everything)
    yield _row("check, cold, every rule, --head HEAD", commit, rg, 6.0, checks.memory("--head", "HEAD"))
    yield _row("check again, to the cold one", again, whole, 1 / 3, None)
    yield _row("check again, --head HEAD, to its cold one", again_commit, commit, 1 / 3, None)
    for name, memory in (("no code conditions", no_code), ("every rule", everything)):
        yield Row(
            PART,
            f"peak memory of all processes, {name}, to 150 MB",
            megabytes=memory.resident,
            ratio=memory.resident / 150,
            target=1.0,
            note=f"{memory.anonymous:.0f} MB of it not file-backed",
        )


def _again(tree: Path, name: str, rules: Sequence[str], rg: Cost, target: float) -> Row:
    command = (sys.executable, str(WHOLE), str(tree), *rules)
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(REPEATS)]
    cpu = min(float(done.stdout) for done in runs) / 1000
    words = f"the tree in a process that has judged another, as in the App, {name}"
    return Row(PART, words, cpu=cpu, ratio=cpu / rg.cpu, target=target)


def _row(name: str, cost: Cost, yardstick: Cost, target: float, memory: Memory | None) -> Row:
    return Row(
        PART,
        name,
        cpu=cost.cpu,
        wall=cost.wall,
        megabytes=memory.resident if memory else None,
        ratio=cost.cpu / yardstick.cpu,
        target=target,
    )


def rules_without_code() -> list[str]:
    """The rules that neither ask about syntax trees themselves nor refer to one that does."""
    catalogue = read_catalogue(builtin_rules())
    return [name for name in catalogue.rules if not _asks_code(catalogue, name, set())]


def _asks_code(catalogue: Catalogue, name: str, seen: set[str]) -> bool:
    if name in seen:
        return False
    seen.add(name)
    parts = [part for condition in _conditions(catalogue, name) for part in walk(condition)]
    return any(isinstance(part, CodeCondition) for part in parts) or any(
        _asks_code(catalogue, part.name, seen) for part in parts if isinstance(part, Reference)
    )


def _conditions(catalogue: Catalogue, name: str) -> tuple[Condition, ...]:
    if name in catalogue.rules:
        return catalogue.rules[name].conditions
    return (catalogue.facts[name].holds,) if name in catalogue.facts else ()


def _cache(folder: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(folder)}
