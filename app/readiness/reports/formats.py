"""The formats of `readygate check` by name, and the exit status that goes with every one of them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

from app.errors import InvalidInput
from app.readiness.lazy import lazily
from app.readiness.snapshot import Change
from app.readiness.status import Conclusion
from app.readiness.verdict import Verdict, to_json

READY = 0
NOT_READY = 1
INCOMPLETE = 3

github, html, junit, markdown, sarif, plain = (
    cast(Any, lazily(f"app.readiness.reports.{name}"))
    for name in ("github", "html", "junit", "markdown", "sarif", "text")
)
Render = Callable[[Verdict, Change | None], str]

FORMATS: Mapping[str, Render] = MappingProxyType(
    {
        "text": lambda verdict, _: plain.render_text(verdict),
        "json": lambda verdict, _: to_json(verdict, indent=2) + "\n",
        "sarif": lambda verdict, _: sarif.render_sarif(verdict),
        "markdown": lambda verdict, _: markdown.render_markdown(verdict),
        # Not the function itself: naming it would load its module.
        "github": lambda verdict, change: github.render_github(verdict, change),  # noqa: PLW0108
        "html": lambda verdict, _: html.render_html(verdict),
        "junit": lambda verdict, _: junit.render_junit(verdict),
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
