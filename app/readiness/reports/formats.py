"""The formats of `readygate check` by name, and the exit status that goes with every one of them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.errors import InvalidInput
from app.readiness.reports.github import render_github
from app.readiness.reports.html import render_html
from app.readiness.reports.junit import render_junit
from app.readiness.reports.markdown import render_markdown
from app.readiness.reports.sarif import render_sarif
from app.readiness.reports.text import render_text
from app.readiness.snapshot import Change
from app.readiness.status import Conclusion
from app.readiness.verdict import Verdict, to_json

READY = 0
NOT_READY = 1
INCOMPLETE = 3

Render = Callable[[Verdict, Change | None], str]

FORMATS: Mapping[str, Render] = MappingProxyType(
    {
        "text": lambda verdict, _: render_text(verdict),
        "json": lambda verdict, _: to_json(verdict, indent=2) + "\n",
        "sarif": lambda verdict, _: render_sarif(verdict),
        "markdown": lambda verdict, _: render_markdown(verdict),
        "github": render_github,
        "html": lambda verdict, _: render_html(verdict),
        "junit": lambda verdict, _: render_junit(verdict),
    }
)


def render(verdict: Verdict, format: str, *, change: Change | None = None) -> str:  # noqa: A002 - the option's name
    """The report as text that ends with a line break; raises `InvalidInput` for a format that is not known."""
    if format not in FORMATS:
        raise InvalidInput(f"the format {format!r} is not known", mend=f"use one of: {', '.join(FORMATS)}")
    return FORMATS[format](verdict, change)


def exit_status(verdict: Verdict) -> int:
    """0 ready or not enforced, 1 not ready, 3 incomplete, which wins; 2 belongs to the command itself."""
    if not verdict.complete:
        return INCOMPLETE
    return NOT_READY if verdict.conclusion is Conclusion.FAILURE else READY
