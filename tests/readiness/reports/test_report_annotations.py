from dataclasses import replace
from itertools import pairwise

import pytest
from report_pages import acting
from report_verdicts import BASE, a_finding, a_rule, a_verdict

from app.errors import Problem
from app.readiness.evidence import Evidence
from app.readiness.findings import Finding
from app.readiness.reports.annotations import annotate
from app.readiness.snapshot import Change, FileChange
from app.readiness.status import Mode, Severity, Status
from app.readiness.verdict import PolicyNote, RuleVerdict, Verdict

NOTHING = Change({})


def touched(path: str, *added: tuple[int, int], status: str = "modified") -> Change:
    return Change({path: FileChange(path, path, status, added=added)})


def for_change(*rules: RuleVerdict) -> Verdict:
    return a_verdict(*rules, base=BASE)


def test_new_findings_on_changed_lines_come_first_and_blocking_before_the_rest() -> None:
    def found(line: int) -> Finding:
        return a_finding("a.py", line, f"At {line}.", introduced=True)

    gap = a_rule("gap", findings=(found(1), found(50)))
    block = a_rule("block", blocking=True, findings=(found(2), found(60)))
    stands = a_rule("stands", blocking=True, mode=Mode.BLOCK, findings=(a_finding("a.py", 5),))
    notes = annotate(for_change(gap, block, stands), touched("a.py", (1, 9)))
    assert [(note.start_line, note.level) for note in notes] == [
        (2, "failure"),
        (1, "warning"),
        (60, "failure"),
        (50, "warning"),
        (5, "failure"),
    ]


def test_one_annotation_per_rule_and_line(rich_verdict: Verdict, change: Change) -> None:
    notes = annotate(rich_verdict, change)
    places = [(note.title, note.path, note.start_line) for note in notes]
    assert len(places) == len(set(places))
    assert places.count(places[0]) == 1
    two = [a_rule(name, findings=(a_finding(introduced=True),)) for name in ("one", "two")]
    assert len(annotate(for_change(*two), NOTHING)) == 2


def test_a_change_is_not_blamed_for_what_stood() -> None:
    standing = (a_finding("a.py", 1), a_finding("b.py", 1))
    new = a_finding("c.py", 1, introduced=True)
    ratchet = a_rule(blocking=True, mode=Mode.RATCHET, findings=(*standing, new))
    assert [note.path for note in annotate(for_change(ratchet), NOTHING)] == ["c.py"]
    block = replace(ratchet, mode=Mode.BLOCK)
    assert [note.path for note in annotate(for_change(block), NOTHING)] == ["c.py", "a.py", "b.py"]


def test_an_audit_annotates_everything_that_is_open() -> None:
    rule = a_rule(findings=(a_finding("a.py", 1), a_finding("b.py", 1, waived=True)))
    assert [note.path for note in annotate(a_verdict(rule))] == ["a.py"]


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.OFF])
def test_shadow_says_nothing_on_lines(mode: Mode) -> None:
    assert annotate(for_change(a_rule(mode=mode, findings=(a_finding(introduced=True),)))) == ()


@pytest.mark.parametrize(
    "finding",
    [
        a_finding(introduced=True, commit="abc"),
        a_finding(line=0, introduced=True),
        a_finding("", introduced=True),
        a_finding("/etc/passwd", introduced=True),
        a_finding("a\udc80.py", introduced=True),
        a_finding("gone.py", introduced=True),
        a_finding("old.py", introduced=True),
    ],
    ids=["commit", "line", "empty", "absolute", "encoding", "deleted", "renamed"],
)
def test_only_places_in_the_head_have_lines(finding: Finding) -> None:
    change = Change(
        {
            "gone.py": FileChange("gone.py", "gone.py", "deleted"),
            "new.py": FileChange("new.py", "old.py", "renamed"),
        }
    )
    assert annotate(for_change(a_rule(blocking=True, findings=(finding,))), change) == ()


@pytest.mark.parametrize(
    ("blocking", "severity", "level"),
    [
        (True, Severity.ERROR, "failure"),
        (False, Severity.ERROR, "warning"),
        (True, Severity.WARNING, "notice"),
        (False, Severity.WARNING, "notice"),
    ],
)
def test_levels(blocking: bool, severity: Severity, level: str) -> None:
    rule = a_rule(blocking=blocking, findings=(a_finding(introduced=True, severity=severity),))
    assert [note.level for note in annotate(for_change(rule))] == [level]


def test_a_regression_is_shown_on_its_first_line_of_evidence() -> None:
    evidence = (Evidence("gone.py", 1, "x"), Evidence("src/server.py", 12, "serve()"))
    rule = a_rule(
        status=Status.MISSING, base_status=Status.IMPLEMENTED, worse_than_base=True, blocking=True, evidence=evidence
    )
    change = touched("gone.py", status="deleted")
    (note,) = annotate(for_change(rule), change)
    assert (note.path, note.start_line, note.level) == ("src/server.py", 12, "failure")
    assert "missing (was implemented)" in note.message
    assert annotate(for_change(replace(rule, evidence=())), change) == ()
    assert annotate(for_change(replace(rule, worse_than_base=False)), change) == ()


def test_policy_mistakes_of_this_repository_come_first() -> None:
    problems = (
        Problem("bad mode", ".github/rules.yml", 7, 3, "write `block`"),
        Problem("bad key", "acme/shop@0123abc:.github/rules.yml", 0),
        Problem("of the organisation", "acme/.github:rules.yml", 2),
        Problem("no place"),
    )
    verdict = replace(
        for_change(a_rule(blocking=True, findings=(a_finding("a.py", 1, introduced=True),))),
        policy_note=PolicyNote(problems=problems),
    )
    change = Change(
        {name: FileChange(name, name, "modified", added=((1, 9),)) for name in (".github/rules.yml", "a.py")}
    )
    notes = annotate(verdict, change)
    assert [(note.path, note.start_line, note.level) for note in notes] == [
        (".github/rules.yml", 1, "failure"),
        (".github/rules.yml", 7, "failure"),
        ("a.py", 1, "failure"),
    ]
    assert notes[1].message == "bad mode\nFix: write `block`"
    assert not [note for note in annotate(verdict, touched("a.py", (1, 1))) if note.title == "Mistake in the policy"]


def test_limits_of_github_hold(huge_verdict: Verdict) -> None:
    notes = annotate(huge_verdict)
    assert len(notes) == 200
    assert notes == annotate(huge_verdict, most=None)[:200]
    for note in notes:
        assert 0 < len(note.title) <= 255
        assert 0 < len(note.message.encode()) <= 65_536
        assert len(note.raw_details.encode()) <= 65_536
        assert 1 <= note.start_line <= note.end_line


def test_order_is_stable(huge_verdict: Verdict) -> None:
    notes = annotate(huge_verdict)
    assert notes == annotate(replace(huge_verdict, rules=huge_verdict.rules[::-1]))
    order = {"failure": 0, "warning": 1, "notice": 2}
    assert all(order[one.level] <= order[two.level] for one, two in pairwise(notes))


def test_hostile_text_does_nothing(hostile_verdict: Verdict) -> None:
    notes = annotate(hostile_verdict)
    assert notes
    for note in notes:
        assert acting(note.title) == []
        assert acting(note.message) == []
        assert "\x1b" not in note.title + note.message + note.raw_details
        assert "\u202e" not in note.title + note.message + note.raw_details
