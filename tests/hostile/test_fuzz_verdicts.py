"""Verdicts of any content: the same after a round trip through JSON, and within GitHub's limits as a check run."""

import re
from collections.abc import Callable
from random import Random
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.errors import Problem
from app.readiness.evidence import Evidence
from app.readiness.findings import Finding
from app.readiness.reports.check_run import render_check_run
from app.readiness.reports.formats import FORMATS, render
from app.readiness.result import AspectResult
from app.readiness.status import Conclusion, Confidence, Mode, Priority, Severity, Status
from app.readiness.verdict import PolicyNote, RuleVerdict, Verdict, from_json, to_json

T = TypeVar("T")
BOUNDED = settings(max_examples=60, derandomize=True, deadline=None, database=None)
TEXTS = (
    "@acme/all", "fixes #1", "</details><script>x</script>", "![](http://x.example)", "```", "é" * 40_000, "x" * 70_000,
    "\0\x1b[31m", "::error::x", "]]>", "\u202e", "|", "`" * 300, "<!--", "a\nb\r\nc\u2028d", "https://x.example", "",
    "src/a.py", "/etc/passwd", "..", "\t", "&lt;", "a b", "\\", "*" * 99, "[a](b)", "\x7f", "\U0010ffff",
)  # fmt: skip


class Maker:
    """Verdicts from a seed: every text any text, every number any number its field may hold."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def text(self) -> str:
        return "".join(self.random.choices(TEXTS, k=self.random.randint(0, 2)))

    def flag(self) -> bool:
        return self.random.random() < 0.5

    def some(self, make: Callable[[], T], most: int) -> tuple[T, ...]:
        return tuple(make() for _ in range(self.random.randint(0, most)))

    def finding(self) -> Finding:
        first = self.random.choice((0, 1, 7, 2**31))
        return Finding(
            path=self.text(), start_line=first, end_line=self.random.choice((0, first, first + 9)), message=self.text(),
            hazard=self.text(), fingerprint=self.text(), introduced=self.flag(), waived=self.flag(),
            severity=self.random.choice(list(Severity)), suggestion=self.random.choice((None, self.text())),
            commit=self.random.choice((None, None, self.text())),
        )  # fmt: skip

    def rule(self) -> RuleVerdict:
        pick = self.random.choice
        return RuleVerdict(
            id=self.text(), title=self.text(), category=self.text(), priority=pick(list(Priority)), level=pick((1, 5)),
            mode=pick(list(Mode)), status=pick(list(Status)), base_status=pick((None, *Status)), waived=self.flag(),
            blocking=self.flag(), worse_than_base=self.flag(), better_than_base=self.flag(), reason=self.text(),
            confidence=pick(list(Confidence)), missing_evidence=self.text(), why=self.text(), fix=self.text(),
            aspects=(AspectResult(self.text(), self.text(), pick(list(Status))),),
            error=self.text(), findings=self.some(self.finding, 60),
            evidence=self.some(lambda: Evidence(self.text(), pick((0, 1, 10**6)), self.text()), 3),
        )  # fmt: skip

    def verdict(self) -> Verdict:
        pick = self.random.choice
        return Verdict(
            conclusion=pick(list(Conclusion)), complete=self.flag(), score=pick((0, 55, 100)), level=pick((0, 5)),
            policy=self.text(), readygate=self.text(), repository=pick((None, self.text())), head=pick((None,
            "a" * 40)),
            base=pick((None, "b" * 40)), base_score=pick((None, 3)), base_level=pick((None, 1)),
            rules=self.some(self.rule, 8), warnings=self.some(self.text, 5),
            policy_note=PolicyNote(
                self.some(self.text, 3), self.some(self.text, 3),
                self.some(lambda: Problem(self.text(), self.text(), pick((0, 9)), 0, self.text()), 3),
            ),
        )  # fmt: skip


VERDICTS = st.integers(0, 2**32).map(lambda seed: Maker(seed).verdict())


@BOUNDED
@given(VERDICTS)
def test_json_says_the_same_again(verdict: Verdict) -> None:
    assert from_json(to_json(verdict)) == verdict


@BOUNDED
@given(VERDICTS)
def test_a_check_run_keeps_the_limits(verdict: Verdict) -> None:
    output = render_check_run(verdict, base_ref="origin/main")
    assert 0 < len(output.title) <= 255
    assert len(output.summary.encode()) <= 65_535
    assert len(output.text.encode()) <= 65_535
    assert len(output.annotations) <= 200
    for note in output.annotations:
        assert 1 <= note.start_line <= note.end_line
        assert note.path
        assert 0 < len(note.title) <= 255
        assert 0 < len(note.message.encode()) <= 65_536
        assert len(note.raw_details.encode()) <= 65_536
    for part in (output.summary, output.text):
        shown = MarkdownIt("commonmark").render(part)
        assert "<script" not in shown
        # In code GitHub makes no mention of a name and no link of an address.
        assert "@acme/all" not in re.sub(r"<code>[^<]*</code>", "", shown)


@settings(BOUNDED, max_examples=8)
@given(VERDICTS)
def test_every_format_can_be_written(verdict: Verdict) -> None:
    for name in FORMATS:
        render(verdict, name).encode()
