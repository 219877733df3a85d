"""Gaps that share an issue because a repository has many: which do, and how that issue reads."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from app.readiness.plans.codeowners import OwnerSet
from app.readiness.plans.issue_text import facts, fit, marker, waiver, within
from app.readiness.policy import IssuePolicy
from app.readiness.reports.advice import short_fix
from app.readiness.reports.escape import code_span, escape_prose, escape_text, inert
from app.readiness.verdict import RuleVerdict

MANY = 20
"""With more gaps than these the ones of a category share an issue, unless the policy says otherwise."""
PREFIX = "category:"
_BYTES = 40_000
_SHORT = 300


class Known(Protocol):
    """What is known of an issue that exists."""

    @property
    def state(self) -> str: ...
    @property
    def closed_by(self) -> str | None: ...


def shared_gaps(
    gaps: Sequence[RuleVerdict], known: Mapping[str, Known], settings: IssuePolicy
) -> dict[str, list[RuleVerdict]]:
    """By category the gaps that share an issue; a rule that ever had an issue of its own keeps to it.

    known: the issues of this repository by what their keys name. An issue of a category stays in use until its gaps
    are closed, also when there are few by now, and until then a person may have put it away.
    """
    shared: dict[str, list[RuleVerdict]] = {}
    is_many = settings.group == "category" or (settings.group == "auto" and len(gaps) > MANY)
    for rule in gaps:
        issue = known.get(PREFIX + rule.category)
        in_use = issue is not None and (issue.state == "open" or issue.closed_by != "app")
        if rule.id not in known and settings.group != "rule" and (is_many or in_use):
            shared.setdefault(rule.category, []).append(rule)
    return shared


def category_title(category: str) -> str:
    return f"Readiness: gaps in {inert(category, 100)}"


def category_body(
    rules: Sequence[RuleVerdict], key: str, owners: OwnerSet, settings: IssuePolicy, *, due: date | None
) -> str:
    """The body for the gaps of one category, the most important first, at most 65,536 bytes."""
    several = len(rules) > 1
    ending = (
        f"Run {code_span('readygate check --rule ID')} for the places. Each line goes when its gap is closed, and the "
        "issue closes by itself with the last. With `issues: {group: rule}` in `.github/rules.yml` every gap gets an "
        "issue of its own."
    )
    sections = [
        f"{len(rules)} rule{'s' if several else ''} of this category {'are' if several else 'is'} not met. "
        "The gaps share this issue because the repository has many.",
        "\n".join(within(map(_line, rules), _BYTES)),
        "### Facts\n\n" + "\n".join(facts(rules[0], owners, settings, due)[1:]),
        f"### Proof\n\n{ending}",
        f"### Accept one instead\n\n{waiver(rules[0].id)}",
    ]
    return fit("\n\n".join([marker(key), *sections]) + "\n")


def _line(rule: RuleVerdict) -> str:
    what = f"- {rule.priority} **{escape_text(rule.title)}** ({code_span(rule.id)}, {rule.status})"
    because = f": {escape_prose(rule.missing_evidence, _SHORT)}" if rule.missing_evidence else ""
    return f"{what}{because} **Fix:** {escape_prose(short_fix(rule.fix), 2 * _SHORT)}"
