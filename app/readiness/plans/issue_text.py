"""The words of an issue: what is missing, where, why it matters, how to mend it and how to prove it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from app.readiness.evidence import Evidence
from app.readiness.plans.codeowners import OwnerSet
from app.readiness.policy import IssuePolicy
from app.readiness.reports.escape import cap, code_block, code_span, escape_prose, escape_text, inert
from app.readiness.status import Status
from app.readiness.verdict import RuleVerdict

# https://docs.github.com/en/rest/issues/issues#create-an-issue; bytes, although GitHub counts characters.
LONGEST_TITLE = 256
LARGEST_BODY = 65_536
MOST_PLACES = 50
MOST_COMPONENTS = 30

_LONG = 2_000
_SHORT = 300
_LIST_BYTES = 14_000
_STATUS_WORDS = {
    Status.MISSING: "not met",
    Status.PARTIAL: "met only in part",
    Status.PLANNED: "planned, and not there yet",
    Status.UNKNOWN: "cannot be judged from the files",
    Status.IMPLEMENTED: "met, except for the places below",
}


def marker(key: str) -> str:
    """The hidden first line by which an issue is found again."""
    return f"<!-- readygate:v1 key={''.join(c if c.isalnum() or c in ':._-' else '-' for c in key)} -->"


def title_of(rule: RuleVerdict) -> str:
    return cap(f"Readiness: {inert(rule.title, LONGEST_TITLE)}", LONGEST_TITLE)


def rule_body(rule: RuleVerdict, key: str, owners: OwnerSet, settings: IssuePolicy, *, due: date | None) -> str:
    """The body for one gap, at most 65,536 bytes.

    due: the day to name; None says it relative to the opening, which is the form that digests are taken of.
    """
    sections = [
        f"**{escape_text(rule.title)}**: {_STATUS_WORDS.get(rule.status, 'there is a gap')}.",
        escape_prose(rule.missing_evidence, _LONG),
        _section("Where", _places(rule)),
        _section("Components", _components(rule)),
        _section("Why", [escape_prose(rule.why, _LONG)]),
        _section("Fix", [escape_prose(rule.fix, _LONG)]),
        _section("Facts", facts(rule, owners, settings, due)),
        _section("Proof", [f"Run {code_span(f'readygate check --rule {rule.id}')}; this issue closes by itself."]),
        _section("Accept it instead", [waiver(rule.id)]),
    ]
    return fit("\n\n".join([marker(key), *(section for section in sections if section)]) + "\n")


def to_verify_body(rules: Sequence[RuleVerdict], key: str) -> str:
    """The body of the one issue for everything that no file could answer, at most 65,536 bytes."""
    lines = (
        f"- {rule.priority} **{escape_text(rule.title)}** ({code_span(rule.id)}): "
        f"{escape_prose(rule.missing_evidence, _SHORT)}"
        for rule in rules
    )
    intro = "The files of this repository neither show nor rule out the following. Somebody who knows should look."
    ending = (
        "Add the evidence to the repository, attest it in `.github/rules.yml`, or waive it there. "
        "Run `readygate check` to see the list again; this issue closes by itself."
    )
    return fit("\n\n".join([marker(key), intro, "\n".join(within(lines, 3 * _LIST_BYTES)), ending]) + "\n")


def withdrawn_body(key: str) -> str:
    """What is left of an issue about secrets that everybody reads by now."""
    words = (
        "This repository is no longer private, so where its secrets are is not told here any more. GitHub keeps "
        "earlier versions of this text: an admin should delete the issue. Rotate every secret it named: whoever reads "
        "the repository can read them."
    )
    return (
        f"{marker(key)}\n\n{words}\n\n{code_span('readygate check --rule no-secrets')} in a clone names the places.\n"
    )


def closing_comment(rule: RuleVerdict | None) -> str:
    """Why an issue is closed, with the evidence; None for a rule the policy no longer asks for."""
    if rule is None:
        return "Closed: the policy no longer asks for this here."
    if rule.waived:
        return f"Closed: the gap in {code_span(rule.id)} is accepted by a waiver."
    if rule.status is Status.NOT_APPLICABLE:
        return f"Closed: {code_span(rule.id)} does not apply to this repository any more."
    evidence = _evidence_lines(rule.evidence)
    first = f"Closed: {code_span(rule.id)} is {rule.status}."
    return "\n".join([first, "", *within(evidence, _LIST_BYTES)]) if evidence else first


def _section(heading: str, lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    return f"### {heading}\n\n{text}" if text else ""


def _places(rule: RuleVerdict) -> list[str]:
    open_findings = [finding for finding in rule.findings if not finding.waived]
    findings = [Evidence(found.path, found.start_line, found.message) for found in open_findings]
    places = findings or list(rule.evidence)
    return within(_evidence_lines(places[:MOST_PLACES]), _LIST_BYTES, more=max(0, len(places) - MOST_PLACES))


def _evidence_lines(evidence: Iterable[Evidence]) -> list[str]:
    return [
        f"- {code_span(f'{item.path}:{item.line}')} {escape_prose(item.text, _SHORT)}".rstrip() for item in evidence
    ]


def _components(rule: RuleVerdict) -> list[str]:
    gaps = [part for part in rule.components if part.status.is_gap]
    lines = [f"- {code_span(part.path)} {part.status}" for part in gaps[:MOST_COMPONENTS]]
    return within(lines, _LIST_BYTES, more=max(0, len(gaps) - MOST_COMPONENTS))


def facts(rule: RuleVerdict, owners: OwnerSet, settings: IssuePolicy, due: date | None) -> list[str]:
    """The rule first, then its priority, the due date and the owners."""
    days = settings.due_days.get(rule.priority)
    lines = [f"- Rule: {code_span(rule.id)}", f"- Priority: {rule.priority}"]
    if days is not None:
        lines.append(f"- Due: {due.isoformat() if due else f'{days} days after this issue was opened'}")
    names = [f"@{team}" for team in owners.teams] + [f"@{user}" for user in owners.users]
    if names:
        lines.append("- Owners: " + ", ".join(code_span(name) for name in names[:20]))
    return lines


def due_date(rule: RuleVerdict, settings: IssuePolicy, opened: date | None) -> date | None:
    days = settings.due_days.get(rule.priority)
    return opened + timedelta(days=days) if opened is not None and days is not None else None


def waiver(rule_id: str) -> str:
    """How to accept the gap, with an example."""
    example = f"waivers:\n  - {{rule: {rule_id}, reason: why this is fine, approved-by: a name, expires: a date}}"
    return "Add a waiver to `.github/rules.yml` on the default branch, by a reviewed pull request:\n\n" + code_block(
        example
    )


def within(lines: Iterable[str], limit: int, more: int = 0) -> list[str]:
    """The first lines that fit into so many bytes, and how many were left out."""
    kept: list[str] = []
    size = 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > limit:
            more += 1
        else:
            kept.append(line)
    return [*kept, f"- … and {more} more"] if more else kept


def fit(body: str) -> str:
    """A last resort: every part is capped already, so this cuts only what a future part would add."""
    return body.encode(errors="replace")[:LARGEST_BODY].decode(errors="ignore")
