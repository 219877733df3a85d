"""The doors of the server: `readygate web`, HTTP only, and `readygate serve`, everything in one process tree."""

from app.web.process import run_process


def web() -> None:
    """Run the HTTP server alone; workers run elsewhere and share its database and queue."""
    run_process(has_web=True, has_worker=False)


def serve() -> None:
    """Run everything in one process tree: HTTP server, worker, embedded queue, SQLite unless told otherwise."""
    run_process(has_web=True, has_worker=True)
