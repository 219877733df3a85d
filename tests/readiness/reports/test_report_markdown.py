from report_pages import acting, rendered
from report_verdicts import PAYLOAD_TAGS

from app.readiness.reports.markdown import render_markdown
from app.readiness.verdict import Verdict


def test_it_holds_answer_scores_rules_claims_and_plans(rich_verdict: Verdict) -> None:
    text = render_markdown(rich_verdict)
    assert text.startswith("## Production readiness of acme/shop\n")
    assert "### ❌ Not ready: 2 blocking, 1 new gap, 2 gaps already there (score 81 -> 78)" in text
    assert "| database | 42 | 2 | 0 | 0 | 2 | 1 | 0 |" in text
    assert "<code>graceful-shutdown</code>" in text
    assert "- `STATUS.md:20` Health endpoint: claimed implemented, found missing" in text
    assert "A claim that holds" not in text
    assert "- `TODO.md:12` Scale by load" in text
    assert text.endswith("\n")


def test_it_is_made_of_our_own_tags(rich_verdict: Verdict, hostile_verdict: Verdict) -> None:
    for verdict in (rich_verdict, hostile_verdict):
        page = rendered(render_markdown(verdict))
        assert set(page.tags) <= PAYLOAD_TAGS
        assert acting(page.text) == []


def test_it_fits_a_job_summary(huge_verdict: Verdict) -> None:
    text = render_markdown(huge_verdict)
    assert 500_000 < len(text.encode()) <= 1_048_576
    assert text.count("<details") == text.count("</details>")
    assert "more rules left out" in text


def test_it_is_the_same_every_time(rich_verdict: Verdict) -> None:
    assert render_markdown(rich_verdict) == render_markdown(rich_verdict)
