"""`make bench-coverage`: reports of 100 MB read by us and by others, each in a process of its own, in one run."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from coverage_reports import WRITERS

MIB = 1024 * 1024
MOST_MEMORY_MB = 130
_OURS = ("-P", "-m", "app.jobs.coverage_parser")
_DIFF_COVER_LCOV = """
import sys
from diff_cover.violationsreporters.violations_reporter import LcovCoverageReporter
LcovCoverageReporter.parse(sys.argv[1])
"""
_DIFF_COVER_XML = """
import sys, os
import xml.etree.ElementTree as etree
from diff_cover.git_path import GitPathTool
from diff_cover.violationsreporters.violations_reporter import XmlCoverageReporter
GitPathTool.set_cwd(os.getcwd())
reporter = XmlCoverageReporter([etree.parse(sys.argv[1])])
for number in range(1, 6):
    reporter.violations(f"module{number}/file{number}.py")
"""
_JSON = """
import json, sys
with open(sys.argv[1], "rb") as file:
    json.load(file)
"""
OTHERS = {
    "lcov": ("diff-cover", _DIFF_COVER_LCOV, 1.7),
    "cobertura": ("diff-cover, 5 files of a change", _DIFF_COVER_XML, 5.0),
    "coverage-py": ("json", _JSON, 7.0),
}


def measure(program: tuple[str, ...], path: Path) -> tuple[float, float]:
    """Processor seconds and MB of one whole process, its start and its answer counted."""
    root = Path(__file__).parents[2]
    with path.open("rb") as report, tempfile.TemporaryFile() as answer:
        child = subprocess.Popen(
            [sys.executable, *program, str(path)],
            stdin=report,
            stdout=answer,
            env={**os.environ, "PYTHONPATH": str(root)},
            cwd=root,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"{program[-1][:60]} ended with {child.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def best(runs: list[tuple[float, float]]) -> tuple[float, float]:
    return min(seconds for seconds, _ in runs), max(memory for _, memory in runs)


def compare(name: str, path: Path, repeats: int) -> bool:
    """Whether we are as quick as we say; runs are interleaved, because machines have other work too."""
    other, code, wanted = OTHERS[name]
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    for _ in range(repeats):
        ours.append(measure(_OURS, path))
        theirs.append(measure(("-c", code), path))
    (mine, memory), (yours, much) = best(ours), best(theirs)
    size = path.stat().st_size / MIB
    ratio = yours / mine
    is_good = ratio >= wanted and memory < MOST_MEMORY_MB
    print(f"{name:12} ours    {mine:6.2f} s {size / mine:6.1f} MiB/s {memory:6.0f} MB")
    print(f"{'':12} theirs  {yours:6.2f} s {size / yours:6.1f} MiB/s {much:6.0f} MB   {other}")
    print(f"{'':12} {ratio:.1f} times, wanted {wanted}; {'good' if is_good else 'NOT GOOD'}", flush=True)
    return is_good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--formats", nargs="*", default=list(WRITERS), choices=list(WRITERS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = []
        for name in options.formats:
            path = Path(folder) / name
            WRITERS[name](path, options.megabytes * 1_000_000)
            results.append(compare(name, path, options.repeats))
            path.unlink()
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
