"""The door of the web half: `readygate web`."""

import uvloop

from app.web.alone import open_web
from app.web.process import run_process


def web() -> None:
    """Run the HTTP server alone; workers run elsewhere and share its database."""
    run_process(open_web, loop_factory=uvloop.new_event_loop)
