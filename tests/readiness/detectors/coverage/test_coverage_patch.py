"""The lines a change wrote, the lines it took away, and what happened to the others."""

from app.readiness.detectors.coverage.comparison import compare_coverage
from app.readiness.detectors.coverage.figures import Count
from app.readiness.detectors.coverage.model import FileCoverage
from app.readiness.detectors.coverage.patch import Lost, find_lost, measure_patch
from app.readiness.snapshot import Change, FileChange


def files(**named: str) -> dict[str, FileCoverage]:
    """A letter a line: `h` hit, `m` missed, `p` partial, anything else no code; `_` in names stands for `/`."""
    made = {}
    for name, letters in named.items():
        path = name.replace("_", "/") + ".py"
        one = FileCoverage(path)
        for line, letter in enumerate(letters, 1):
            one.mark(line, {"h": 3, "p": 2, "m": 1}.get(letter, 0))
        made[path] = one
    return made


def change(*parts: FileChange) -> Change:
    return Change({part.path: part for part in parts})


def test_only_lines_with_code_that_the_change_wrote_count() -> None:
    part = FileChange("src/a.py", "src/a.py", "modified", added=((2, 4), (7, 9)), deleted=((1, 1),))
    patch = measure_patch(files(src_a="hhm.mmhpm"), change(part))
    assert patch.count == Count(3, 5)
    assert [(one.path, one.missed) for one in patch.missed] == [("src/a.py", (3, 9))]
    assert measure_patch(files(src_a="hhm.mmhpm"), change(part), partials_miss=True).count == Count(2, 5)


def test_renames_count_what_they_wrote_and_deletions_nothing() -> None:
    renamed = FileChange("b.py", "a.py", "renamed", added=((2, 2),))
    deleted = FileChange("c.py", "c.py", "deleted", deleted=((1, 9),))
    moved = FileChange("d.py", "e.py", "renamed")
    patch = measure_patch(files(b="hm", d="mm"), change(renamed, deleted, moved))
    assert patch.count == Count(0, 1)
    assert patch.unmeasured == ()


def test_files_of_a_measured_kind_that_no_report_knows_are_named() -> None:
    parts = [
        FileChange(path, path, "added", added=((1, 3),))
        for path in ("src/new.py", "docs/a.md", "tests/test_new.py", "vendor/x.py", "lib/other.rb")
    ]
    assert measure_patch(files(src_a="h"), change(*parts)).unmeasured == ("src/new.py",)


def test_a_submodule_and_lines_beyond_the_report_are_nothing() -> None:
    part = FileChange("a.py", "a.py", "modified", added=((1, 999_999_999),))
    assert measure_patch(files(a="hm"), change(part, FileChange("lib", "lib", "modified"))).count == Count(1, 2)


def test_lines_that_were_run_and_are_not_now_are_found_where_they_moved_to() -> None:
    base, head = files(a="hhhmh", b="hh", c="h"), files(a="..hmhmm", b="hm", c="m")
    part = FileChange("a.py", "a.py", "modified", added=((1, 2),))
    # Lines 1 to 5 of the base are 3 to 7 of the head.
    assert find_lost(base, head, change(part, FileChange("c.py", "c.py", "modified", ((1, 1),), ((1, 1),)))) == (
        Lost("a.py", (4, 7)),
        Lost("b.py", (2,)),
    )


def test_lost_lines_of_a_renamed_file() -> None:
    part = FileChange("new.py", "old.py", "renamed", deleted=((1, 1),))
    assert find_lost(files(old="hhm"), files(new="mm"), change(part)) == (Lost("new.py", (1,)),)


def test_taking_covered_lines_away_is_no_drop() -> None:
    base, head = files(a="hhhhhhhhmm", b="mm"), files(a="mm", b="mm")
    part = FileChange("a.py", "a.py", "modified", deleted=((1, 8),))
    compared = compare_coverage(base, head, change(part))
    assert compared.before == Count(8, 12)
    assert compared.adjusted == compared.after == Count(0, 4)
    assert not compared.drops_over(0)


def test_a_drop_is_told_in_points() -> None:
    base, head = files(a="h" * 99 + "m"), files(a="h" * 98 + "mm")
    compared = compare_coverage(base, head, change())
    assert compared.drops_over(0.9)
    assert not compared.drops_over(1.0)
    assert compared.lost == (Lost("a.py", (99,)),)


def test_lines_that_no_longer_count_in_untouched_files_are_noticed() -> None:
    compared = compare_coverage(files(a="hm", b="h"), files(a="h", b="h"), change())
    assert compared.shrunk == ("a.py",)


def test_a_deleted_file_leaves_the_base() -> None:
    gone = FileChange("a.py", "a.py", "deleted", deleted=((1, 4),))
    assert compare_coverage(files(a="hhhh", b="m"), files(b="m"), change(gone)).adjusted == Count(0, 1)
