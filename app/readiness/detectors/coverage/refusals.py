"""Files that people take for coverage reports and that say nothing about lines, with the command that writes one."""

import re
from collections.abc import Mapping
from typing import Any

from app.readiness.detectors.coverage.problems import BadReport, not_usable

SUPPORTED = (
    "Readygate reads LCOV, Cobertura, JaCoCo, Clover, OpenCover, SonarQube, dotCover and Visual Studio XML, Go"
    " coverprofiles, gcov, and the JSON of coverage.py, istanbul, SimpleCov, llvm-cov, gcov, gcovr, coverlet,"
    " tarpaulin, grcov, xccov, Coveralls and Codecov."
)
_BINARY: tuple[tuple[bytes, str, str], ...] = (
    (
        b"SQLite format 3\0",
        "this is a database of coverage.py (.coverage), which holds the lines that ran and not those that did not",
        "Run `coverage json` or `coverage xml` beside the sources and give that file.",
    ),
    (
        b"!coverage.py: This is a private format",
        "this is the data file of an old coverage.py",
        "Run `coverage xml` beside the sources and give that file.",
    ),
    (b"\x01\xc0\xc0", "this is JaCoCo's execution data", "Run `mvn jacoco:report` or `jacococli.jar report … --xml`."),
    (b"adcg", "this is gcc's data (.gcda)", "Run `gcovr --json coverage.json` or `gcov --json-format`."),
    (b"oncg", "these are gcc's notes (.gcno)", "Run `gcovr --json coverage.json` or `gcov --json-format`."),
    (b"\x81rforpl\xff", "this is clang's raw profile", "Run `llvm-profdata merge` and `llvm-cov export`."),
    (b"\xfflprofr\x81", "this is clang's raw profile", "Run `llvm-profdata merge` and `llvm-cov export`."),
    (b"\xfflprofi\x81", "this is clang's profile", "Run `llvm-cov export -instr-profile=FILE PROGRAM`."),
    (b"\0cvm", "this is Go's coverage data", "Run `go tool covdata textfmt -i=DIR -o=cover.out`."),
    (b"\0cwm", "this is Go's coverage data", "Run `go tool covdata textfmt -i=DIR -o=cover.out`."),
    (b"bplist", "this is a property list of Xcode", "Run `xcrun xccov view --archive --json Result.xcresult`."),
    (b"\x7fELF", "this is a program", "Give the report that the coverage tool writes."),
    (b"PK\x03\x04", "this is a zip archive", "Unpack it and give the reports in it."),
)
_XML: Mapping[str, tuple[str, str]] = {
    "testsuites": ("these are test results (JUnit)", "Give the coverage report of the same run."),
    "testsuite": ("these are test results (JUnit)", "Give the coverage report of the same run."),
    "TestRun": ("these are test results (TRX)", 'Add `--collect:"XPlat Code Coverage"` to `dotnet test`.'),
    "test-run": ("these are test results (NUnit)", "Give the coverage report of the same run."),
    "scoverage": ("this is scoverage's own format", "Give the cobertura.xml that scoverage writes beside it."),
    "phpunit": ("this is PHPUnit's own format", "Run PHPUnit with `--coverage-clover clover.xml`."),
    "CoverageReport": ("this is a summary of ReportGenerator", "Write it with `-reporttypes:Cobertura`."),
    "BullseyeCoverage": ("this is BullseyeCoverage's own format", "Export it as Cobertura or LCOV."),
    "plist": ("this is a property list of Xcode", "Run `xcrun xccov view --archive --json Result.xcresult`."),
}
_HTML = re.compile(r"(?i)html")


def unknown_format(detail: str = "") -> BadReport:
    what = "the format of the report is not known" + (f": {detail}" if detail else "")
    return not_usable(what, SUPPORTED)


def refuse_binary(head: bytes) -> None:
    for magic, what, mend in _BINARY:
        if head.startswith(magic):
            raise not_usable(what, mend)
    if re.match(rb"\s*<(?:!doctype\s+html|html)\b", head[:1_000], re.IGNORECASE):
        raise not_usable("this is a page for people (HTML)", "Give the XML, JSON or LCOV report of the same tool.")


def refuse_xml(root: str, values: Mapping[str, str]) -> None:
    """Raises `BadReport` for roots of other known formats."""
    found = _XML.get(root)
    if found:
        raise not_usable(*found)
    if _HTML.fullmatch(root):
        raise not_usable("this is a page for people (HTML)", "Give the XML, JSON or LCOV report of the same tool.")


def refuse_json(top: Mapping[str, Any]) -> None:
    """top: the text of each value by its key."""
    keys = top.keys()
    if "targets" in keys and "lineCoverage" in keys:
        raise not_usable(
            "this is xccov's report, which holds totals and no lines",
            "Run `xcrun xccov view --archive --json Result.xcresult`.",
        )
    if any(key.startswith("gcovr/summary") for key in keys):
        raise not_usable(
            "this is a summary of gcovr without lines", "Run gcovr with `--json` instead of --json-summary."
        )
    if "total" in keys and b'"pct"' in bytes(top["total"]):
        raise not_usable(
            "this is istanbul's summary (coverage-summary.json), which holds totals and no lines",
            "Use the reporter `json` (coverage-final.json) or `lcov`.",
        )
    if keys == {"result"} and b'"functions"' in bytes(top["result"])[:100_000]:
        raise not_usable("this is V8's raw coverage", "Run `npx c8 report --reporter=lcov`.")
    if keys == {"result"} or (
        "result" in keys and "coverage" not in keys and "line" in str(bytes(top["result"])[:200])
    ):
        raise not_usable("this is SimpleCov's last result, one number", "Give coverage/.resultset.json.")
    if "totals" in keys and "files" not in keys and "meta" in keys:
        raise not_usable("this is a summary of coverage.py without files", "Run `coverage json`.")
    if "numTotalTests" in keys and "coverageMap" not in keys:
        raise not_usable("these are test results of jest without coverage", "Add `--coverage` to `jest --json`.")
