"""One rule as a folded piece of GitHub Markdown: what is wrong, why it matters, how to mend it, and where."""

from collections.abc import Sequence
from textwrap import indent

from app.readiness.findings import Finding
from app.readiness.reports.aspects import aspects_text
from app.readiness.reports.escape import code_block, code_html, code_span, escape_prose, escape_text
from app.readiness.reports.grouping import find_waiver, open_findings, waived_findings
from app.readiness.reports.headline import count
from app.readiness.reports.truncate import Block
from app.readiness.status import Confidence, Severity, Status
from app.readiness.verdict import RuleVerdict, Verdict

PLACES = 10
FACT = 2_000
"""Advice for every stack of a repository is longer than other sentences."""
_SUGGESTION = 600


def rule_block(rule: RuleVerdict, *, mark: str, is_open: bool = False) -> Block:
    """Everything about one rule in one balanced `<details>`; mark is the sign before its id."""
    opened = "<details open>" if is_open else "<details>"
    parts = [f"{opened}<summary>{mark} {rule_line(rule)}</summary>", *_facts(rule), _evidence(rule), _places(rule)]
    return Block("\n\n".join([part for part in parts if part] + ["</details>"]), rules=1)


def rule_line(rule: RuleVerdict) -> str:
    """`<code>id</code> title · priority · status · 1 new, 2 standing`, fit for raw HTML."""
    parts = [f"{code_html(rule.id)} {escape_text(rule.title, 120)}", rule.priority.value, status_text(rule)]
    return " · ".join([*parts, *([found] if (found := count_findings(rule)) else [])])


def status_text(rule: RuleVerdict) -> str:
    """Such as `partial, was implemented`, or `missing, low confidence` where only words show it."""
    is_changed = rule.base_status is not None and rule.base_status is not rule.status
    is_unsure = rule.status.is_gap and rule.confidence is Confidence.LOW
    notes = (f"was {rule.base_status}" if is_changed else "", "low confidence" if is_unsure else "")
    return ", ".join([rule.status.value, *filter(None, notes)])


def count_findings(rule: RuleVerdict) -> str:
    """Such as `1 new, 2 standing, 1 waived`, or an empty text."""
    findings = open_findings(rule)
    new = sum(finding.introduced for finding in findings)
    counted = [(new, "new"), (len(findings) - new, "standing"), (len(waived_findings(rule)), "waived")]
    return ", ".join(f"{number} {word}" for number, word in counted if number)


def place(path: str, start_line: int, end_line: int | None = None) -> str:
    """`path:3` or `path:3-7`, the path alone where no line is known; no text to show without escaping."""
    if start_line < 1:
        return path
    return f"{path}:{start_line}" if end_line is None or end_line <= start_line else f"{path}:{start_line}-{end_line}"


def _facts(rule: RuleVerdict) -> list[str]:
    named = [
        ("Blocks because", rule.reason if rule.blocking else ""),
        ("Not judged", rule.error if rule.status is Status.ERROR else ""),
        ("Because", "" if open_findings(rule) else rule.missing_evidence),
        ("Why", rule.why),
        ("Fix", rule.fix),
        ("Aspects", aspects_text(rule)),
    ]
    facts = [f"**{name}:** {escape_prose(text, FACT)}" for name, text in named if text]
    if rule.lost and not open_findings(rule):
        lines = [f"{code_span(place(e.path, e.line))} {escape_prose(e.text, 200)}" for e in rule.lost[:PLACES]]
        facts.append(f"**Until now:** {', '.join(lines)}")
    return [*facts, *([components] if (components := _components(rule)) else [])]


def _components(rule: RuleVerdict) -> str:
    short = [part for part in rule.components if part.status.is_gap or part.status is Status.ERROR]
    shown = [f"{code_span(part.path, 120)} {part.status.value}" for part in short[:PLACES]]
    return f"**Components:** {', '.join(shown)}{_more(len(short))}" if shown else ""


def _more(total: int) -> str:
    return f", … {total - PLACES} more" if total > PLACES else ""


def _evidence(rule: RuleVerdict) -> str:
    """The lines that led to the status; findings say it better where there are any."""
    if open_findings(rule):
        return ""
    lines = [f"- {code_span(place(e.path, e.line))} {escape_prose(e.text, 200)}" for e in rule.evidence[:PLACES]]
    return "\n".join(["**Seen:**", "", *lines, *_rest(len(rule.evidence))]) if lines else ""


def _places(rule: RuleVerdict) -> str:
    findings = open_findings(rule)
    return "\n".join([*map(finding_item, findings[:PLACES]), *_rest(len(findings))])


def _rest(total: int) -> Sequence[str]:
    return [f"- … {total - PLACES} more"] if total > PLACES else []


def finding_item(finding: Finding) -> str:
    """One bullet, with the suggestion as code beneath it."""
    words = ["**new**"] if finding.introduced else []
    words += ["warning"] if finding.severity is Severity.WARNING else []
    at = code_span(place(finding.path, finding.start_line, finding.end_line))
    head = " ".join([f"- {at}", *(f"({word})" for word in words), escape_prose(finding.message, 300)])
    if finding.commit:
        head += f" In commit {code_span(finding.commit[:12])}, no longer in the head."
    if finding.fingerprint and finding.introduced:
        head += f" Fingerprint {code_span(finding.fingerprint)}."
    if not finding.suggestion:
        return head
    return f"{head}\n\n{indent(code_block(finding.suggestion, _SUGGESTION), '  ')}\n"


def waived_block(verdict: Verdict, rule: RuleVerdict) -> Block:
    """One bullet: the rule, why its gap is accepted, by whom and until when."""
    findings = waived_findings(rule)
    waiver = find_waiver(verdict, rule, findings[0].path if findings else None)
    what = f"- {code_span(rule.id)} {rule.status.value}"
    what += f", {count(len(findings), 'finding')}" if findings else ""
    if waiver is None:
        return Block(what, rules=1)
    checked = "" if waiver.verified else " (approval not verified)"
    who = f"{escape_text(waiver.approved_by, 80)}{checked}, until {escape_text(waiver.expires, 40)}"
    return Block(f"{what}: {escape_prose(waiver.reason)} Approved by {who}.", rules=1)
