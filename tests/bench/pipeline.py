"""Part C: a warm pull request of three files in the App, against the tools a CI job would run for it."""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from measure import Cost, best, median, run
from pull_requests import CODE, PullRequest, Served, serve_pull_requests
from table import Row

PART = "C pull request"
WARM = Path(__file__).with_name("warm_pull.py")
PULLS = 8
# The first ones fill mirror, caches and the process: warm is what comes after.
COLD_PULLS = 2
CPU_MS = 100.0
TOOLS = {
    "detect-secrets": "detect-secrets==1.5.0",
    "squawk": "squawk-cli==2.70.0",
    "diff-cover": "diff-cover==11.0.1",
    "zizmor": "zizmor==1.32.0",
    "checkov": "checkov==3.3.30",
}


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    command: tuple[str, ...]


def measure_pull_request(tree: Path, tools: Path, scratch: Path, repeats: int) -> Iterator[Row]:
    installed = install(tools / "scanners")
    with serve_pull_requests(tree, scratch, PULLS) as served:
        ours = _warm(served, scratch)
        pipeline: list[tuple[str, Cost]] = []
        for name, cost in _pipeline(served, served.pulls[-1], installed, scratch, repeats):
            pipeline.append((name, cost))
            yield Row(PART, f"pipeline: {name}", cpu=cost.cpu, wall=cost.wall)
    for name in TOOLS.keys() - installed.keys():
        yield Row(PART, f"left out: {name} does not install here")
    total = sum(cost.cpu for _, cost in pipeline)
    wall = sum(cost.wall for _, cost in pipeline)
    yield Row(PART, "pipeline scoped to the three files, together", cpu=total, wall=wall)
    cpu, steps = median([one["cpu"] for one in ours]), _steps(ours)
    row = Row(
        PART,
        f"warm pull request of three files, to {CPU_MS:.0f} ms of CPU",
        cpu=cpu / 1000,
        wall=median([one["wall"] for one in ours]) / 1000,
        ratio=cpu / CPU_MS,
        target=1.0,
        note=f"CPU ms: {steps}",
    )
    yield row
    yield Row(PART, "the same, to the pipeline's CPU", cpu=cpu / 1000, ratio=cpu / 1000 / total, target=1 / 40)
    scanned = max(one["stats"]["blobs_scanned"] for one in ours)
    yield Row(PART, "files scanned for it, to three", ratio=scanned / 3, target=1.0, note=f"at most {scanned}")


def _warm(served: Served, scratch: Path) -> list[dict[str, object]]:
    folder = scratch / "app"
    folder.mkdir()
    heads = [pull.head for pull in served.pulls]
    command = [sys.executable, str(WARM), served.url, str(folder), served.base_branch, *heads]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{WARM.name}: {done.stderr[-2000:]}")
    costs: list[dict[str, object]] = json.loads(done.stdout)
    return costs[COLD_PULLS:]


def _steps(costs: list[dict[str, object]]) -> str:
    names = list(costs[0]["steps"])
    return ", ".join(f"{name} {median([cost['steps'][name] for cost in costs]):.0f}" for name in names)


def _pipeline(
    served: Served, pull: PullRequest, installed: dict[str, str], scratch: Path, repeats: int
) -> Iterator[tuple[str, Cost]]:
    checkout = scratch / "checkout"
    clone = ("git", "clone", "--quiet", "--depth", "2", "--branch", pull.branch, served.url, str(checkout))
    costs = []
    for _ in range(repeats):
        shutil.rmtree(checkout, ignore_errors=True)
        costs.append(run(clone))
    yield "fetch of depth 2 and checkout", best(costs)
    report = write_coverage(checkout, scratch / "coverage.xml")
    for step in steps(installed, pull, checkout, report):
        yield step.name, best([run(step.command, cwd=checkout) for _ in range(repeats)])


def steps(installed: dict[str, str], pull: PullRequest, checkout: Path, report: Path) -> Iterator[Step]:
    """What each tool is asked, limited to the three files where it can be."""
    sql = [path for path in pull.files if path.endswith(".sql")]
    has_workflows = (checkout / ".github" / "workflows").is_dir()
    asked: dict[str, tuple[str, ...]] = {
        "detect-secrets": ("scan", *pull.files),
        "squawk": tuple(sql),
        "diff-cover": (str(report), "--compare-branch=HEAD~1", "--quiet"),
        "zizmor": ("--offline", "--no-progress", "--quiet", ".github/workflows") if has_workflows else (),
        "checkov": ("--quiet", "--compact", "--skip-download", *(word for path in pull.files for word in ("-f", path))),
    }
    for name, words in asked.items():
        if name in installed and words:
            yield Step(name, (installed[name], *words))


def write_coverage(checkout: Path, report: Path) -> Path:
    """A Cobertura file over up to 1,000 files of code, as a test run would leave it."""
    files = sorted(file for file in checkout.rglob("*") if file.suffix in CODE and file.is_file())[:1000]
    lines = "".join(f'<line number="{number}" hits="{number % 3}"/>' for number in range(1, 101))
    classes = "".join(
        f"<class filename={quoteattr(str(file.relative_to(checkout)))} name='x'><lines>{lines}</lines></class>"
        for file in files
    )
    report.write_text(
        f"<?xml version='1.0'?><coverage line-rate='0.66'><sources><source>{checkout}</source></sources>"
        f"<packages><package name='x'><classes>{classes}</classes></package></packages></coverage>"
    )
    return report


def install(folder: Path) -> dict[str, str]:
    """Paths of the tools that could be installed; each by itself, so that one that cannot leaves the others."""
    if not (folder / "bin" / "pip").exists():
        venv.create(folder, with_pip=True)
    found = {}
    for command, package in TOOLS.items():
        path = folder / "bin" / command
        if not path.exists():
            pip = [str(folder / "bin" / "pip"), "install", "--quiet", package]
            subprocess.run(
                pip, check=False, capture_output=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
            )
        if path.exists():
            found[command] = str(path)
    return found
