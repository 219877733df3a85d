"""Names in reports found in a repository, and above all those that are not to be found."""

import pytest

from app.readiness.detectors.coverage.mapping import Mapped, Root, fix, map_report
from app.readiness.detectors.coverage.model import Report
from app.readiness.detectors.coverage.names import is_foreign, parts_of
from app.readiness.detectors.coverage.tree_index import TreeIndex


def report_of(*names: str, sources: tuple[str, ...] = (), lines: int = 2, kind: str = "lcov") -> Report:
    report = Report(kind, sources=list(sources))
    for name in names:
        for line in range(1, lines + 1):
            report.file(name).mark(line, 3)
    return report.finish()


def found(report: Report, *tree: str, roots: tuple[Root, ...] = ()) -> Mapped:
    return map_report(report, TreeIndex(tree), dict.fromkeys(tree, 1_000), roots)


def paths(mapped: Mapped) -> list[str]:
    return sorted(mapped.files)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("src/a.py", ("src", "a.py")),
        ("./src//a.py", ("src", "a.py")),
        ("C:\\w\\src\\a.cs", ("w", "src", "a.cs")),
        ("file:///w/a.js", ("w", "a.js")),
        ("/w/x/../a.py", ("w", "a.py")),
        ("../../etc/passwd", ("etc", "passwd")),
    ],
)
def test_names_are_made_alike(name: str, parts: tuple[str, ...]) -> None:
    assert parts_of(name) == parts


def test_the_same_names() -> None:
    assert paths(found(report_of("src/a.py", "b.py"), "src/a.py", "b.py", "docs/b.md")) == ["b.py", "src/a.py"]


@pytest.mark.parametrize(
    "prefix",
    [
        "/" + "/".join(("home", "runner", "work", "app", "app")) + "/",
        "C:\\agent\\_work\\1\\s\\",
        "/__w/app/app/",
        "../",
    ],
)
def test_a_folder_of_the_build_machine_is_taken_away(prefix: str) -> None:
    names = [f"{prefix}{name}" for name in ("src/a.py", "src/deep/b.py", "main.py")]
    mapped = found(report_of(*names), "src/a.py", "src/deep/b.py", "main.py")
    assert paths(mapped) == ["main.py", "src/a.py", "src/deep/b.py"]
    assert mapped.unmapped == []


def test_a_bare_name_supports_what_another_one_shows() -> None:
    assert paths(found(report_of("/w/a.py", "/w/sub/b.py"), "a.py", "sub/b.py")) == ["a.py", "sub/b.py"]


def test_bare_names_of_one_folder_are_evidence_where_there_are_three() -> None:
    tree = ("app/git/patch.py", "app/git/lock.py", "app/git/trees.py", "lib/lock.py", "lib/a.py", "lib/b.py")
    assert paths(found(report_of("patch.py", "lock.py", "trees.py"), *tree)) == sorted(tree[:3])
    assert found(report_of("patch.py", "trees.py"), *tree).files == {}


def test_a_folder_of_the_repository_is_put_before() -> None:
    tree = ("api/src/a.py", "api/src/b.py", "web/src/a.py", "web/src/c.js")
    assert paths(found(report_of("src/a.py", "src/b.py"), *tree)) == ["api/src/a.py", "api/src/b.py"]


def test_java_packages_lie_below_their_sources() -> None:
    report = report_of("com/acme/A.java", "com/acme/B.java", kind="jacoco")
    tree = ("core/src/main/java/com/acme/A.java", "core/src/main/java/com/acme/B.java")
    assert paths(found(report, *tree)) == list(tree)


def test_the_group_of_jacoco_tells_which_module() -> None:
    report = Report("jacoco")
    for group in ("core", "web"):
        report.file("com/acme/A.java", f"com/acme/A.java\0{group}").mark(1, 3)
    tree = ("core/src/main/java/com/acme/A.java", "web/src/main/java/com/acme/A.java")
    assert paths(found(report, *tree)) == list(tree)


def test_sources_of_cobertura() -> None:
    report = report_of("a.py", "sub/b.py", sources=("/w/repo/src/pkg",))
    tree = ("src/pkg/a.py", "src/pkg/sub/b.py", "other/a.py")
    assert paths(found(report, *tree)) == ["src/pkg/a.py", "src/pkg/sub/b.py"]


def test_two_sources_with_a_file_of_one_name_are_not_guessed() -> None:
    report = report_of("__init__.py", "x.py", "y.py", sources=("/w/app", "/w/lib"))
    mapped = found(report, "app/__init__.py", "lib/__init__.py", "app/x.py", "lib/y.py")
    assert paths(mapped) == ["app/x.py", "lib/y.py"]
    assert mapped.unmapped == ["__init__.py"]


def test_ambiguous_files_go_with_the_others_or_nowhere() -> None:
    tree = ("a/src/x.py", "a/src/y.py", "b/src/x.py", "b/src/z.py")
    assert paths(found(report_of("src/x.py", "src/y.py"), *tree)) == ["a/src/x.py", "a/src/y.py"]
    assert found(report_of("src/x.py"), *tree).unmapped == ["src/x.py"]


def test_a_bare_name_is_no_evidence() -> None:
    mapped = found(report_of("/elsewhere/lib/index.js"), "web/app/index.js")
    assert mapped.files == {}
    assert mapped.is_lost


def test_files_of_others_map_nothing() -> None:
    names = [f"/usr/lib/python3/dist-packages/requests/{name}.py" for name in ("api", "models", "utils")]
    names += [f"node_modules/left-pad/{name}.js" for name in ("index", "lib/core")]
    names += [f"/srv/other/pkg{n}/module{n}/file{n}.py" for n in range(40)]
    tree = ("api.py", "src/models.py", "lib/core.js", "index.js", "src/utils.py", "module3/other.py", "x/file7.py")
    mapped = found(report_of(*names), *tree)
    assert mapped.files == {}
    assert mapped.is_lost


def test_one_stray_prefix_among_many_is_not_trusted() -> None:
    names = [f"/w/src/f{n}.py" for n in range(60)] + ["/opt/vendor/docs/conf.py"]
    tree = [f"src/f{n}.py" for n in range(60)] + ["docs/conf.py"]
    assert found(report_of(*names), *tree).unmapped == ["/opt/vendor/docs/conf.py"]


def test_fixes_win() -> None:
    root = fix("/build/x::services/api")
    assert root is not None
    mapped = found(report_of("/build/x/main.go"), "services/api/main.go", "main.go", roots=(root,))
    assert paths(mapped) == ["services/api/main.go"]
    assert fix("no mark") is None


def test_lines_beyond_the_end_of_a_file_are_not_its_lines() -> None:
    report = report_of("a.py", lines=50)
    mapped = map_report(report, TreeIndex(["a.py"]), {"a.py": 9})
    assert mapped.stale == 40
    assert len(mapped.files["a.py"].states) == 11


def test_names_of_one_file_are_merged() -> None:
    mapped = found(report_of("/w/src/a.py", "src/a.py", "src/b.py", "/w/src/b.py"), "src/a.py", "src/b.py")
    assert paths(mapped) == ["src/a.py", "src/b.py"]


@pytest.mark.parametrize(
    ("name", "foreign"),
    [
        ("/usr/include/c++/12/vector", True),
        ("/opt/.cargo/registry/src/x/lib.rs", True),
        ("/go/pkg/mod/github.com/x/y@v1/z.go", True),
        ("web/node_modules/x/index.js", True),
        ("src/site.py", False),
        ("app/usr/include.c", False),
    ],
)
def test_foreign_names(name: str, foreign: bool) -> None:
    assert is_foreign(name) is foreign


def test_a_large_report_on_a_large_tree_is_quick() -> None:
    tree = [f"packages/p{n % 300}/src/f{n}/index.js" for n in range(6_000)]
    mapped = found(report_of(*(f"/ci/build/{name}" for name in tree[:2_000]), lines=1), *tree)
    assert len(mapped.files) == 2_000
