"""The plain text report, the same on every run, for pipes and build logs."""

from app.readiness.reports.lines import verdict_lines
from app.readiness.verdict import Verdict


def render_text(verdict: Verdict) -> str:
    """Lines without colour; the last one is the answer."""
    return "".join(f"{line}".rstrip() + "\n" for line in verdict_lines(verdict))
