"""The Markdown report: a job summary or a status file, with the scores by category."""

from typing import Any

from app.readiness.reports.details import detail_blocks
from app.readiness.reports.escape import code_span, escape_prose, escape_text
from app.readiness.reports.rule_block import place
from app.readiness.reports.summary import summary_blocks
from app.readiness.reports.truncate import JOB_SUMMARY_BYTES, Block, fit
from app.readiness.verdict import Verdict

_ITEMS = 50


def render_markdown(verdict: Verdict) -> str:
    """At most 1,000,000 bytes, so that it may be a job summary on GitHub; ends with a line break."""
    title = f"## Production readiness{f' of {escape_text(verdict.repository)}' if verdict.repository else ''}"
    blocks = [Block(title), *summary_blocks(verdict), *_scores(verdict), *detail_blocks(verdict)]
    return fit([*blocks, *_claims(verdict), *_planned(verdict)], JOB_SUMMARY_BYTES) + "\n"


def _scores(verdict: Verdict) -> list[Block]:
    if not verdict.categories:
        return []
    head = "| Category | Score | Implemented | Partial | Planned | Missing | Unknown | Error |"
    lines = [
        f"| {escape_text(c.id, 80)} | {c.score} | {c.implemented} | {c.partial} | {c.planned} | {c.missing} "
        f"| {c.unknown} | {c.error} |"
        for c in verdict.categories
    ]
    return [Block("\n".join([head, "|---|--:|--:|--:|--:|--:|--:|--:|", *lines]))]


def _claims(verdict: Verdict) -> list[Block]:
    """Only claims that the repository contradicts; the others are in the JSON report."""
    wrong = [claim for claim in verdict.claims if claim.get("agrees") is False]
    return _list("Claims that do not hold", [f"{_item(claim)}: {_contrast(claim)}" for claim in wrong])


def _contrast(claim: dict[str, Any]) -> str:
    claimed, found = claim.get("claimed") or claim.get("value"), claim.get("found") or "otherwise"
    return f"claimed {escape_text(str(claimed), 80)}, found {escape_text(str(found), 80)}"


def _planned(verdict: Verdict) -> list[Block]:
    return _list("Planned items", [_item(item) for item in verdict.planned])


def _item(item: dict[str, Any]) -> str:
    at = place(str(item.get("path", "")), int(item.get("line") or 1))
    return f"- {code_span(at)} {escape_prose(str(item.get('title', '')))}"


def _list(title: str, lines: list[str]) -> list[Block]:
    more = [f"- … {len(lines) - _ITEMS} more"] if len(lines) > _ITEMS else []
    heading = Block(f"#### {title} ({len(lines)})", is_heading=True)
    return [heading, Block("\n".join(lines[:_ITEMS] + more))] if lines else []
