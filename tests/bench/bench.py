"""`make bench`: what Readygate costs next to other programs, as ratios of the same run."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from intake import measure_intake
from measure import adopt_orphans
from pipeline import measure_pull_request
from scan import measure_scan
from table import Row, render

Part = Callable[[argparse.Namespace, Path], Iterator[Row]]
# Outside the checkout, and kept, so that a second run installs nothing.
TOOLS = Path(tempfile.gettempdir()) / "readygate-bench-tools"
PARTS: dict[str, Part] = {
    "intake": lambda options, scratch: measure_intake(options.tools, scratch, options.rounds, options.seconds),
    "scan": lambda options, scratch: measure_scan(options.repo, scratch, options.repeats),
    "pull": lambda options, scratch: measure_pull_request(options.repo, options.tools, scratch, options.repeats),
}


def main(arguments: Sequence[str]) -> int:
    """1 when a ratio misses its target."""
    options = _options(arguments)
    adopt_orphans()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="readygate-bench-") as scratch:
        for name in options.parts:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            folder = Path(scratch) / name
            folder.mkdir()
            rows.extend(PARTS[name](options, folder))
    print(render(rows))
    return 0 if all(row.is_met for row in rows) else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    here = Path(__file__).resolve().parents[2]
    parser.add_argument("--repo", type=Path, default=here, help="a clone with its work tree; by default this checkout")
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--repeats", type=int, default=5, help="runs of each command; the best counts")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of the intake part; the median counts")
    parser.add_argument("--seconds", type=int, default=3, help="how long each load lasts")
    parser.add_argument("--tools", type=Path, default=TOOLS, help="where other programs are installed and kept")
    options = parser.parse_args(arguments)
    options.repo = options.repo.expanduser().resolve()
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
