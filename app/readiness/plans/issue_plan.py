"""Which issues to open, change, close or open again, so that there is one for each gap and none without."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.readiness.plans.codeowners import Owners, OwnerSet
from app.readiness.plans.issue_change import IssueChange, IssueDraft, IssueLink, digest_of
from app.readiness.plans.issue_groups import PREFIX, category_body, category_title, shared_gaps
from app.readiness.plans.issue_text import (
    closing_comment,
    due_date,
    rule_body,
    title_of,
    to_verify_body,
)
from app.readiness.plans.withdrawals import withdraw
from app.readiness.policy import IssuePolicy
from app.readiness.standing_secrets import SECRET_RULES
from app.readiness.status import Mode, Status
from app.readiness.verdict import RuleVerdict, Verdict

TO_VERIFY = "to-verify"
# https://docs.github.com/en/rest/issues/issues#create-an-issue
MOST_ASSIGNEES = 10
LONGEST_LABEL = 50

_SHOWN_MODES = frozenset({Mode.REPORT, Mode.RATCHET, Mode.BLOCK})


def plan_issues(
    verdict: Verdict,
    links: Sequence[IssueLink],
    settings: IssuePolicy,
    owners: Owners,
    *,
    repository_id: int,
    today: date,
    created_today: int,
    private: bool = False,
) -> tuple[IssueChange, ...]:
    """The changes in order of importance, closings last; none for an incomplete verdict, which proves nothing.

    created_today: issues opened since midnight; what is beyond the day's budget waits for another day.
    private: whether only those who were let in read the issues; elsewhere no issue is about secrets.
    """
    plan = _Plan({link.key: link for link in links}, settings, owners, repository_id, today, private)
    withdrawals = () if private else withdraw(links, repository_id)
    if not settings.enabled or not verdict.complete:
        return withdrawals
    budget = max(0, settings.budget_per_day - created_today)
    changes: list[IssueChange] = []
    drafts = [*plan.rule_drafts(verdict.rules), *plan.to_verify_draft(verdict.rules)]
    for draft in drafts:
        change = plan.change_for(draft)
        if change is None:
            continue
        if change.kind == "create" and draft.key not in plan.links:
            if budget == 0:
                continue
            budget -= 1
        changes.append(change)
    return (*withdrawals, *changes, *plan.closings(verdict.rules, {draft.key for draft in drafts}))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What stays the same while one repository's issues are planned."""

    links: Mapping[str, IssueLink]
    settings: IssuePolicy
    owners: Owners
    repository_id: int
    today: date
    private: bool

    def key(self, name: str) -> str:
        return f"{self.repository_id}:{name}"

    def rule_drafts(self, rules: Iterable[RuleVerdict]) -> list[IssueDraft]:
        """One for each gap, or for each category where there are many gaps; the most important first."""
        gaps = sorted(filter(self._has_own_issue, rules), key=_importance)
        known = {
            key.removeprefix(self.key("")): link for key, link in self.links.items() if key.startswith(self.key(""))
        }
        shared = shared_gaps(gaps, known, self.settings)
        drafts = []
        for rule in gaps:
            group = shared.get(rule.category, [])
            if rule not in group:
                drafts.append(self._rule_draft(rule))
            elif rule is group[0]:
                drafts.append(self._category_draft(rule.category, group))
        return drafts

    def to_verify_draft(self, rules: Iterable[RuleVerdict]) -> list[IssueDraft]:
        """At most one draft, for the unknown rules that never had an issue of their own."""
        unknown = sorted(filter(self._is_to_verify, rules), key=_importance)
        if not unknown:
            return []
        key, title = self.key(TO_VERIFY), "Readiness: to verify"
        body, labels = to_verify_body(unknown, key), self._labels()
        assignees = self.owners.of_everything.users[:MOST_ASSIGNEES]
        return [IssueDraft(key, title, body, labels, assignees, digest_of(title, body, labels))]

    def change_for(self, draft: IssueDraft) -> IssueChange | None:
        """None when nothing is to be done: unchanged, or closed by a human while the gap stands."""
        link = self.links.get(draft.key)
        if link is None or link.number is None:
            return IssueChange("create", draft, None)
        if link.state == "closed":
            comment = "Opened again: the gap is back."
            return IssueChange("reopen", draft, link.number, comment) if link.closed_by == "app" else None
        return IssueChange("update", draft, link.number) if link.digest != draft.digest else None

    def _is_withdrawn(self, key: str) -> bool:
        return not self.private and key in map(self.key, SECRET_RULES)

    def closings(self, rules: Sequence[RuleVerdict], wanted: set[str]) -> Iterator[IssueChange]:
        """For the open issues of this repository that no gap asks for; a rule in error closes nothing.

        Nor does it close a list, because it may be the one that belongs there.
        """
        by_key = {self.key(rule.id): rule for rule in rules}
        is_shaky = any(_is_broken(rule) for rule in rules)
        for key, link in sorted(self.links.items()):
            is_ours = key.startswith(self.key("")) and not self._is_withdrawn(key)
            if key in wanted or link.state != "open" or link.number is None or not is_ours:
                continue
            rule = by_key.get(key)
            is_list = key == self.key(TO_VERIFY) or key.startswith(self.key(PREFIX))
            if (rule is not None and _is_broken(rule)) or (is_list and is_shaky):
                continue
            draft = IssueDraft(key, title_of(rule) if rule else "Readiness", "", self._labels(rule), (), link.digest)
            yield IssueChange("close", draft, link.number, self._closing(rule, is_list=is_list))

    def _closing(self, rule: RuleVerdict | None, *, is_list: bool) -> str:
        if is_list:
            return "Closed: nothing of this list is left."
        is_asked = rule is not None and rule.mode in _SHOWN_MODES and not (rule.is_gap and not self._is_gap(rule))
        return closing_comment(rule if is_asked else None)

    def _is_gap(self, rule: RuleVerdict) -> bool:
        """Whether the policy wants an issue for this; not-applicable rules have no gap whatever findings they hold."""
        return (
            rule.mode in _SHOWN_MODES
            and rule.priority in self.settings.priorities
            and rule.status is not Status.NOT_APPLICABLE
            and not _is_broken(rule)
            and rule.is_gap
            and (self.private or rule.id not in SECRET_RULES)
        )

    def _has_own_issue(self, rule: RuleVerdict) -> bool:
        """An unknown rule keeps the issue it had before it became unknown: unknown is no pass."""
        link = self.links.get(self.key(rule.id))
        return self._is_gap(rule) and (rule.status is not Status.UNKNOWN or (link is not None and link.state == "open"))

    def _is_to_verify(self, rule: RuleVerdict) -> bool:
        link = self.links.get(self.key(rule.id))
        is_put_away = link is not None and link.state == "closed" and link.closed_by != "app"
        return (
            self._is_gap(rule) and rule.status is Status.UNKNOWN and not self._has_own_issue(rule) and not is_put_away
        )

    def _rule_draft(self, rule: RuleVerdict) -> IssueDraft:
        key, title, labels, owners = self.key(rule.id), title_of(rule), self._labels(rule), self._owners(rule)
        timeless = rule_body(rule, key, owners, self.settings, due=None)
        due = due_date(rule, self.settings, self._opened(key))
        body = rule_body(rule, key, owners, self.settings, due=due)
        return IssueDraft(key, title, body, labels, owners.users[:MOST_ASSIGNEES], digest_of(title, timeless, labels))

    def _category_draft(self, category: str, rules: Sequence[RuleVerdict]) -> IssueDraft:
        key, title, labels = self.key(PREFIX + category), category_title(category), self._labels(rules[0])
        owners = self.owners.of_everything
        timeless = category_body(rules, key, owners, self.settings, due=None)
        body = category_body(
            rules, key, owners, self.settings, due=due_date(rules[0], self.settings, self._opened(key))
        )
        return IssueDraft(key, title, body, labels, owners.users[:MOST_ASSIGNEES], digest_of(title, timeless, labels))

    def _opened(self, key: str) -> date | None:
        """The day the due date counts from: today for an issue that is about to be opened."""
        link = self.links.get(key)
        if link is None or link.number is None or (link.state == "closed" and link.closed_by == "app"):
            return self.today
        return link.opened

    def _owners(self, rule: RuleVerdict) -> OwnerSet:
        """The owners of the first place, else of everything."""
        paths = [item.path for item in rule.evidence] or [finding.path for finding in rule.findings]
        owners = self.owners.of(paths[0]) if paths and paths[0] != "." else OwnerSet()
        return owners if owners.users or owners.teams else self.owners.of_everything

    def _labels(self, rule: RuleVerdict | None = None) -> tuple[str, ...]:
        labels = [*self.settings.labels, *([f"readiness: {rule.priority}"] if rule else [])]
        return tuple(dict.fromkeys(label.strip()[:LONGEST_LABEL] for label in labels if label.strip()))


def _is_broken(rule: RuleVerdict) -> bool:
    return rule.status is Status.ERROR or bool(rule.error)


def _importance(rule: RuleVerdict) -> tuple[bool, str, str]:
    return (not rule.blocking, rule.priority, rule.id)
