"""`make bench-catalogue`: the rules judged on repositories that people have read, and how often they agree.

Labels lie beside this file, one file a repository at one commit. The trees are not part of the checkout: they are
cloned from GitHub into a cache, or taken from a folder that holds clones named owner+name.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LABELS = HERE / "labels"
GRAVE = {"implemented", "missing"}
TARGETS = {"exact": 90.0, "grave": 2.0, "unknown": 20.0}


@dataclass(frozen=True, slots=True)
class Label:
    """What a reader found for one rule in one repository; also: what a careful reader could have chosen as well."""

    repository: str
    rule: str
    status: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A label beside what the rule said."""

    label: Label
    category: str
    found: str
    words: str

    @property
    def is_exact(self) -> bool:
        return self.found in (self.label.status, *self.label.also)

    @property
    def is_grave(self) -> bool:
        """Implemented taken for missing, or missing for implemented."""
        return not self.is_exact and {self.found, self.label.status} == GRAVE


def main() -> int:
    """0 when every target is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trees", type=Path, help="a folder of clones named owner+name; nothing is cloned then")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "readygate-catalogue")
    parser.add_argument("--only", nargs="*", default=[], help="names of repositories, or parts of them")
    parser.add_argument("--list", action="store_true", help="every disagreement, with what was said")
    asked = parser.parse_args()
    files = [
        path for path in sorted(LABELS.glob("*.jsonl")) if not asked.only or any(n in path.name for n in asked.only)
    ]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda path: judged(path, asked.trees, asked.cache), files))
    judgements = [one for some in found for one in some]
    if asked.list:
        print("\n".join(disagreements(judgements)))
    print("\n".join(table(judgements)))
    return 0 if is_met(judgements) else 1


def judged(path: Path, trees: Path | None, cache: Path) -> list[Judgement]:
    """What the rules say of one labelled repository."""
    head, *lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    tree = checkout(head["repository"], head["commit"], trees, cache)
    command = [str(Path(sys.executable).parent / "readygate"), "check", str(tree), "--head", head["commit"]]
    done = subprocess.run([*command, "--format", "json", "--exit-zero"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{path.name}: {done.stderr[-2000:]}")
    said = dict(statuses(json.loads(done.stdout)))
    labels = (Label(head["repository"], x["rule"], x["status"], tuple(x.get("also") or ())) for x in lines)
    return [Judgement(label, *said[label.rule]) for label in labels if label.rule in said]


def statuses(verdict: dict[str, list[dict[str, object]]]) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Category, status and words of every rule and aspect; a rule goes before an aspect of its name."""
    for rule in verdict["rules"]:
        for aspect in rule.get("aspects") or ():  # type: ignore[attr-defined]
            yield aspect["id"], (str(rule["category"]), aspect["status"], aspect["title"])
    for rule in verdict["rules"]:
        yield str(rule["id"]), (str(rule["category"]), str(rule["status"]), words(rule))


def words(rule: dict[str, object]) -> str:
    evidence = [f"{e['path']}:{e['line']}" for e in rule["evidence"][:2]]  # type: ignore[index]
    return " ".join([*evidence, str(rule["missing_evidence"])])[:200]


def checkout(repository: str, commit: str, trees: Path | None, cache: Path) -> Path:
    """A clone that holds the commit."""
    name = repository.replace("/", "+")
    if trees is not None:
        for folder in (trees / name, trees / repository.partition("/")[2]):
            if folder.is_dir():
                return folder
        raise SystemExit(f"{trees} holds no clone named {name}")
    folder = cache / name
    if not folder.is_dir():
        subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    fetch = ["git", "-C", str(folder), "fetch", "--quiet", "--depth=1", f"https://github.com/{repository}", commit]
    subprocess.run(fetch, check=True)
    return folder


def disagreements(judgements: Iterable[Judgement]) -> Iterator[str]:
    for one in sorted(judgements, key=lambda one: (not one.is_grave, one.category, one.label.rule)):
        if not one.is_exact:
            mark = "GRAVE" if one.is_grave else "     "
            what = f"{one.label.rule}: {one.label.status}, found {one.found}"
            yield f"{mark} {one.category:24} {what:70} {one.label.repository}  {one.words}"


def table(judgements: list[Judgement]) -> Iterator[str]:
    yield f"{'category':28} {'labels':>6} {'exact %':>8} {'grave %':>8} {'unknown %':>9}"
    for category in sorted({one.category for one in judgements}):
        yield row(category, [one for one in judgements if one.category == category])
    yield row("all", judgements)
    for repository in sorted({one.label.repository for one in judgements}):
        yield row(repository, [one for one in judgements if one.label.repository == repository])


def row(name: str, judgements: list[Judgement]) -> str:
    exact, grave, unknown = shares(judgements)
    return f"{name[:40]:28} {len(judgements):6} {exact:8.1f} {grave:8.1f} {unknown:9.1f}"


def shares(judgements: list[Judgement]) -> tuple[float, float, float]:
    """Of a hundred: exact, grave, unknown."""
    count = Counter[str]()
    for one in judgements:
        count.update(exact=one.is_exact, grave=one.is_grave, unknown=one.found == "unknown")
    total = max(len(judgements), 1)
    return 100 * count["exact"] / total, 100 * count["grave"] / total, 100 * count["unknown"] / total


def is_met(judgements: list[Judgement]) -> bool:
    exact, grave, unknown = shares(judgements)
    return exact >= TARGETS["exact"] and grave < TARGETS["grave"] and unknown <= TARGETS["unknown"]


if __name__ == "__main__":
    sys.exit(main())
