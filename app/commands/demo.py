"""The demo behind `make demo`: a sample service, a pull request that breaks three rules, the whole App."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from app.commands.rehearsal import rehearse
from app.commands.sample import BASE_BRANCH, HEAD_BRANCH, TITLE, make_sample
from app.sandbox.checkout import read_checkout

# The whole demo is to end within a minute on a small machine.
_ISSUE_SECONDS = 25.0


def demo(*, stay: bool = False, port: int = 0) -> int:
    """Show Readygate at work; 0 when the App answered, else 1. `stay` keeps the pages up until Ctrl-C."""
    console = Console(soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="readygate-demo-", ignore_cleanup_errors=True) as folder:
        sample = Path(folder) / "shop"
        make_sample(sample)
        console.print(
            "A small sample service has the first things right on its main branch, and many gaps. The pull request "
            "removes its health route, runs its container as root, and commits a (made-up) token.",
            markup=False,
            highlight=False,
        )
        checkout = read_checkout(sample, BASE_BRANCH, HEAD_BRANCH)
        return rehearse(checkout, stay=stay, port=port, title=TITLE, issue_seconds=_ISSUE_SECONDS)


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m app.commands.demo [--stay] [--port N]`."""
    parser = argparse.ArgumentParser(prog="make demo", description="Show the whole App at work on a sample service.")
    parser.add_argument("--stay", action="store_true", help="keep the pages up until Ctrl-C")
    parser.add_argument("--port", type=int, default=0, help="the port of the pages; by default a free one")
    chosen = parser.parse_args(arguments)
    return demo(stay=chosen.stay, port=chosen.port)


if __name__ == "__main__":
    sys.exit(main())
