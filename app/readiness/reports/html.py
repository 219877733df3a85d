"""The HTML report: one file that loads nothing, runs nothing and reads well on a phone."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.readiness.reports.aspects import aspects_text
from app.readiness.reports.escape import fold, fold_lines, prose_parts
from app.readiness.reports.grouping import find_waiver, group_rules, open_findings, waived_findings
from app.readiness.reports.headline import answer, count, coverage_line, headline, level, score
from app.readiness.reports.rule_block import FACT, PLACES, count_findings, place, status_text
from app.readiness.verdict import Verdict

_TEMPLATES = Path(__file__).parent / "templates"
_ITEMS = 200

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters |= {"line": fold, "lines": fold_lines, "prose": prose_parts}
_ENVIRONMENT.globals |= {
    "aspects_text": aspects_text,
    "count": count,
    "count_findings": count_findings,
    "fact_limit": FACT,
    "find_waiver": find_waiver,
    "items_shown": _ITEMS,
    "open_findings": open_findings,
    "place": place,
    "places_shown": PLACES,
    "status_text": status_text,
    "waived_findings": waived_findings,
}


def render_html(verdict: Verdict) -> str:
    """A whole page; its policy allows one style sheet, named by its hash, and nothing else."""
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    return _ENVIRONMENT.get_template("report.html.j2").render(
        verdict=verdict,
        groups=group_rules(verdict),
        answer=answer(verdict),
        headline=headline(verdict),
        score=score(verdict),
        level=level(verdict),
        coverage=coverage_line(verdict),
        wrong_claims=[claim for claim in verdict.claims if claim.get("agrees") is False],
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
    )
