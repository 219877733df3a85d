"""The top of a Markdown report: the answer, what is new and what stood already, and what was judged."""

from collections.abc import Sequence
from shlex import quote

from app.readiness.reports.escape import code_span, escape_html, escape_prose, escape_text
from app.readiness.reports.grouping import Groups, group_rules, is_new, mended_rules, open_findings, places_of
from app.readiness.reports.headline import coverage_line, headline, tally
from app.readiness.reports.next_steps import next_steps
from app.readiness.reports.rule_block import PLACES, place
from app.readiness.reports.truncate import Block
from app.readiness.status import Conclusion
from app.readiness.verdict import RuleVerdict, Verdict

MARKS = {Conclusion.SUCCESS: "✅", Conclusion.FAILURE: "❌", Conclusion.NEUTRAL: "⚪"}


def summary_blocks(verdict: Verdict, *, details_url: str | None = None, base_ref: str | None = None) -> list[Block]:
    """The answer first, then what the author can act on, then how it was judged."""
    groups = group_rules(verdict)
    mark = MARKS[verdict.conclusion] if verdict.complete else "⚠️"
    blocks = [Block(f"### {mark} {headline(verdict)}"), *_policy_blocks(verdict), Block(_table(verdict, groups))]
    if not verdict.complete:
        blocks.append(Block("**This is not a pass.** Something could not be judged; what and why stands below."))
    blocks += _bullets(groups)
    blocks += _mended(verdict)
    lines = (next_steps(verdict, code_span), coverage_line(verdict), _judged(verdict), _layers(verdict))
    blocks += [Block(line) for line in lines if line]
    return [*blocks, Block(_same_verdict(details_url, base_ref or verdict.base[:12] if verdict.base else None))]


def _policy_blocks(verdict: Verdict) -> list[Block]:
    note = verdict.policy_note
    blocks = []
    if note.problems:
        lines = [f"- {_problem_line(verdict, number)}" for number in range(min(len(note.problems), PLACES))]
        more = [f"- … {len(note.problems) - PLACES} more"] if len(note.problems) > PLACES else []
        blocks.append(Block("\n".join(["**Mistakes in the policy; they fail this check:**", "", *lines, *more])))
    if note.notes:
        blocks.append(Block("\n".join(f"> - {escape_prose(text, 500)}" for text in note.notes[:PLACES])))
    return blocks


def _problem_line(verdict: Verdict, number: int) -> str:
    problem = verdict.policy_note.problems[number]
    at = ":".join([problem.path] + [str(n) for n in (problem.line, problem.column) if n])
    mend = f" {escape_prose(problem.mend, 500)}" if problem.mend else ""
    return f"❌ {f'{code_span(at)} ' if at else ''}{escape_prose(problem.message, 500)}{mend}"


def _table(verdict: Verdict, groups: Groups) -> str:
    """Counts of rules; an audit has one column because there is no base."""
    gaps = groups.new_gaps + groups.standing_gaps
    rows = (("Blocking", groups.blocking), ("Gap", gaps), ("Unknown", groups.unknown), ("Waived", groups.waived))
    if verdict.base is None:
        lines = [f"| {name} | {len(rules)} |" for name, rules in rows]
        return "\n".join(["| Rules | In this tree |", "|---|--:|", *lines])
    lines = [f"| {name} | {_new(rules)} | {len(rules) - _new(rules)} |" for name, rules in rows]
    return "\n".join(["| Rules | New in this change | Already there |", "|---|--:|--:|", *lines])


def _new(rules: Sequence[RuleVerdict]) -> int:
    return sum(is_new(rule) or any(finding.introduced for finding in rule.findings) for rule in rules)


def _bullets(groups: Groups) -> list[Block]:
    """The blocking rules and those that could not be judged, a line each."""
    rules = [("❌", rule) for rule in groups.blocking] + [("🛑", rule) for rule in groups.failed]
    lines = [f"- {mark} {_bullet(rule)}" for mark, rule in rules[:PLACES]]
    more = [f"- … {len(rules) - PLACES} more, below"] if len(rules) > PLACES else []
    return [Block("\n".join(lines + more))] if lines else []


def _mended(verdict: Verdict) -> list[Block]:
    names = [code_span(rule.id) for rule in mended_rules(verdict)]
    more = [f"{len(names) - PLACES} more"] if len(names) > PLACES else []
    return [Block(f"**Better with this change:** {', '.join([*names[:PLACES], *more])}")] if names else []


def _bullet(rule: RuleVerdict) -> str:
    findings = open_findings(rule)
    what = rule.error or rule.reason or (findings[0].message if findings else rule.missing_evidence or rule.title)
    places = [place(*found) for found in places_of(rule)[:1]]
    at = f" — {code_span(places[0])}" if places and places[0] not in what else ""
    return f"**{escape_text(rule.id, 100)}** {escape_prose(what, 300)}{at}"


def _judged(verdict: Verdict) -> str:
    parts = tally(verdict)
    if verdict.head:
        against = f" against {code_span(verdict.base[:12])}" if verdict.base else ""
        parts.append(f"evaluated {code_span(verdict.head[:12])}{against}")
    parts.append(f"{verdict.stats.files} files in {verdict.stats.wall_ms / 1000:.1f} s")
    return " · ".join(parts)


def _layers(verdict: Verdict) -> str:
    layers = verdict.policy_note.layers
    shown = [code_span(layer) for layer in layers[:PLACES]]
    return f"Policy {code_span(verdict.policy[:12])}{': ' if shown else ''}{', '.join(shown)}"


def _same_verdict(details_url: str | None, base_ref: str | None) -> str:
    command = f"readygate check --base {quote(base_ref)}" if base_ref else "readygate check"
    link = f"{link_html(details_url, 'Open the details')} · " if details_url else ""
    return f"{link}{code_span(command)} gives the same verdict."


def link_html(address: str, text: str) -> str:
    """A link as HTML, which needs no Markdown escaping; anything but http and https stays text."""
    if not address.startswith(("https://", "http://")):
        return escape_text(text)
    return f'<a href="{escape_html(address, 2_000)}">{escape_text(text)}</a>'
