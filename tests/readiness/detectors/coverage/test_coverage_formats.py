"""Every format: reports of real tools with the figures the tools print, and small ones for each trap."""

import gzip
import json
from pathlib import Path

import pytest

from app.readiness.detectors.coverage.figures import count_branches, count_lines, count_statements, total
from app.readiness.detectors.coverage.model import HIT, MISS, PARTIAL, Report
from app.readiness.detectors.coverage.problems import BadReport
from app.readiness.detectors.coverage.recognise import read_report
from app.readiness.detectors.coverage.source import MemorySource

REAL = Path(__file__).parents[3] / "data" / "coverage"


def read(content: bytes | str) -> Report:
    return read_report(MemorySource("report", content.encode() if isinstance(content, str) else content))


def lines_of(report: Report) -> tuple[int, int]:
    count = total(count_lines(one) for one in report)
    return count.covered, count.total


def states(report: Report, path: str) -> dict[int, int]:
    return {line: state for line, state in enumerate(report.files[path].final_states()) if state}


@pytest.mark.parametrize(
    ("name", "format_name", "lines", "branches"),
    [
        ("coverage-py.json", "coverage.py", (10, 17), (2, 8)),
        ("coverage-py.xml", "cobertura", (10, 17), (2, 8)),
        ("coverage-py.info", "lcov", (10, 17), (2, 8)),
        ("nyc.json", "istanbul", (4, 8), (4, 9)),
        ("nyc.info", "lcov", (4, 8), (4, 9)),
        ("nyc-clover.xml", "clover", (4, 8), None),
        ("nyc-cobertura.xml", "cobertura", (4, 8), None),
        ("c8.json", "istanbul", (12, 21), (3, 6)),
        ("c8.info", "lcov", (12, 21), (3, 6)),
        ("c8-clover.xml", "clover", (12, 21), None),
        ("c8-cobertura.xml", "cobertura", (12, 21), (3, 6)),
        ("jest-final.json", "istanbul", (4, 8), (4, 9)),
        ("jest.json", "istanbul", (4, 8), (4, 9)),
        ("vitest-v8.json", "istanbul", (4, 8), (1, 2)),
        ("vitest-istanbul.json", "istanbul", (2, 5), (2, 5)),
        ("jacoco.xml", "jacoco", (4, 5), (3, 4)),
        ("jacoco-groups.xml", "jacoco", (8, 10), (6, 8)),
        ("simplecov-resultset.json", "simplecov", (8, 12), (3, 4)),
        ("phpunit-clover.xml", "clover", (2, 6), (0, 0)),
        ("phpunit-cobertura.xml", "cobertura", (2, 6), (0, 0)),
        ("gcov.json", "gcov", (18, 20), (0, 0)),
        ("gcov-branches.json.gz", "gcov", (18, 20), (11, 14)),
        ("main.cpp.gcov", "gcov-text", (13, 15), (8, 10)),
        ("geninfo.info", "lcov", (17, 19), (10, 12)),
        ("gcovr.json", "gcovr", (17, 19), (8, 10)),
        ("gcovr-cobertura.xml", "cobertura", (17, 19), (8, 10)),
        ("gcovr-sonarqube.xml", "sonarqube", (17, 19), (8, 10)),
        ("gcovr-coveralls.json", "coveralls", (17, 19), (0, 0)),
        ("llvm-cov.json", "llvm-cov", (23, 25), None),
        ("llvm-cov.info", "lcov", (23, 25), None),
    ],
)
def test_a_real_report_gives_the_figures_of_its_tool(
    name: str, format_name: str, lines: tuple[int, int], branches: tuple[int, int] | None
) -> None:
    report = read((REAL / name).read_bytes())
    assert report.format == format_name
    assert lines_of(report) == lines
    if branches:
        count = count_branches(report)
        assert (count.covered, count.total) == branches


def test_go_counts_statements_once_however_many_packages_tested_them() -> None:
    report = read((REAL / "go.out").read_bytes())
    count = total(count_statements(one) for one in report)
    assert (count.covered, count.total, count.percent) == (5, 8, 62.5)
    assert lines_of(report) == (8, 15)


def test_llvm_lines_are_those_of_its_own_lcov() -> None:
    ours, theirs = (read((REAL / name).read_bytes()) for name in ("llvm-cov.json", "llvm-cov.info"))
    for mine, other in zip(
        sorted(ours, key=lambda one: one.path), sorted(theirs, key=lambda one: one.path), strict=True
    ):
        assert mine.states.rstrip(b"\0") == other.states.rstrip(b"\0")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("nyc-summary.json", "lcov"),
        ("llvm-cov-summary.json", "-summary-only"),
        ("simplecov-last-run.json", "resultset"),
    ],
)
def test_a_report_of_totals_is_refused_with_what_to_run(name: str, word: str) -> None:
    with pytest.raises(BadReport) as error:
        read((REAL / name).read_bytes())
    assert word in error.value.mend


LCOV = "TN:\nSF:a.c\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\n"


class TestLcov:
    def test_records_of_one_file_are_merged(self) -> None:
        report = read(LCOV + "SF:a.c\nDA:2,5\nDA:3,0\nend_of_record\n")
        assert states(report, "a.c") == {1: HIT, 2: HIT, 3: MISS}

    @pytest.mark.parametrize(
        ("hits", "state"),
        [
            ("1e+0", HIT),
            ("18446744073709551615", HIT),
            ("36893488147419103232", HIT),
            ("-1", MISS),
            ("0", MISS),
            ("0.0", MISS),
        ],
    )
    def test_odd_counts(self, hits: str, state: int) -> None:
        assert states(read(f"SF:a.c\nDA:4,{hits}\nend_of_record\n"), "a.c") == {4: state}

    def test_line_0_is_none(self) -> None:
        assert states(read("SF:a.c\nDA:0,1\nDA:1,1\nend_of_record\n"), "a.c") == {1: HIT}

    def test_checksums_crlf_and_a_byte_order_mark(self) -> None:
        text = "\ufeffSF:a b.c\r\nDA:1,1,abc==\r\nDA:2,0,x\r\nend_of_record\r\n"
        assert states(read(text), "a b.c") == {1: HIT, 2: MISS}
        assert states(read(text.encode("utf-16")), "a b.c") == {1: HIT, 2: MISS}

    def test_names_of_functions_may_hold_anything(self) -> None:
        text = "SF:a.c\nFN:1,f(int, char)\nFNDA:1,f(int,\n  char)\nFNL:0,1,2\nFNA:0,1,f\nDA:1,1\nend_of_record\n"
        assert states(read(text), "a.c") == {1: HIT}

    def test_branches_are_told_apart_by_their_ids(self) -> None:
        one = "SF:a.c\nDA:1,1\nBRDA:1,0,0,1\nBRDA:1,0,1,-\nend_of_record\n"
        other = "SF:a.c\nDA:1,1\nBRDA:1,0,0,0\nBRDA:1,0,1,3\nend_of_record\n"
        assert count_branches(read(one)).covered == 1
        assert states(read(one), "a.c") == {1: PARTIAL}
        assert count_branches(read(one + other)).covered == 2
        assert states(read(one + other), "a.c") == {1: HIT}

    def test_branches_in_any_order_with_any_ids(self) -> None:
        text = "SF:a.c\nDA:2,1\nBRDA:2,e0,1,1\nBRDA:1,0,a == b,0\nBRDA:2,0,0,-\nDA:1,1\nBRDA:2,e0,1,0\nend_of_record\n"
        count = count_branches(read(text))
        assert (count.covered, count.total) == (1, 3)

    def test_the_sums_of_the_tool_are_kept_beside_ours(self) -> None:
        report = read("SF:a.c\nDA:1,1\nDA:2,0\nLF:5\nLH:4\nend_of_record\n")
        assert lines_of(report) == (1, 2)
        assert report.tool_totals == {"covered": 4, "total": 5, "unit": "lines"}

    @pytest.mark.parametrize(
        ("text", "what", "where"),
        [
            ("SF:a.c\nDA:1,1\nDA:x,1\nend_of_record\n", "DA:", "line 3"),
            ("SF:a.c\nDA:1\nend_of_record\n", "DA:", "line 2"),
            (LCOV + "SF:b.c\nDA:1,1\n", "before end_of_record", "line 9"),
            ("SF:a.c\nDA:1,1\nSF:b.c\nDA:1,1\nend_of_record\n", "two files", "line 1"),
            ("TN:\nDA:1,1\nend_of_record\n", "without a file", "line 1"),
            ("SF:a.c\nBRDA:1,0\nDA:1,1\nend_of_record\n", "BRDA", "line 2"),
            ("SF:\nDA:1,1\nend_of_record\n", "no name", ""),
            ("SF:a.c\nDA:99999999999,1\nend_of_record\n", "beyond the end", "`a.c`"),
            ("SF:a.c\nLF:3\nLH:1\nend_of_record\n", "not a single line", ""),
            ("SF:a\0b.c\nDA:1,1\nend_of_record\n", "NUL", "`a?b.c`"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_line(self, text: str, what: str, where: str) -> None:
        with pytest.raises(BadReport) as error:
            read(text)
        assert what in error.value.what
        assert error.value.where == where
        assert error.value.mend


def cobertura(classes: str, sources: str = "", head: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{head}<coverage line-rate="1"><sources>{sources}</sources><packages>'
        f'<package name="p"><classes>{classes}</classes></package></packages></coverage>'
    )


class TestCobertura:
    def test_lines_of_methods_repeat_those_of_the_class_and_may_add_none(self) -> None:
        text = cobertura(
            '<class name="A" filename="a.py"><methods><method name="m"><lines><line number="1" hits="9"/>'
            '<line number="2" hits="0"/></lines></method></methods><lines><line number="2" hits="3"/></lines></class>'
        )
        assert states(read(text), "a.py") == {2: HIT}

    def test_lines_of_methods_count_where_the_class_has_none(self) -> None:
        text = cobertura(
            '<class name="A" filename="a.py"><methods><method name="m"><lines><line number="2" hits="0"/></lines>'
            "</method></methods><lines/></class>"
        )
        assert states(read(text), "a.py") == {2: MISS}

    def test_classes_of_one_file_are_merged(self) -> None:
        text = cobertura(
            '<class name="A" filename="a.cs"><lines><line number="1" hits="0"/></lines></class><class name="B"'
            ' filename="a.cs"><lines><line number="1" hits="1"/><line number="2" hits="0"/></lines></class>'
        )
        assert states(read(text), "a.cs") == {1: HIT, 2: MISS}

    def test_conditions_make_a_line_partial(self) -> None:
        text = cobertura(
            '<class name="A" filename="a.cs"><lines>'
            '<line number="1" hits="2" branch="True" condition-coverage="50% (1/2)"><conditions/></line>'
            '<line branch="true" condition-coverage="100% (2/2)" hits="1" number="2"/></lines></class>'
        )
        assert states(read(text), "a.cs") == {1: PARTIAL, 2: HIT}

    def test_one_name_below_two_sources_is_two_files(self) -> None:
        one = '<class name="i" filename="__init__.py"><lines><line number="1" hits="1"/></lines></class>'
        other = one.replace("<lines>", '<lines><line number="2" hits="1"/>').replace('"1" hits="1"', '"1" hits="0"')
        sources = "<source>/w/app</source><source>/w/tests</source>"
        text = cobertura(one + other, sources, "<!-- Generated by coverage.py: https://coverage.readthedocs.io -->")
        report = read(text)
        assert lines_of(report) == (2, 3)
        assert [one.path for one in report] == ["__init__.py", "__init__.py"]
        assert report.sources == ["/w/app", "/w/tests"]

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
    def test_encodings(self, encoding: str) -> None:
        text = cobertura('<class name="A" filename="ä.cs"><lines><line number="1" hits="1"/></lines></class>')
        assert states(read(text.encode(encoding)), "ä.cs") == {1: HIT}

    def test_a_declared_utf_16_that_is_utf_8(self) -> None:
        text = cobertura('<class name="A" filename="ä.cs"><lines><line number="1" hits="1"/></lines></class>')
        text = text.replace('version="1.0"', 'version="1.0" encoding="utf-16"')
        assert states(read(text), "ä.cs") == {1: HIT}

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ('<coverage line-rate="1"><packages>', "not well-formed"),
            (cobertura('<class name="A" filename="a"><lines><line hits="1"/></lines></class>'), "no number"),
            (cobertura('<class name="A" filename="a"><lines><line number="x" hits="1"/></lines></class>'), "a value"),
            (cobertura('<class name="A" filename="a"><lines><line number="1" hits="?"/></lines></class>'), "a value"),
            (cobertura('<class name="A" filename="a"><lines><line number="-4" hits="1"/></lines></class>'), "line -4"),
            (cobertura('<class name="A"><lines/></class>'), "no file name"),
            ('<coverage lines-valid="9" lines-covered="3"><packages/></coverage>', "not a single line"),
            ('<!DOCTYPE coverage [<!ENTITY a "b">]><coverage line-rate="1"><packages/></coverage>', "entity"),
        ],
    )
    def test_what_is_wrong_is_named(self, text: str, what: str) -> None:
        with pytest.raises(BadReport, match=what):
            read(text)


CLOVER = (
    '<coverage generated="1"><project><package name="a.b"><file name="x.js" path="/w/a/b/x.js">'
    '<line num="1" type="method" count="1"/><line num="2" type="stmt" count="0"/>'
    '<line num="3" type="cond" truecount="1" falsecount="0"/><line num="4" type="cond" truecount="0" falsecount="0"/>'
    '</file></package></project><testproject><file name="t.js"><line num="9" type="stmt" count="1"/></file>'
    "</testproject></coverage>"
)


def test_clover_counts_no_methods_and_no_test_project() -> None:
    assert states(read(CLOVER), "/w/a/b/x.js") == {2: MISS, 3: PARTIAL, 4: MISS}
    assert lines_of(read(CLOVER)) == (1, 3)


def test_jacoco_needs_instructions() -> None:
    start = '<report name="r"><package name="a/b"><sourcefile name="C.java">'
    end = "</sourcefile></package></report>"
    whole = read(f'{start}<line nr="0" mi="0" ci="1"/><line nr="3" mi="1" ci="1" mb="1" cb="1"/>{end}')
    assert states(whole, "a/b/C.java") == {3: PARTIAL}
    with pytest.raises(BadReport, match="counters"):
        read(f'{start}<line nr="3" mb="1" cb="1"/><counter type="LINE" missed="1" covered="1"/>{end}')


def test_opencover_spans_lines_and_knows_points_that_end_before_they_start() -> None:
    text = (
        '<CoverageSession><Summary numSequencePoints="3" visitedSequencePoints="2"/><Modules><Module><Files>'
        '<File uid="7" fullPath="C:\\w\\A.cs"/></Files><Classes><Class><Methods><Method><FileRef uid="7"/>'
        "<SequencePoints>"
        '<SequencePoint vc="2" sl="3" el="4"/><SequencePoint vc="0" sl="9" el="2" fileid="7"/>'
        '<SequencePoint vc="1" sl="16707566" el="16707566" fileid="7"/>'
        '</SequencePoints><BranchPoints><BranchPoint vc="1" sl="3"/><BranchPoint vc="0" sl="3"/></BranchPoints>'
        "</Method></Methods></Class></Classes></Module></Modules></CoverageSession>"
    )
    assert states(read(text), "C:\\w\\A.cs") == {3: PARTIAL, 4: HIT, 9: MISS}


def test_sonarqube() -> None:
    text = (
        '<coverage version="1"><file path="a.py"><lineToCover lineNumber="1" covered="true"/>'
        '<lineToCover lineNumber="2" covered="true" branchesToCover="2" coveredBranches="1"/>'
        '<lineToCover lineNumber="3" covered="false"/></file></coverage>'
    )
    assert states(read(text), "a.py") == {1: HIT, 2: PARTIAL, 3: MISS}
    with pytest.raises(BadReport, match="covered"):
        read(text.replace('"false"', '"maybe"'))


def test_dotcover() -> None:
    text = (
        '<Root ReportType="DetailedXml" CoveredStatements="1" TotalStatements="2"><FileIndices>'
        '<File Index="1" Name="A.cs"/></FileIndices><Assembly>'
        '<Statement FileIndex="1" Line="3" EndLine="4" Covered="True"/>'
        '<Statement FileIndex="1" Line="6" EndLine="6" Covered="False"/></Assembly></Root>'
    )
    assert states(read(text), "A.cs") == {3: HIT, 4: HIT, 6: MISS}
    with pytest.raises(BadReport, match="no statement"):
        read('<Root ReportType="Xml" CoveredStatements="1" TotalStatements="2"/>')


def test_visual_studio() -> None:
    text = (
        '<results><modules><module lines_covered="1" lines_partially_covered="1" lines_not_covered="1"><functions>'
        '<function><ranges><range source_id="0" start_line="3" end_line="3" covered="yes"/>'
        '<range source_id="0" start_line="4" end_line="5" covered="partial"/>'
        '<range source_id="0" start_line="6" end_line="6" covered="no"/></ranges></function></functions>'
        '<source_files><source_file id="0" path="D:\\a\\A.cs"/></source_files></module></modules></results>'
    )
    assert states(read(text), "D:\\a\\A.cs") == {3: HIT, 4: PARTIAL, 5: PARTIAL, 6: MISS}
    older = (
        "<CoverageDSPriv><Module><NamespaceTable><Class><Method><Lines><LnStart>3</LnStart><LnEnd>3</LnEnd>"
        "<Coverage>0</Coverage><SourceFileID>1</SourceFileID></Lines><Lines><LnStart>4</LnStart><LnEnd>4</LnEnd>"
        "<Coverage>2</Coverage><SourceFileID>1</SourceFileID></Lines></Method></Class></NamespaceTable></Module>"
        "<SourceFileNames><SourceFileID>1</SourceFileID><SourceFileName>A.cs</SourceFileName></SourceFileNames>"
        "</CoverageDSPriv>"
    )
    assert states(read(older.encode("utf-16")), "A.cs") == {3: HIT, 4: MISS}


class TestGo:
    def test_the_same_block_of_two_packages_counts_once(self) -> None:
        report = read("mode: count\nm/a.go:1.2,3.4 2 0\nm/a.go:1.2,3.4 2 7\nm/a.go:5.1,5.9 1 0\n")
        count = total(count_statements(one) for one in report)
        assert (count.covered, count.total) == (2, 3)
        assert states(report, "m/a.go") == {1: HIT, 2: HIT, 3: HIT, 5: MISS}

    @pytest.mark.parametrize("line", ["m/a.go:1.2 2 0", "m/a.go:3.1,1.1 1 1", "m/a.go:1.1,2.1 1", "what"])
    def test_a_wrong_line_is_named(self, line: str) -> None:
        with pytest.raises(BadReport) as error:
            read(f"mode: set\nm/b.go:1.1,1.2 1 1\n{line}\n")
        assert error.value.where == "line 3"

    def test_an_empty_profile_is_no_mistake(self) -> None:
        assert lines_of(read("mode: set\n")) == (0, 0)


def test_gcov_text_with_templates_partial_lines_and_exclusions() -> None:
    text = (
        "        -:    0:Source:/w/a.cc\n        -:    0:Graph:a.gcno\n        1:    1:int f()\n"
        "    #####:    2:x\n       2*:    3:y\n        -:    4:// no code\n    =====:    5:z\n"
        "    #####:    6:skip // LCOV_EXCL_LINE\n        1:    7:// LCOV_EXCL_START\n    #####:    8:a\n"
        "        1:    9:// LCOV_EXCL_STOP\n------------------\nint g<int>():\n        3:    2:x\n"
        "branch  0 taken 50%\nbranch  1 never executed\n------------------\n"
    )
    assert states(read(text), "/w/a.cc") == {1: HIT, 2: PARTIAL, 3: PARTIAL, 5: MISS}


def test_gcov_json_of_several_units_a_document_a_line() -> None:
    unit = '{"gcc_version": "12", "files": [{"file": "a.h", "lines": [{"line_number": 1, "count": %d}]}]}\n'
    assert states(read(unit % 0 + unit % 4), "a.h") == {1: HIT}


def test_gcovr_leaves_out_what_it_excludes() -> None:
    text = (
        '{"gcovr/format_version": "0.6", "files": [{"file": "a.c", "lines": [{"line_number": 1, "count": 1,'
        ' "gcovr/noncode": true}, {"line_number": 2, "count": 0, "gcovr/excluded": true}, {"line_number": 3,'
        ' "count": 0}]}]}'
    )
    assert states(read(text), "a.c") == {3: MISS}


def test_istanbul_takes_the_highest_count_of_a_line_and_skips_what_is_marked() -> None:
    one = {
        "path": "/w/a.js",
        "statementMap": {
            "0": {"start": {"line": 1}}, "1": {"start": {"line": 1}}, "2": {"start": {"line": 2}, "skip": True},
            "3": {"start": {"line": 3, "column": None}},
        },
        "s": {"0": 0, "1": 2, "2": 0, "3": 0}, "fnMap": {}, "f": {}, "branchMap": {}, "b": {},
    }  # fmt: skip
    for shape in ({"/w/a.js": one}, {"data": {"/w/a.js": one}}, {"/w/a.js": {"data": one}}):
        assert states(read(json.dumps(shape)), "/w/a.js") == {1: HIT, 3: MISS}
    with pytest.raises(BadReport, match="has no count"):
        read(json.dumps({"a.js": {**one, "s": {"0": 1}}}))


def test_simplecov_in_its_shapes() -> None:
    old = {
        "RSpec": {"coverage": {"/w/a.rb": [1, None, 0]}, "timestamp": 1},
        "Unit": {"coverage": {"/w/a.rb": [0, None, 2]}},
    }
    assert states(read(json.dumps(old)), "/w/a.rb") == {1: HIT, 3: HIT}
    formatted = {
        "meta": {"simplecov_version": "0.22"},
        "coverage": {
            "/w/a.rb": {
                "lines": [1, "ignored", 0],
                "branches": [{"type": "then", "start_line": 1, "coverage": 0, "report_line": 1}],
            }
        },
        "groups": {},
    }
    assert states(read(json.dumps(formatted)), "/w/a.rb") == {1: PARTIAL, 3: MISS}
    with pytest.raises(BadReport, match="number of hits"):
        read(json.dumps({"RSpec": {"coverage": {"/w/a.rb": ["x"]}}}))


def test_coveralls_and_codecov() -> None:
    coveralls = {
        "source_files": [
            {"name": "a.rb", "coverage": [None, 1, 0], "branches": [2, 0, 0, 1, 2, 0, 1, 0]},
            {"name": "b.rb", "coverage": "[0, null]"},
        ]
    }
    report = read(json.dumps(coveralls))
    assert states(report, "a.rb") == {2: PARTIAL, 3: MISS}
    assert states(report, "b.rb") == {1: MISS}
    codecov = {
        "coverage": {"a.py": {"1": 0, "2": "1/2", "3": None, "4": 7, "5": "0/2"}, "b.py": [None, 1, 0, True, "2/2"]}
    }
    report = read(json.dumps(codecov))
    assert states(report, "a.py") == {1: MISS, 2: PARTIAL, 4: HIT, 5: MISS}
    assert states(report, "b.py") == {1: HIT, 2: MISS, 3: PARTIAL, 4: HIT}
    with pytest.raises(BadReport, match="fraction"):
        read(json.dumps({"coverage": {"a.py": {"1": "many"}}}))


def test_coverlet_joins_methods() -> None:
    method = {"Lines": {"3": 0, "4": 1}, "Branches": [{"Line": 4, "Hits": 0}, {"Line": 4, "Hits": 2}]}
    text = {"A.dll": {"/w/A.cs": {"A": {"m": method, "n": {"Lines": {"3": 2}, "Branches": []}}}}}
    assert states(read(json.dumps(text)), "/w/A.cs") == {3: HIT, 4: PARTIAL}


def test_xccov_archive() -> None:
    lines = [
        {"line": 1, "isExecutable": False},
        {"line": 2, "isExecutable": True, "executionCount": 3},
        {
            "line": 3,
            "isExecutable": True,
            "executionCount": 3,
            "subranges": [{"column": 1, "length": 2, "executionCount": 0}],
        },
        {"line": 4, "isExecutable": True, "executionCount": 0},
    ]
    assert states(read(json.dumps({"/w/a.swift": lines})), "/w/a.swift") == {2: HIT, 3: PARTIAL, 4: MISS}


def test_tarpaulin_and_covdir() -> None:
    traced = {
        "files": [
            {
                "path": ["/", "w", "a.rs"],
                "traces": [{"line": 2, "stats": {"Line": 1}}, {"line": 3, "stats": {"Line": 0}}],
            }
        ]
    }
    assert states(read(json.dumps(traced)), "w/a.rs") == {2: HIT, 3: MISS}
    leaf = {"name": "a.rs", "coverage": [-1, 0, 4], "linesTotal": 2}
    folder = {"name": "", "children": {"src": {"name": "src", "children": {"a.rs": leaf}}}, "linesCovered": 1}
    assert states(read(json.dumps(folder)), "src/a.rs") == {2: MISS, 3: HIT}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"SQLite format 3\0" + bytes(100), "coverage.py"),
        (b"!coverage.py: This is a private format, don't read it directly!{}", "coverage.py"),
        (b"\x01\xc0\xc0\x10", "JaCoCo"),
        (b"adcg*21B", "gcda"),
        (b"bplist00", "Xcode"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b"<testsuites/>", "JUnit"),
        (b"<scoverage/>", "scoverage"),
        (b"<what/>", "root element is `what`"),
        (b'<coverage profilerVersion="1"><module name="a"/></coverage>', "`module` in it"),
        (b'<results version="2"><errors/></results>', "`errors` in it"),
        (b"[1, 2]", "list"),
        (b"{}", "not known"),
        (b'{"a": 1}', "not known"),
        (b'{"files": {', "cannot be read"),
        (b'{"meta": {"branch_coverage": true}, "files": {"a.py": {"executed_lines": [1]}}}', "missing_lines"),
        (b'{"targets": [], "lineCoverage": 0.5}', "xccov"),
        (b'{"result": [{"url": "a", "functions": []}]}', "V8"),
        (b"hello world", "not known"),
        (b"\x1f\x8b\x08broken", "gzip"),
        (gzip.compress(LCOV.encode(), mtime=0)[:-12], "gzip"),
        (b"mode: fast\n", "mode"),
    ],
)
def test_what_is_no_report_is_named_with_a_mend(content: bytes, what: str) -> None:
    with pytest.raises(BadReport) as error:
        read(content)
    assert what in f"{error.value.what} {error.value.mend}"
    assert error.value.mend


def test_a_packed_report_is_read() -> None:
    assert lines_of(read(gzip.compress(LCOV.encode(), mtime=0))) == (1, 2)


def test_sections_that_cross_blocks_and_forged_elements() -> None:
    lines = "".join(f'<line number="{number}" hits="{number % 3}"/>\n' for number in range(1, 60_000))
    text = cobertura(f'<class name="A" filename="a.py"><lines>{lines}</lines></class>')
    assert lines_of(read(text)) == (40_000, 59_999)
    with pytest.raises(BadReport, match="no tool writes"):
        read(text.replace('<line number="1" hits="1"/>', '<readygate-lines n="0"/>'))
    with pytest.raises(BadReport) as error:
        read(text.replace("</classes>", "</wrong>"))
    assert error.value.where == "line 60000"
