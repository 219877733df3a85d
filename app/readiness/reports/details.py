"""The body of a Markdown report: the gaps, in full unless a change found many of them there; then the rest by name."""

from collections.abc import Iterator, Sequence

from app.readiness.reports.escape import code_span, escape_prose, escape_text
from app.readiness.reports.grouping import group_rules
from app.readiness.reports.headline import count
from app.readiness.reports.rule_block import count_findings, rule_block, waived_block
from app.readiness.reports.truncate import Block
from app.readiness.verdict import RuleVerdict, Verdict

_STANDING = 20
"""More gaps than these, which a change neither brought nor made worse, are named and not told in full."""
_WARNINGS = 50


def detail_blocks(verdict: Verdict) -> list[Block]:
    """What blocks comes first and what passed comes last, because the end is what a limit cuts."""
    groups = group_rules(verdict)
    already = "Already there, not blocking" if verdict.base else "Gaps, not blocking"
    sections = (
        ("Blocking", "❌", groups.blocking),
        ("Could not be judged", "🛑", groups.failed),
        ("New gaps, not blocking", "⚠️", groups.new_gaps),
    )
    standing = (
        (already, "⚠️", groups.standing_gaps),
        ("Unknown: the repository does not show it", "❔", groups.unknown),
    )
    blocks: list[Block] = []
    for title, mark, rules in sections:
        blocks += _section(title, mark, rules)
    for title, mark, rules in standing:
        is_long = verdict.base is not None and len(rules) > _STANDING
        blocks += _listed(title, rules) if is_long else _section(title, mark, rules)
    if groups.waived:
        blocks.append(_heading("Waived", len(groups.waived)))
        blocks += [waived_block(verdict, rule) for rule in groups.waived]
    blocks += _ended_waivers(verdict)
    blocks += _not_looked_at(verdict)
    blocks += _names("Passed", groups.passed)
    return blocks + _names("Not applicable", groups.not_applicable)


def _section(title: str, mark: str, rules: Sequence[RuleVerdict]) -> Iterator[Block]:
    if rules:
        yield _heading(title, len(rules))
        for rule in rules:
            yield rule_block(rule, mark=mark)


def _listed(title: str, rules: Sequence[RuleVerdict]) -> Iterator[Block]:
    """By name and category: the author of a change came for what the change does."""
    yield _heading(title, len(rules))
    yield Block(f"{code_span('readygate check --rule ID')} says what one of them needs.")
    for category in sorted({rule.category for rule in rules}):
        named = [_named(rule) for rule in rules if rule.category == category]
        yield Block(f"- {escape_text(category, 100)}: {', '.join(named)}", rules=len(named))


def _named(rule: RuleVerdict) -> str:
    return f"{code_span(rule.id, 100)} ({rule.priority.value}, {count_findings(rule) or rule.status.value})"


def _heading(title: str, number: int) -> Block:
    return Block(f"#### {title} ({number})", is_heading=True)


def _ended_waivers(verdict: Verdict) -> list[Block]:
    ended = [waiver for waiver in verdict.waivers if waiver.expired]
    if not ended:
        return []
    lines = [f"- {code_span(w.rule)} ended {escape_prose(w.expires, 40)}: {escape_prose(w.reason)}" for w in ended[:50]]
    return [_heading("Waivers that have ended", len(ended)), Block("\n".join(lines))]


def _not_looked_at(verdict: Verdict) -> list[Block]:
    if not verdict.warnings:
        return []
    lines = [f"- {escape_prose(text)}" for text in verdict.warnings[:_WARNINGS]]
    more = [f"- … {len(verdict.warnings) - _WARNINGS} more"] if len(verdict.warnings) > _WARNINGS else []
    return [_heading("Not looked at", len(verdict.warnings)), Block("\n".join(lines + more))]


def _names(title: str, rules: Sequence[RuleVerdict]) -> list[Block]:
    if not rules:
        return []
    names = ", ".join(code_span(rule.id, 100) for rule in rules)
    summary = f"<details><summary>{title}: {count(len(rules), 'rule')}</summary>"
    return [Block(f"{summary}\n\n{names}\n\n</details>", rules=len(rules))]
