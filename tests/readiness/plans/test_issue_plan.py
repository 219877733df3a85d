"""One issue a gap, none without, and no noise."""

from dataclasses import replace
from datetime import date
from typing import Literal

import pytest

from app.readiness.evidence import Evidence
from app.readiness.findings import Finding
from app.readiness.plans.codeowners import Owners, parse_codeowners
from app.readiness.plans.issue_change import IssueChange, IssueLink
from app.readiness.plans.issue_plan import plan_issues
from app.readiness.policy import IssuePolicy
from app.readiness.status import Conclusion, Mode, Priority, Status
from app.readiness.verdict import RuleVerdict, Verdict

TODAY = date(2027, 1, 1)


def rule(
    id_: str,
    status: Status = Status.MISSING,
    *,
    priority: Priority = Priority.P0,
    mode: Mode = Mode.REPORT,
    blocking: bool = False,
    waived: bool = False,
) -> RuleVerdict:
    return RuleVerdict(
        id=id_,
        title=f"The {id_}",
        category="reliability",
        priority=priority,
        level=2,
        mode=mode,
        status=status,
        blocking=blocking,
        waived=waived,
        evidence=(Evidence("src/app.py", 3, "seen"),),
    )


def verdict(*rules: RuleVerdict, complete: bool = True) -> Verdict:
    return Verdict(Conclusion.NEUTRAL, complete, 50, 1, "p", "0", rules=rules)


def plan(
    *rules: RuleVerdict,
    links: tuple[IssueLink, ...] = (),
    settings: IssuePolicy | None = None,
    owners: Owners | None = None,
    created: int = 0,
    complete: bool = True,
    today: date = TODAY,
    private: bool = True,
) -> tuple[IssueChange, ...]:
    return plan_issues(
        verdict(*rules, complete=complete),
        links,
        settings or IssuePolicy(),
        owners or Owners(),
        repository_id=7,
        today=today,
        created_today=created,
        private=private,
    )


def opened(change: IssueChange, number: int = 1) -> IssueLink:
    return IssueLink(change.draft.key, number, "open", change.draft.digest)


def test_a_gap_opens_one_issue() -> None:
    (change,) = plan(rule("a"), rule("b", Status.IMPLEMENTED))
    assert (change.kind, change.number, change.draft.key) == ("create", None, "7:a")
    assert change.draft.title == "Readiness: The a"
    assert change.draft.labels == ("readiness", "readiness: P0")
    assert change.draft.body.startswith("<!-- readygate:v1 key=7:a -->\n")
    assert "- Due: 2027-01-08" in change.draft.body


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.SHADOW])
def test_unseen_modes_open_nothing(mode: Mode) -> None:
    assert plan(rule("a", mode=mode)) == ()


def test_waived_inapplicable_broken_and_unlisted_rules_open_nothing() -> None:
    inapplicable = replace(rule("b", Status.NOT_APPLICABLE), findings=(Finding("a", 1, 1, "m", "f"),))
    assert plan(rule("a", waived=True), inapplicable, rule("c", Status.ERROR), rule("d", priority=Priority.P2)) == ()
    assert plan(rule("a"), settings=IssuePolicy(enabled=False)) == ()


def test_open_findings_are_a_gap_even_of_an_implemented_rule() -> None:
    finding = Finding("a.sql", 1, 1, "m", "f")
    assert [change.kind for change in plan(replace(rule("a", Status.IMPLEMENTED), findings=(finding,)))] == ["create"]
    assert plan(replace(rule("a", Status.IMPLEMENTED), findings=(replace(finding, waived=True),))) == ()


def test_the_same_verdict_changes_nothing_on_any_day() -> None:
    (change,) = plan(rule("a"))
    assert plan(rule("a"), links=(opened(change),), today=date(2027, 3, 1)) == ()


def test_a_changed_text_is_one_update_that_keeps_the_due_date() -> None:
    (change,) = plan(rule("a"))
    changed = replace(rule("a"), missing_evidence="Something else.")
    link = replace(opened(change, 5), opened=TODAY)
    (update,) = plan(changed, links=(link,), today=date(2027, 3, 1))
    assert (update.kind, update.number, update.comment) == ("update", 5, "")
    assert "- Due: 2027-01-08" in update.draft.body
    assert plan(changed, links=(replace(link, digest=update.draft.digest),), today=date(2027, 4, 1)) == ()


def test_a_closed_gap_closes_its_issue_with_the_evidence() -> None:
    (change,) = plan(rule("a"))
    (close,) = plan(rule("a", Status.IMPLEMENTED), links=(opened(change, 5),))
    assert (close.kind, close.number) == ("close", 5)
    assert "`src/app.py:3` seen" in close.comment
    assert close.draft.digest == change.draft.digest


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (rule("a", waived=True), "accepted by a waiver"),
        (rule("a", Status.NOT_APPLICABLE), "does not apply"),
        (rule("a", mode=Mode.SHADOW), "policy no longer asks"),
        (rule("a", priority=Priority.P2), "policy no longer asks"),
        (rule("b", Status.IMPLEMENTED), "policy no longer asks"),
    ],
)
def test_other_reasons_to_close_are_named(now: RuleVerdict, words: str) -> None:
    (close,) = plan(now, links=(IssueLink("7:a", 5, "open", "d"),))
    assert close.kind == "close"
    assert words in close.comment


def test_a_gap_that_returns_reopens_only_what_the_app_closed() -> None:
    by_app = IssueLink("7:a", 5, "closed", "d", "app", date(2026, 1, 1))
    (reopen,) = plan(rule("a"), links=(by_app,))
    assert (reopen.kind, reopen.number) == ("reopen", 5)
    assert reopen.comment
    assert "- Due: 2027-01-08" in reopen.draft.body
    assert plan(rule("a"), links=(replace(by_app, closed_by="human"),)) == ()
    assert plan(rule("a"), links=(replace(by_app, closed_by=None),)) == ()
    assert plan(rule("a", Status.IMPLEMENTED), links=(by_app,)) == ()


def test_errors_and_incomplete_verdicts_change_nothing() -> None:
    link = IssueLink("7:a", 5, "open", "d")
    assert plan(rule("a", Status.ERROR), links=(link,)) == ()
    assert plan(replace(rule("a", Status.IMPLEMENTED), error="the base failed"), links=(link,)) == ()
    assert plan(links=(link,), complete=False) == ()
    assert plan(rule("a"), rule("b"), complete=False) == ()


def test_unknown_rules_share_one_issue() -> None:
    (change,) = plan(rule("a", Status.UNKNOWN), rule("b", Status.UNKNOWN, priority=Priority.P1))
    assert change.draft.key == "7:to-verify"
    assert change.draft.labels == ("readiness",)
    assert "`a`" in change.draft.body
    assert "`b`" in change.draft.body
    (close,) = plan(rule("a", Status.IMPLEMENTED), links=(opened(change),))
    assert close.kind == "close"
    assert plan(rule("a", Status.ERROR), links=(opened(change),)) == ()


def test_unknown_is_no_pass_for_an_issue_that_is_open() -> None:
    (update,) = plan(rule("a", Status.UNKNOWN), links=(IssueLink("7:a", 5, "open", "d"),))
    assert (update.kind, update.draft.key) == ("update", "7:a")
    assert plan(rule("a", Status.UNKNOWN), links=(IssueLink("7:a", 5, "closed", "d", "human"),)) == ()


def test_the_budget_goes_to_the_most_important() -> None:
    rules = (
        rule("late", priority=Priority.P1),
        rule("urgent", priority=Priority.P1, mode=Mode.BLOCK, blocking=True),
        rule("zero"),
    )
    settings = IssuePolicy(budget_per_day=3)
    assert [change.draft.key for change in plan(*rules, settings=settings)] == ["7:urgent", "7:zero", "7:late"]
    assert [change.draft.key for change in plan(*rules, settings=settings, created=1)] == ["7:urgent", "7:zero"]
    assert plan(*rules, settings=settings, created=9) == ()


def test_an_unconfirmed_creation_is_tried_again_without_costing_budget() -> None:
    (change,) = plan(rule("a"), links=(IssueLink("7:a", None, "open", ""),), created=99)
    assert (change.kind, change.number) == ("create", None)
    assert plan(rule("a", Status.IMPLEMENTED), links=(IssueLink("7:a", None, "open", ""),)) == ()


def test_the_owner_of_the_first_place_is_assigned_else_of_everything() -> None:
    owners = parse_codeowners("* @lead\n/src/ @ann @org/api\n/other/ @org/other\n")
    (change,) = plan(rule("a"), owners=owners)
    assert change.draft.assignees == ("ann",)
    assert "`@org/api`" in change.draft.body
    (change,) = plan(replace(rule("a"), evidence=()), owners=owners)
    assert change.draft.assignees == ("lead",)
    many = parse_codeowners("* " + " ".join(f"@user{number}" for number in range(20)))
    assert len(plan(rule("a"), owners=many)[0].draft.assignees) == 10


def test_links_of_another_repository_are_left_alone() -> None:
    assert plan(rule("a", Status.IMPLEMENTED), links=(IssueLink("77:a", 5, "open", "d"),)) == ()


def many(count: int) -> list[RuleVerdict]:
    """So many gaps in two categories; those with an even number are P1."""
    return [
        replace(rule(f"r{n:02}", priority=Priority.P0 if n % 2 else Priority.P1), category="ab"[n % 2], fix="Do it.")
        for n in range(count)
    ]


def test_many_gaps_share_an_issue_by_category() -> None:
    assert len(plan(*many(20))) == 20
    first, second = plan(*many(21))
    assert (first.draft.key, second.draft.key) == ("7:category:b", "7:category:a")
    assert first.draft.title == "Readiness: gaps in b"
    assert first.draft.labels == ("readiness", "readiness: P0")
    assert "- P0 **The r01** (`r01`, missing) **Fix:** Do it." in first.draft.body
    assert "- Due: 2027-01-08" in first.draft.body
    assert "r02" not in first.draft.body


def test_the_policy_says_what_shares_an_issue() -> None:
    assert len(plan(*many(21), settings=IssuePolicy(group="rule", budget_per_day=50))) == 21
    assert len(plan(*many(4), settings=IssuePolicy(group="category"))) == 2


def test_a_rule_keeps_the_issue_it_has_and_a_category_its_own_until_it_is_empty() -> None:
    own = IssueLink("7:r01", 5, "open", "d")
    assert [change.draft.key for change in plan(*many(21), links=(own,))] == ["7:r01", "7:category:b", "7:category:a"]
    shared = IssueLink("7:category:b", 6, "open", "d")
    changes = plan(*many(4), links=(shared,))
    assert [(change.kind, change.draft.key) for change in changes] == [
        ("update", "7:category:b"),
        ("create", "7:r00"),
        ("create", "7:r02"),
    ]
    put_away = replace(shared, state="closed", closed_by="human")
    assert [change.draft.key for change in plan(*many(4), links=(put_away,))] == ["7:r00", "7:r02"]
    by_app = replace(shared, state="closed", closed_by="app")
    assert "7:r01" in [change.draft.key for change in plan(*many(4), links=(by_app,))]
    (close,) = plan(rule("r01", Status.IMPLEMENTED), links=(shared,))
    assert (close.kind, close.number, close.comment) == ("close", 6, "Closed: nothing of this list is left.")
    assert plan(rule("r01", Status.ERROR), links=(shared,)) == ()


def secrets(path: str = "src/keys.py") -> RuleVerdict:
    found = Finding(path, 3, 3, "GitHub token. Revoke it.", "f", hazard="github-token")
    return replace(rule("no-secrets"), findings=(found,), evidence=(Evidence(path, 3, "GitHub token"),))


def test_secrets_have_an_issue_in_a_private_repository_only() -> None:
    (change,) = plan(secrets())
    assert "src/keys.py" in change.draft.body
    assert plan(secrets(), private=False) == ()
    (listed,) = plan(secrets(), rule("a"), private=False, settings=IssuePolicy(group="category"))
    assert "no-secrets" not in listed.draft.body


@pytest.mark.parametrize("by", ["app", "human"])
def test_an_issue_about_secrets_is_withdrawn_when_others_can_read_it(by: Literal["app", "human"]) -> None:
    (change,) = plan(secrets())
    link = opened(change)
    for known, closed_by in ((link, "app"), (replace(link, state="closed", closed_by=by), by)):
        for complete in (True, False):
            (withdrawn,) = plan(secrets(), links=(known,), private=False, complete=complete)
            assert (withdrawn.kind, withdrawn.number, withdrawn.closed_by) == ("withdraw", 1, closed_by)
            assert "src/keys.py" not in repr(withdrawn)
            assert withdrawn.draft.body.startswith("<!-- readygate:v1 key=7:no-secrets -->")
            after = replace(known, state="closed", digest=withdrawn.draft.digest, closed_by=closed_by)
            assert plan(secrets(), links=(after,), private=False) == ()
            again = plan(secrets(), links=(after,))
            assert [one.kind for one in again] == (["reopen"] if closed_by == "app" else [])
    gone = replace(rule("no-secrets", Status.IMPLEMENTED), evidence=())
    assert [one.kind for one in plan(gone, links=(link,), private=False)] == ["withdraw"]
