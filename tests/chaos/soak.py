"""`make soak`: a thousand pull requests on each database while everything goes wrong, and what came of it."""

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from history import History, write_history
from judge import is_heard, judge
from machinery import HALVES, WHOLE, ZOMBIE, Weather, calm, running
from recording import Recording, record
from vandal import Mood

from app.sandbox.webhooks import Unruly

# More of everything than in the test, but pauses between, so that work is done while things go wrong.
GALE = Weather(
    doors=Mood(between=(4.0, 15.0), short=(0.1, 2.0), long=ZOMBIE),
    queue=Mood(between=(3.0, 12.0), short=(0.1, 2.0), long=(3.0, 12.0)),
    database=Mood(between=(15.0, 40.0), short=(0.2, 3.0), long=ZOMBIE, down=(0.0, 5.0)),
    faults=1.0,
    unruly=Unruly(lost=0.1, doubled=0.3, late=3.0),
)
REST_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One set-up's run; rested is after how many seconds without faults everything was done."""

    set_up: str
    counts: Counter[tuple[str, str]]
    seen: Recording
    rested: float
    complaints: list[str]


def main() -> int:
    """0 when the judge has nothing to complain of."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pulls", type=int, default=1000)
    parser.add_argument("--repositories", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=720.0, help="how long the faults last, for each set-up")
    parser.add_argument("--output", type=Path, help="where the table goes as well")
    asked = parser.parse_args()
    seed = int(os.environ.get("READYGATE_CHAOS_SEED") or secrets.randbelow(10**6))
    _say(f"READYGATE_CHAOS_SEED={seed}")
    with tempfile.TemporaryDirectory(prefix="readygate-soak-") as folder:
        outcomes = _soak(Path(folder), seed, asked)
    table = "\n".join(_table(asked, seed, outcomes))
    print(table)
    if asked.output:
        asked.output.write_text(f"{table}\n")
    return 1 if any(outcome.complaints for outcome in outcomes) else 0


def _soak(folder: Path, seed: int, asked: argparse.Namespace) -> list[Outcome]:
    folder.chmod(0o755)
    history = write_history(
        folder, seed, repositories=asked.repositories, pulls=asked.pulls, pushes=2, main_pushes=asked.pulls // 50
    )
    _say(f"{len(history.pushes)} pushes are written; what a calm App says of their ends is found out")
    undisturbed = calm(history, folder / "calm", REST_SECONDS)
    outcomes = []
    for set_up, names in (("`serve`, SQLite", WHOLE), ("2 web, 2 worker, PostgreSQL, Valkey", HALVES)):
        _say(f"{set_up}: {asked.seconds:.0f} seconds of faults")
        outcomes.append(_outcome(set_up, names, folder / names[0], history, undisturbed, seed, asked.seconds))
        _say(f"{set_up}: at rest after {outcomes[-1].rested:.0f} s, complaints: {outcomes[-1].complaints}")
    return outcomes


def _outcome(
    set_up: str,
    names: tuple[str, ...],
    folder: Path,
    history: History,
    undisturbed: Recording,
    seed: int,
    seconds: float,
) -> Outcome:
    with running(history, folder, names) as run:
        run.storm(seed, seconds, GALE)
        rested = run.rest(REST_SECONDS, hastened=False)
        seen = record(run.sandbox, run.outages)
    return Outcome(set_up, run.counts(), seen, rested, judge(seen, undisturbed))


def _table(asked: argparse.Namespace, seed: int, outcomes: list[Outcome]) -> Iterator[str]:
    what = f"{asked.pulls} pull requests in {asked.repositories} repositories"
    yield f"{what}, {asked.seconds:.0f} seconds of faults, seed {seed}"
    yield ""
    yield "| | " + " | ".join(outcome.set_up for outcome in outcomes) + " |"
    yield "|---|" + "---:|" * len(outcomes)
    for part in (_figures, _disturbances, _verdict):
        columns = [part(outcome) for outcome in outcomes]
        for name in dict.fromkeys(name for column in columns for name in column):
            yield f"| {name} | " + " | ".join(column.get(name, "") for column in columns) + " |"


def _figures(outcome: Outcome) -> dict[str, str]:
    seen = outcome.seen
    checks = [check for home in seen.homes.values() for check in home.checks]
    limits = [request for request in seen.requests if request.retry_after]
    figures = {
        "newest heads": sum(len(home.heads) for home in seen.homes.values()),
        "webhooks": len({delivery.guid for delivery in seen.deliveries}),
        "lost on the way": sum(delivery.is_lost for delivery in seen.deliveries),
        "not answered with 2xx": sum(not delivery.is_ok for delivery in seen.deliveries),
        "requests to GitHub": len(seen.requests),
        "check runs": len(checks),
        "check runs closed as superseded": sum(check.conclusion == "cancelled" for check in checks),
        "annotations": sum(len(check.annotations) for check in checks),
        "issues": sum(len(home.issues) for home in seen.homes.values()),
        "limits told, and judged": f"{len(limits)}, {sum(is_heard(limit, seen) for limit in limits)}",
    }
    return {name: str(value) for name, value in figures.items()}


def _disturbances(outcome: Outcome) -> dict[str, str]:
    return {f"{who}: {what}": str(count) for (who, what), count in sorted(outcome.counts.items()) if count}


def _verdict(outcome: Outcome) -> dict[str, str]:
    verdict = "nothing lost, nothing doubled" if not outcome.complaints else f"{len(outcome.complaints)} complaints"
    return {"all done after the last fault": f"{outcome.rested:.0f} s", "the judge": verdict}


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
