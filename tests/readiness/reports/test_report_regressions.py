import pytest
from report_verdicts import a_rule, a_verdict

from app.readiness.evidence import Evidence
from app.readiness.reports.annotations import annotate
from app.readiness.reports.check_run import render_check_run
from app.readiness.reports.html import render_html
from app.readiness.reports.regressions import regression_places
from app.readiness.snapshot import Change, FileChange
from app.readiness.status import Status
from app.readiness.verdict import RuleVerdict

Ranges = tuple[tuple[int, int], ...]


def worse(lost: tuple[Evidence, ...] = (), evidence: tuple[Evidence, ...] = ()) -> RuleVerdict:
    return a_rule(
        status=Status.MISSING,
        base_status=Status.IMPLEMENTED,
        worse_than_base=True,
        blocking=True,
        lost=lost,
        evidence=evidence,
    )


@pytest.mark.parametrize(
    ("added", "deleted", "base_line", "head_line"),
    [
        ((), ((10, 15),), 11, 9),  # the line above what is gone
        (((10, 10),), ((10, 15),), 11, 10),  # what was written in its place
        (((1, 2), (6, 6)), ((10, 12), (20, 21)), 20, 19),  # three lines more and three fewer above it
        ((), ((1, 4),), 2, 1),
        (((131, 131),), ((131, 131),), 130, 131),  # the body of the block that is named by its first line
        ((), ((60, 63),), 42, 59),  # far down in a long block
    ],
)
def test_a_lost_line_is_shown_where_it_stood(added: Ranges, deleted: Ranges, base_line: int, head_line: int) -> None:
    change = Change({"a.py": FileChange("a.py", "a.py", "modified", added, deleted)})
    rule = worse(lost=(Evidence("a.py", base_line, "/healthz"),))
    assert list(regression_places(rule, change)) == [("a.py", head_line)]


def test_a_line_the_change_wrote_comes_first_and_a_deleted_file_has_no_place() -> None:
    change = Change(
        {
            "gone.py": FileChange("gone.py", "gone.py", "deleted", (), ((1, 9),)),
            "Dockerfile": FileChange("Dockerfile", "Dockerfile", "modified", ((7, 8),), ()),
        }
    )
    rule = worse(
        (Evidence("gone.py", 3, "/healthz"),),
        (Evidence("pyproject.toml", 2, "uvicorn"), Evidence("Dockerfile", 7, "stage")),
    )
    assert list(regression_places(rule, change)) == [("Dockerfile", 7), ("pyproject.toml", 2), ("Dockerfile", 7)]
    assert list(regression_places(worse(lost=rule.lost), change)) == []
    assert list(regression_places(rule, None)) == [("pyproject.toml", 2), ("Dockerfile", 7)]


def test_the_annotation_and_the_pages_say_what_was_there() -> None:
    change = Change({"a.py": FileChange("a.py", "a.py", "modified", (), ((10, 15),))})
    verdict = a_verdict(worse(lost=(Evidence("a.py", 11, "GET /healthz"),)))
    (note,) = annotate(verdict, change)
    assert (note.path, note.start_line, note.level) == ("a.py", 9, "failure")
    assert "Until now: GET /healthz (a.py:11)." in note.message
    assert "**Until now:** `a.py:11` GET /healthz" in render_check_run(verdict, change=change).text
    assert "<dt>Until now</dt>" in render_html(verdict)
    assert "`a.py:11`" in render_check_run(verdict, change=change).summary


def test_what_a_change_mends_is_told() -> None:
    verdict = a_verdict(a_rule("security-policy", better_than_base=True))
    assert "**Better with this change:** `security-policy`" in render_check_run(verdict).summary
