"""The words of an issue never act, never overflow and never give a secret's place away."""

import re
from dataclasses import replace
from datetime import date

from markdown_it import MarkdownIt

from app.readiness.evidence import Evidence
from app.readiness.findings import Finding
from app.readiness.plans.codeowners import OwnerSet
from app.readiness.plans.issue_text import (
    LARGEST_BODY,
    LONGEST_TITLE,
    closing_comment,
    rule_body,
    title_of,
    to_verify_body,
)
from app.readiness.policy import IssuePolicy
from app.readiness.result import ComponentResult
from app.readiness.status import Mode, Priority, Status
from app.readiness.verdict import RuleVerdict

SETTINGS = IssuePolicy()
READER = MarkdownIt("commonmark").enable("table")
GAP = RuleVerdict(
    id="health-endpoint",
    title="Health endpoint",
    category="reliability",
    priority=Priority.P0,
    level=2,
    mode=Mode.RATCHET,
    status=Status.PARTIAL,
    evidence=(Evidence("src/app.py", 12, "GET /healthz"),),
    missing_evidence="No probe uses it.",
    why="Instances that cannot serve get traffic.",
    fix="Add a probe.",
    components=(ComponentResult("services/api", Status.MISSING), ComponentResult("services/web", Status.IMPLEMENTED)),
)


def body(rule: RuleVerdict, *, due: date | None = None) -> str:
    return rule_body(rule, "7:health-endpoint", OwnerSet(("ann",), ("org/api",)), SETTINGS, due=due)


def test_body_says_everything_a_reader_needs() -> None:
    text = body(GAP)
    assert text.startswith("<!-- readygate:v1 key=7:health-endpoint -->\n")
    for part in (
        "met only in part",
        "No probe uses it.",
        "`src/app.py:12` GET ",
        "`services/api` missing",
        "Instances that cannot serve get traffic.",
        "Add a probe.",
        "Priority: P0",
        "7 days after this issue was opened",
        "`@org/api`, `@ann`",
        "`readygate check --rule health-endpoint`",
        "rule: health-endpoint, reason:",
    ):
        assert part in text, part
    assert "services/web" not in text
    assert "- Due: 2027-01-08" in body(GAP, due=date(2027, 1, 8))


def test_hostile_words_do_nothing() -> None:
    words = "@ann fixes #1 <img src=x> [x](https://evil.test) `x` --> closes GH-2\n# big\n- [ ] box"
    rule = replace(
        GAP,
        title=words,
        missing_evidence=words,
        evidence=(Evidence(f"a`b\n{words}.py", 1, words),),
        components=(ComponentResult(words, Status.MISSING),),
    )
    text = body(rule) + closing_comment(replace(rule, status=Status.IMPLEMENTED))
    text += to_verify_body([rule], "7:to-verify")
    tokens = [token for block in READER.parse(text) for token in [block, *(block.children or [])]]
    prose = "".join(token.content for token in tokens if token.type == "text")
    raw = [token.content for token in tokens if token.type in {"html_block", "html_inline"}]
    assert {token.type for token in tokens} & {"link_open", "image"} == set()
    assert {part.strip() for block in raw for part in block.splitlines()} <= {
        "<!-- readygate:v1 key=7:health-endpoint -->",
        "<!-- readygate:v1 key=7:to-verify -->",
    }
    assert not re.search(r"@[A-Za-z]|#\d|GH-\d|https://", prose)
    assert "ann" in prose
    assert not any(line.startswith(("# big", "- [ ] box")) for line in text.splitlines())
    assert "\n" not in title_of(rule)
    assert "@ann" not in title_of(rule)


def test_lists_are_cut_and_the_body_fits() -> None:
    findings = tuple(Finding("p" * 3_000 + str(n), n, n, "é<@" * 3_000, f"f{n}") for n in range(1, 500))
    components = tuple(ComponentResult("<" * 3_000 + str(n), Status.MISSING) for n in range(100))
    rule = replace(GAP, findings=findings, components=components, why="<" * 9_000, fix="@" * 9_000, title="t" * 999)
    text = body(rule)
    assert len(text.encode()) <= LARGEST_BODY
    assert "more" in text
    assert "Accept it instead" in text
    assert len(title_of(rule)) <= LONGEST_TITLE
    everything = [replace(rule, id=f"r{n}", missing_evidence="<" * 900) for n in range(400)]
    listed = to_verify_body(everything, "7:to-verify")
    assert len(listed.encode()) <= LARGEST_BODY
    assert "this issue closes by itself" in listed


def test_waived_findings_are_not_listed() -> None:
    open_one = Finding("open.sql", 1, 1, "m", "a")
    waived = Finding("waived.sql", 1, 1, "m", "b", waived=True)
    text = body(replace(GAP, findings=(open_one, waived)))
    assert "open.sql" in text
    assert "waived.sql" not in text
