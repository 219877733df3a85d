"""The door of the worker: `readygate worker`, as many processes as there is work for."""

from app.web.process import run_process


def worker() -> None:
    """Run a worker: judge what webhooks and the sweep find due; it shares its database with `readygate web`."""
    run_process(has_web=False, has_worker=True)
