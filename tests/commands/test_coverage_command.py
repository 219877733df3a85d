"""`readygate coverage` and `check --coverage` on real repositories."""

import json

import pytest

LCOV = "SF:/ci/build/src/m.py\nDA:1,1\nDA:2,1\nDA:5,1\nDA:6,0\nDA:9,1\nDA:10,0\nDA:11,0\nDA:13,0\nend_of_record\n"
BEFORE = "def a():\n    return 1\n\n\ndef b():\n    return 2\n"
AFTER = BEFORE + "\n\ndef c(x):\n    if x:\n        return 3\n\n    return 4\n"
POLICY = 'version: 1\nextends: readygate/minimal\nrules:\n  "*": off\n  coverage: '


@pytest.fixture
def changed(project):
    """A change of which 1 of 4 coverable lines is run, in a project at 50 %; gives the base."""
    base = project.commit({"src/m.py": BEFORE, ".github/rules.yml": POLICY + "ratchet\n"})
    project.commit({"src/m.py": AFTER})
    return base


def report(tmp_path, text: str = LCOV, name: str = "lcov.info") -> str:
    path = tmp_path / name
    path.write_text(text)
    return str(path)


class TestCoverage:
    def test_a_report_by_itself(self, tmp_path, readygate, monkeypatch) -> None:
        monkeypatch.chdir(tmp_path)
        path = report(tmp_path)
        ran = readygate("coverage", path, "--format", "json")
        assert ran.status == 0
        found = json.loads(ran.out)
        assert found["schema"] == "readygate/coverage/v1"
        (one,) = found["reports"]
        assert one["file"] == path
        assert (one["format"], one["lines_covered"], one["lines_total"], one["percent"]) == ("lcov", 4, 8, 50.0)
        assert (one["branches"], one["tool_totals"], one["mapped"], one["unmapped"]) == (None, None, None, [])
        assert (found["project"], found["patch"]) == (50.0, None)

    def test_a_change(self, project, changed, tmp_path, readygate) -> None:
        path = report(tmp_path)
        ran = readygate("coverage", path, "--root", project.path, "--base", changed, "--format", "json")
        assert ran.status == 0
        found = json.loads(ran.out)
        assert found["reports"][0]["mapped"] == 1
        assert found["patch"] == {
            "covered": 1,
            "total": 4,
            "percent": 25.0,
            "missed": [{"path": "src/m.py", "lines": [10, 11, 13]}],
            "unmeasured": [],
        }

    def test_text_for_people(self, project, changed, tmp_path, readygate) -> None:
        text = LCOV.replace("end_of", "LF:9\nLH:9\nend_of") + "SF:/usr/include/x.h\nDA:1,1\nend_of_record\n"
        ran = readygate("coverage", report(tmp_path, text), "--root", project.path, "--base", changed)
        assert "lcov, 55.55 %, 5 of 9 lines" in ran.out
        assert "the tool itself says 100.00 % (9 of 9 lines)" in ran.out
        assert "not found: /usr/include/x.h" in ran.out
        assert "src/m.py: 10-11, 13" in ran.out
        assert ran.out.endswith("Project: 50.00 % (4 of 8)\n")

    def test_uncommitted_lines_count(self, project, changed, tmp_path, readygate) -> None:
        project.write({"src/m.py": AFTER + "print(c(1))\n"})
        text = LCOV.replace("end_of", "DA:14,1\nend_of")
        ran = readygate(
            "coverage", report(tmp_path, text), "--root", project.path, "--base", changed, "--format", "json"
        )
        assert json.loads(ran.out)["patch"]["total"] == 5

    def test_renames_deletions_and_submodules(self, project, changed, tmp_path, readygate) -> None:
        project.git("mv", "src/m.py", "src/n.py")
        project.commit({"src/n.py": AFTER.replace("return 2", "return 22")})
        sha = project.git("rev-parse", "HEAD")
        project.git("update-index", "--add", "--cacheinfo", f"160000,{sha},lib")
        project.git("commit", "--quiet", "-m", "submodule")
        text = LCOV.replace("m.py", "n.py")
        base = project.git("rev-parse", "HEAD~2")
        ran = readygate("coverage", report(tmp_path, text), "--root", project.path, "--base", base, "--format", "json")
        assert json.loads(ran.out)["patch"]["missed"] == [{"path": "src/n.py", "lines": [6]}]
        assert json.loads(ran.out)["patch"]["total"] == 1

    def test_shards_are_merged(self, tmp_path, readygate, monkeypatch) -> None:
        monkeypatch.chdir(tmp_path)
        one = report(tmp_path)
        other = report(tmp_path, LCOV.replace(",1\n", ",0\n").replace("DA:6,0", "DA:6,3"), "other.info")
        assert json.loads(readygate("coverage", one, other, "--format", "json").out)["project"] == 62.5

    def test_a_report_that_cannot_be_read_is_3_and_the_others_are_told(self, tmp_path, readygate, monkeypatch) -> None:
        monkeypatch.chdir(tmp_path)
        broken, missing = report(tmp_path, LCOV[:-20], "broken.info"), str(tmp_path / "none.xml")
        ran = readygate("coverage", report(tmp_path), broken, missing, str(tmp_path), "--format", "json")
        assert ran.status == 3
        found = json.loads(ran.out)
        assert len(found["reports"]) == 1
        assert [problem["file"] for problem in found["problems"]] == [broken, missing, str(tmp_path)]
        assert "broken.info at line 9: the LCOV report ends inside a record" in ran.err
        assert "none.xml: the report cannot be read: No such file or directory" in ran.err
        assert "this is a folder" in ran.err

    def test_a_report_about_something_else_is_3(self, project, changed, tmp_path, readygate) -> None:
        path = report(tmp_path, LCOV.replace("/ci/build/src/m.py", "/opt/other/lib/x.py"))
        ran = readygate("coverage", path, "--root", project.path)
        assert ran.status == 3
        assert "under half of its lines" in ran.err

    def test_but_not_where_nobody_named_the_repository(
        self, project, changed, tmp_path, readygate, monkeypatch
    ) -> None:
        monkeypatch.chdir(project.path)
        path = report(tmp_path, LCOV.replace("/ci/build/src/m.py", "/opt/other/lib/x.py"))
        ran = readygate("coverage", path, "--format", "json")
        assert ran.status == 0
        assert json.loads(ran.out)["project"] == 50.0
        assert "under half of its lines" in ran.err

    def test_a_coverprofile_is_found_by_go_mod(self, project, tmp_path, readygate) -> None:
        project.commit({"svc/go.mod": "module example.com/x\n", "svc/main.go": "package x\n" * 9, "main.go": "x\n" * 9})
        text = "mode: set\nexample.com/x/main.go:2.1,4.2 3 1\nexample.com/x/main.go:6.1,7.2 1 0\n"
        ran = readygate("coverage", report(tmp_path, text), "--root", project.path, "--format", "json")
        found = json.loads(ran.out)
        assert found["reports"][0]["mapped"] == 1
        assert found["reports"][0]["statements"] == {"covered": 3, "total": 4}
        assert (found["reports"][0]["percent"], found["project"]) == (75.0, 75.0)

    @pytest.mark.parametrize("arguments", [[], ["x", "--base", ""], ["x", "--root", "/nowhere"]])
    def test_a_wrong_command_is_2(self, readygate, arguments) -> None:
        assert readygate("coverage", *arguments).status == 2


class TestCheck:
    def test_untested_lines_of_a_change_block(self, project, changed, tmp_path, readygate) -> None:
        ran = readygate("check", project.path, "--base", changed, "--coverage", report(tmp_path), "--format", "json")
        assert ran.status == 1
        verdict = json.loads(ran.out)
        assert verdict["coverage"]["project"] == 50.0
        assert verdict["coverage"]["patch"] == 25.0
        assert verdict["coverage"]["threshold"] == 80
        assert "lcov" in verdict["coverage"]["source"]
        (rule,) = verdict["rules"]
        assert (rule["status"], rule["base_status"], rule["blocking"]) == ("partial", "partial", True)
        assert [(f["hazard"], f["start_line"], f["end_line"], f["introduced"]) for f in rule["findings"]] == [
            ("project-coverage", 6, 6, False),
            ("uncovered-lines", 10, 13, True),
        ]
        assert {aspect["id"] for aspect in rule["aspects"]} == {"coverage-threshold", "ci-coverage"}

    def test_debt_alone_does_not(self, project, changed, tmp_path, readygate) -> None:
        text = LCOV.replace("DA:10,0", "DA:10,1").replace("DA:11,0", "DA:11,1").replace("DA:13,0", "DA:13,1")
        text = text.replace("DA:1,1", "DA:1,0").replace("DA:2,1", "DA:2,0")
        ran = readygate(
            "check", project.path, "--base", changed, "--coverage", report(tmp_path, text), "--format", "json"
        )
        assert ran.status == 0
        (rule,) = json.loads(ran.out)["rules"]
        assert rule["status"] == "partial"
        assert not rule["better_than_base"]
        assert not rule["worse_than_base"]

    def test_a_drop_is_told_from_the_report_of_the_base(self, project, changed, tmp_path, readygate) -> None:
        before = report(tmp_path, "SF:src/m.py\nDA:1,1\nDA:2,1\nDA:5,1\nDA:6,1\nend_of_record\n", "before.info")
        after = report(
            tmp_path, LCOV.replace("DA:10,0", "DA:10,1").replace("DA:11,0", "DA:11,1").replace("DA:13,0", "DA:13,1")
        )
        arguments = ("check", project.path, "--base", changed, "--coverage", after, "--format", "json")
        assert readygate(*arguments).status == 0
        ran = readygate(*arguments, "--base-coverage", before)
        assert ran.status == 1
        verdict = json.loads(ran.out)
        assert verdict["coverage"]["base"] == 100.0
        (finding,) = verdict["rules"][0]["findings"]
        assert (finding["hazard"], finding["start_line"], finding["introduced"]) == ("lost-coverage", 6, True)
        assert readygate(*arguments, "--base-coverage", str(tmp_path / "none")).status == 3
        assert readygate("check", project.path, "--base-coverage", before).status == 2

    def test_thresholds_of_the_policy(self, project, tmp_path, readygate) -> None:
        project.commit({"src/m.py": AFTER, ".github/rules.yml": POLICY + "{mode: block, with: {project: 50}}\n"})
        path = report(tmp_path)
        assert readygate("check", project.path, "--coverage", path).status == 0
        project.commit({".github/rules.yml": POLICY + "{mode: block, with: {project: 50.01}}\n"})
        ran = readygate("check", project.path, "--coverage", path)
        assert ran.status == 1
        assert "Project coverage is 50.00 %, below 50.01 %." in ran.out

    def test_components_and_flags_have_thresholds_of_their_own(self, project, tmp_path, readygate) -> None:
        values = (
            "{project: 10, components: {core: {paths: ['src/**'], project: 60}},"
            " flags: {unit: {reports: ['**/unit.info'], project: 10}}}"
        )
        project.commit({"src/m.py": AFTER, ".github/rules.yml": POLICY + f"{{mode: block, with: {values}}}\n"})
        ran = readygate("check", project.path, "--coverage", report(tmp_path, name="unit.info"))
        assert ran.status == 1
        assert "Coverage of core is 50.00 %, below 60 %." in ran.out
        assert "unit" not in ran.out.partition("reason")[0].replace("unit.info", "")

    def test_a_value_that_means_nothing_is_2(self, project, tmp_path, readygate) -> None:
        for values in ("{partials: some}", "{project: 800}", "{fixes: [x]}", "{components: {a: {project: 3}}}"):
            project.commit({"src/m.py": AFTER, ".github/rules.yml": POLICY + f"{{mode: block, with: {values}}}\n"})
            ran = readygate("check", project.path, "--coverage", report(tmp_path))
            assert ran.status == 2, values
            assert "coverage.with" in ran.err

    def test_a_report_that_cannot_be_used_makes_the_verdict_incomplete(
        self, project, changed, tmp_path, readygate
    ) -> None:
        for text in (LCOV[:-20], LCOV.replace("/ci/build/src/m.py", "/opt/other/lib/x.py")):
            ran = readygate(
                "check", project.path, "--coverage", report(tmp_path, text), "--format", "json", "--exit-zero"
            )
            assert ran.status == 3
            assert json.loads(ran.out)["complete"] is False

    def test_what_touches_the_measuring_is_shown(self, project, changed, tmp_path, readygate) -> None:
        project.commit(
            {
                "src/m.py": AFTER.replace("return 3", "return 3  # pragma: no cover"),
                ".coveragerc": "[run]\nomit = src/x.py\n",
                ".github/workflows/ci.yml": "on: push\njobs: {t: {steps: [{run: pytest --cov}]}}\n",
                "docs/a.md": "pragma no cover is explained here\n",
            }
        )
        ran = readygate("check", project.path, "--base", changed, "--coverage", report(tmp_path), "--format", "json")
        findings = json.loads(ran.out)["rules"][0]["findings"]
        shown = {(f["hazard"], f["path"], f["severity"]) for f in findings if f["hazard"].startswith("coverage-")}
        assert shown == {
            ("coverage-mark", "src/m.py", "warning"),
            ("coverage-settings", ".coveragerc", "warning"),
            ("coverage-workflow", ".github/workflows/ci.yml", "warning"),
        }

    def test_without_a_report_the_question_is_whether_a_tool_is_set(self, project, readygate) -> None:
        project.commit(
            {"src/m.py": AFTER, ".coveragerc": "[report]\nfail_under = 85\n", ".github/rules.yml": POLICY + "report\n"}
        )
        ran = readygate("check", project.path, "--format", "json")
        verdict = json.loads(ran.out)
        assert (verdict["rules"][0]["status"], verdict["coverage"]) == ("implemented", None)
