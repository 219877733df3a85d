import re
from dataclasses import replace

import pytest
from report_pages import acting, rendered
from report_verdicts import HEAD, PAYLOAD_TAGS, a_finding, a_rule, a_verdict, hostile, huge

from app.readiness.reports.check_run import render_check_run
from app.readiness.snapshot import Change
from app.readiness.status import Conclusion, Status
from app.readiness.verdict import Verdict

LIMIT = 65_535


def sections(text: str) -> list[str]:
    found = re.findall(r"^#### (.+) \(\d+\)$|<summary>(Passed|Not applicable)", text, re.M)
    return [heading or folded for heading, folded in found]


def test_the_title_says_answer_counts_and_score(rich_verdict: Verdict) -> None:
    assert (
        render_check_run(rich_verdict).title
        == "Not ready: 2 blocking, 1 new gap, 2 gaps already there (score 81 -> 78)"
    )


def test_titles_of_other_answers(ready_verdict: Verdict, incomplete_verdict: Verdict, policy_verdict: Verdict) -> None:
    assert render_check_run(ready_verdict).title == "Ready: 124 rules passed (score 100)"
    assert (
        render_check_run(incomplete_verdict).title
        == "Incomplete: 1 rule not judged, 2 blocking, 1 new gap, 2 gaps already there (score 81 -> 78)"
    )
    assert render_check_run(policy_verdict).title.startswith("Not ready: 2 mistakes in the policy, 2 blocking")
    neutral = a_verdict(a_rule(status=Status.MISSING), conclusion=Conclusion.NEUTRAL)
    assert render_check_run(neutral).title == "Not enforced: 1 gap (score 78)"
    assert render_check_run(a_verdict()).title == "Ready: no rule applied (score 78)"


def test_the_summary_counts_new_and_standing(rich_verdict: Verdict) -> None:
    summary = render_check_run(rich_verdict, base_ref="origin/main").summary
    assert "| Rules | New in this change | Already there |" in summary
    assert "| Blocking | 2 | 0 |" in summary
    assert "| Gap | 1 | 1 |" in summary
    assert "| Unknown | 0 | 1 |" in summary
    assert "| Waived | 0 | 2 |" in summary
    assert "- ❌ **migrations-backward-compatible** This change brings 2 findings. — `migrations/0042.sql:7`" in summary
    assert "2 passed · 1 not applicable · 2 waived" in summary
    assert f"evaluated `{HEAD[:12]}` against" in summary
    assert "· complete ·" in summary
    assert "`org acme/.github@1f3c9a2:rules.yml`" in summary
    assert "last known good" in summary
    assert "Coverage: project 81.32 %, change 90.00 %, base 80.90 % (at least 80 %)" in summary
    assert "`readygate check --base origin/main` gives the same verdict." in summary


def test_an_audit_has_one_column_and_no_base(rich_verdict: Verdict) -> None:
    summary = render_check_run(replace(rich_verdict, base=None), base_ref="origin/main").summary
    assert "| Rules | In this tree |" in summary
    assert "| Gap | 2 |" in summary
    assert "| Unknown | 1 |" in summary
    assert "`readygate check` gives the same verdict." in summary


def test_the_command_survives_a_hostile_branch_name(rich_verdict: Verdict) -> None:
    summary = render_check_run(rich_verdict, base_ref="origin/x;rm -rf `pwd`").summary
    assert "readygate check --base 'origin/x;rm -rf `pwd`'" in rendered(summary).code


def test_policy_mistakes_come_first(policy_verdict: Verdict) -> None:
    summary = render_check_run(policy_verdict).summary
    assert summary.index("Mistakes in the policy") < summary.index("| Rules |")
    assert "`.github/rules.yml:7:11`" in summary
    assert "write `block`" in summary


def test_the_text_goes_from_blocking_to_passed(rich_verdict: Verdict, incomplete_verdict: Verdict) -> None:
    assert sections(render_check_run(rich_verdict).text) == [
        "Blocking",
        "New gaps, not blocking",
        "Already there, not blocking",
        "Unknown: the repository does not show it",
        "Waived",
        "Waivers that have ended",
        "Not looked at",
        "Passed",
        "Not applicable",
    ]
    assert sections(render_check_run(incomplete_verdict).text)[1] == "Could not be judged"
    assert "The Dockerfile parser ran out of time." in render_check_run(incomplete_verdict).text


def test_a_rule_says_what_why_fix_and_where(rich_verdict: Verdict) -> None:
    text = render_check_run(rich_verdict).text
    rule = text[text.index("<details>") : text.index("</details>")]
    assert "partial, was implemented · 2 new, 1 standing" in rule
    assert "**Why:** Without migrations-backward-compatible a rollout breaks." in rule
    assert "**Fix:** Add `migrations-backward-compatible` to the service." in rule
    assert "CREATE INDEX CONCURRENTLY" in rule
    assert rule.index("0042.sql:7") < rule.index("0001.sql:2")
    assert "In commit `abcdef012345`, no longer in the head." in text
    assert "Approved by ada, until 2027-03-01." in text
    assert "Approved by grace (approval not verified), until 2027-05-01." in text
    assert "**Components:** `services/api` missing" in text


def test_ten_places_and_then_a_count() -> None:
    rule = a_rule(status=Status.MISSING, blocking=True, findings=tuple(a_finding("a.py", n) for n in range(1, 26)))
    text = render_check_run(a_verdict(rule, conclusion=Conclusion.FAILURE)).text
    assert text.count("- `a.py:") == 10
    assert "- … 15 more" in text


def test_shadow_rules_are_not_shown(rich_verdict: Verdict) -> None:
    output = render_check_run(rich_verdict)
    assert "quiet-rule" not in output.summary + output.text
    assert "switched-off" not in output.summary + output.text


@pytest.mark.parametrize("text", ["<é`@>|", "x", "😀", "\u200b", "```\n", "&&&&"])
def test_no_verdict_goes_over_the_limits(text: str) -> None:
    output = render_check_run(huge(60, 12, text), details_url="https://readygate.example/verdicts/1")
    assert len(output.title) <= 255
    assert len(output.summary.encode()) <= LIMIT
    assert len(output.text.encode()) <= LIMIT
    assert "<details>" in output.text
    for markdown in (output.summary, output.text):
        assert markdown.count("<details") == markdown.count("</details>") == markdown.count("<summary>")


def test_what_is_cut_is_counted_and_linked(huge_verdict: Verdict) -> None:
    output = render_check_run(huge_verdict, details_url="https://readygate.example/verdicts/1")
    shown = output.text.count("<details")
    assert f"_{80 - shown} more rules left out" in output.text
    assert output.text.endswith('<a href="https://readygate.example/verdicts/1">The whole verdict</a>')


def test_a_link_is_only_made_of_http(rich_verdict: Verdict) -> None:
    for address in ("javascript:alert(1)", "data:text/html,x", ' "onclick=alert(1)'):
        assert "a" not in rendered(render_check_run(rich_verdict, details_url=address).summary).tags
    quoted = render_check_run(rich_verdict, details_url='https://x.example/"><img src=x>').summary
    assert "img" not in rendered(quoted).tags


def test_hostile_text_does_nothing(hostile_verdict: Verdict) -> None:
    output = render_check_run(hostile_verdict)
    for markdown in (output.summary, output.text):
        page = rendered(markdown)
        assert set(page.tags) <= PAYLOAD_TAGS
        assert acting(page.text) == []
    assert acting(output.title) == []


def test_hostile_text_of_every_other_kind_does_nothing() -> None:
    for text in (
        "</details>\n\n</details>",
        "- [ ] x\n- y",
        "```\n~~~\n",
        "| a |\n|---|",
        "[a]: https://evil.example\n[a]",
    ):
        output = render_check_run(hostile(text))
        page = rendered(output.text)
        assert set(page.tags) <= PAYLOAD_TAGS
        assert page.tags.count("details") == output.text.count("</details>") or "</details>" in text
        assert acting(page.text) == []


def test_annotations_come_along(rich_verdict: Verdict, change: Change) -> None:
    assert render_check_run(rich_verdict, change=change).annotations[0].path == "migrations/0042.sql"
