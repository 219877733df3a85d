"""The doors of the worker: `readygate worker`, and `readygate serve`, everything in one process tree."""

from app.web.process import run_process
from app.web.whole import open_whole, open_worker


def worker() -> None:
    """Run a worker: judge what webhooks and the sweep find due; it shares its database with `readygate web`."""
    run_process(open_worker)


def serve() -> None:
    """Run everything in one process tree: HTTP server, worker, embedded queue, SQLite unless told otherwise."""
    run_process(open_whole)
