"""The report on a terminal: the lines of the text report in colour, and the score of each category."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.readiness.reports.escape import log_line
from app.readiness.reports.lines import Kind, Line, verdict_lines
from app.readiness.reports.text import render_text
from app.readiness.status import Conclusion
from app.readiness.verdict import CategoryVerdict, Verdict

_FULL = 100
_STATUSES = ("implemented", "partial", "planned", "missing", "unknown", "error")
_STYLES = {
    Kind.HEADING: "bold",
    Kind.BLOCKING: "bold red",
    Kind.FAILED: "bold magenta",
    Kind.GAP: "yellow",
    Kind.PLACE: "yellow",
    Kind.WARNING: "cyan",
    Kind.HELP: "dim",
    Kind.NOTE: "dim",
}
_ANSWERS = {Conclusion.SUCCESS: "bold green", Conclusion.FAILURE: "bold red", Conclusion.NEUTRAL: "bold yellow"}


def print_verdict(verdict: Verdict) -> None:
    """On standard output."""
    render_terminal(verdict, Console())


def render_terminal(verdict: Verdict, console: Console) -> None:
    """Plain text when the console is no terminal; colours follow the console, which knows NO_COLOR."""
    if not console.is_terminal:
        console.file.write(render_text(verdict))
        return
    lines = list(verdict_lines(verdict))
    for line in lines[:-1]:
        console.print(_styled(line, _STYLES.get(line.kind, "")), soft_wrap=True, highlight=False)
    if any(category.score < _FULL for category in verdict.categories):
        console.print(_scores(verdict.categories))
    style = _ANSWERS[verdict.conclusion] if verdict.complete else "bold magenta"
    console.print(_styled(lines[-1], style), soft_wrap=True, highlight=False)


def _styled(line: Line, style: str) -> Text:
    """Only the lead is coloured where there is one; never markup, because the words come from the repository."""
    text = Text(str(line))
    text.stylize(style, 0, len(line.lead) or len(text))
    return text


def _scores(categories: tuple[CategoryVerdict, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("category", no_wrap=True)
    counted = [name for name in _STATUSES if any(getattr(row, name) for row in categories)]
    for name in ("score", *counted):
        table.add_column(name, justify="right")
    for row in categories:
        table.add_row(Text(log_line(row.id, 60)), str(row.score), *(str(getattr(row, name)) for name in counted))
    return table
