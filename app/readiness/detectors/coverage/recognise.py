"""Which format a report has, told from its content; the name of the file says nothing."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from app.readiness.detectors.coverage.formats.clover import read_clover
from app.readiness.detectors.coverage.formats.cobertura import read_cobertura
from app.readiness.detectors.coverage.formats.coverage_py import read_coverage_py
from app.readiness.detectors.coverage.formats.coverlet import read_coverlet
from app.readiness.detectors.coverage.formats.dotcover import read_dotcover
from app.readiness.detectors.coverage.formats.gcov import read_gcov, read_gcovr
from app.readiness.detectors.coverage.formats.gcov_text import read_gcov_text
from app.readiness.detectors.coverage.formats.go_profile import read_go_profile
from app.readiness.detectors.coverage.formats.hosted import read_codecov, read_coveralls
from app.readiness.detectors.coverage.formats.istanbul import read_istanbul, read_jest
from app.readiness.detectors.coverage.formats.jacoco import read_jacoco
from app.readiness.detectors.coverage.formats.json_feed import decode_each
from app.readiness.detectors.coverage.formats.lcov import read_lcov
from app.readiness.detectors.coverage.formats.llvm import read_llvm
from app.readiness.detectors.coverage.formats.opencover import read_opencover
from app.readiness.detectors.coverage.formats.rust import read_covdir, read_tarpaulin
from app.readiness.detectors.coverage.formats.simplecov import read_resultset, read_simplecov_json
from app.readiness.detectors.coverage.formats.sonar import read_sonar
from app.readiness.detectors.coverage.formats.visual_studio import read_coverage_ds, read_visual_studio
from app.readiness.detectors.coverage.formats.xccov import read_xccov
from app.readiness.detectors.coverage.formats.xml_feed import Glance, glance
from app.readiness.detectors.coverage.model import Report, shown
from app.readiness.detectors.coverage.problems import BadReport, malformed
from app.readiness.detectors.coverage.refusals import (
    refuse_binary,
    refuse_json,
    refuse_xml,
    unknown_format,
)
from app.readiness.detectors.coverage.source import Source, plain

Reader = Callable[[Source], Report]
_COVERAGE_PY_JSON = re.compile(rb'\A\s*\{\s*"meta"\s*:\s*\{[^{}]*"(?:branch_coverage|show_contexts)"')
_LCOV = re.compile(rb"^[ \t]*(?:SF:|end_of_record|TN:)", re.MULTILINE)
_GCOV = re.compile(rb"^\s*-:\s*0:\s*(?:Source|Programs|Working directory|Graph|Data|Runs):", re.MULTILINE)


def find_reader(source: Source) -> Reader:
    """The reader of a report; raises `BadReport` for what none reads, with the command that writes what one does."""
    head = source.head
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise malformed("the report is empty", mend="Look whether the tests ran, and run them with coverage.")
    refuse_binary(head)
    if start.startswith((b"<", b"\xff\xfe", b"\xfe\xff", b"\0<")):
        return _xml_reader(glance(head))
    if start[:1] in b"{[":
        return read_coverage_py if _COVERAGE_PY_JSON.match(start) else _json_reader(source)
    if start.startswith(b"mode:") or re.match(rb"\S.*\.go:\d+\.\d+,\d+\.\d+ \d+ \d+", start):
        return read_go_profile
    if _LCOV.search(head):
        return read_lcov
    if _GCOV.search(head):
        return read_gcov_text
    raise unknown_format()


def _xml_reader(seen: Glance) -> Reader:
    if not seen.elements:
        # The reader will name what is wrong where.
        return read_cobertura
    _, root, values = seen.elements[0]
    if root == "coverage":
        return _coverage_reader(seen, values)
    refuse_xml(root, values)
    if root not in _BY_ROOT:
        raise unknown_format(f"its root element is {shown(root)}")
    reader, children = _BY_ROOT[root]
    _check_children(seen, root, children)
    return reader


_BY_ROOT: Mapping[str, tuple[Reader, frozenset[str]]] = {
    "report": (read_jacoco, frozenset({"sessioninfo", "group", "package", "counter"})),
    "CoverageSession": (read_opencover, frozenset({"Summary", "Modules"})),
    "Root": (read_dotcover, frozenset({"FileIndices", "Assembly", "Project"})),
    "results": (read_visual_studio, frozenset({"modules"})),
    "CoverageDSPriv": (read_coverage_ds, frozenset({"Module", "SourceFileNames"})),
}
_COBERTURA = frozenset({"sources", "packages", "package"})


def _check_children(seen: Glance, root: str, known: frozenset[str]) -> None:
    """Other tools have roots of these names: nothing would be found in their reports, which is no figure."""
    children = seen.children()
    if children and not children & known:
        raise unknown_format(f"its root element is {shown(root)}, with {shown(min(children))} in it")


def _coverage_reader(seen: Glance, values: Mapping[str, str]) -> Reader:
    """Three formats have a root of that name."""
    children = seen.children()
    if "project" in children or "clover" in values or "testproject" in children:
        return read_clover
    if "file" in children and "packages" not in children:
        return read_sonar
    if values.get("version") == "1" and not children:
        return read_sonar
    _check_children(seen, "coverage", _COBERTURA)
    is_coverage_py = any("coverage.py" in comment for comment in seen.comments)
    return lambda source: read_cobertura(source, is_coverage_py=is_coverage_py)


def _json_reader(source: Source) -> Reader:
    content = source.whole()
    try:
        top = decode_each(content, dict[str, msgspec.Raw])[0]
    except BadReport as error:
        if "Expected `object`" in error.what:
            raise unknown_format("it is a list in JSON") from None
        raise
    refuse_json(top)
    for keys, reader in _BY_KEYS:
        if keys <= top.keys():
            return reader
    if "files" in top:
        return _files_reader(top)
    if "coverage" in top and bytes(top["coverage"]).lstrip()[:1] == b"{":
        return _mapped_reader(top["coverage"])
    return _entries_reader(top)


_BY_KEYS: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset({"coverageMap"}), read_jest),
    (frozenset({"source_files"}), read_coveralls),
    (frozenset({"type", "data"}), read_llvm),
    (frozenset({"gcovr/format_version", "files"}), read_gcovr),
    (frozenset({"gcc_version", "files"}), read_gcov),
    (frozenset({"children", "linesCovered"}), read_covdir),
    (frozenset({"children", "coveragePercent"}), read_covdir),
    (frozenset({"meta", "files"}), read_coverage_py),
)


def _files_reader(top: Mapping[str, msgspec.Raw]) -> Reader:
    files = bytes(top["files"]).lstrip()
    if files.startswith(b"{"):
        return read_coverage_py
    if b'"traces"' in files[:4_000_000]:
        return read_tarpaulin
    return read_gcovr if b'"line_number"' in files else read_gcov


def _mapped_reader(text: msgspec.Raw) -> Reader:
    """Codecov's and SimpleCov's JSON both have `coverage` by path."""
    first = _first(text)
    is_simplecov = isinstance(first, dict) and ("lines" in first or "branches" in first)
    return read_simplecov_json if is_simplecov else read_codecov


def _first(text: Any) -> Any:
    values = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    return msgspec.json.decode(next(iter(values.values()))) if values else None


def _entries_reader(top: Mapping[str, msgspec.Raw]) -> Reader:
    """Formats whose top holds nothing but files, suites or libraries."""
    first = next(iter(top.values()), None)
    text = bytes(first or b"").lstrip()
    if text.startswith(b"["):
        return read_xccov
    if not text.startswith(b"{"):
        raise unknown_format("no coverage tool writes that JSON")
    keys = msgspec.json.decode(first or b"{}", type=dict[str, msgspec.Raw]).keys()
    if {"statementMap", "data"} & keys or "data" in top:
        return read_istanbul
    if "coverage" in keys:
        return read_resultset
    if any(name.lower().endswith((".dll", ".exe")) for name in top):
        return read_coverlet
    if not keys or not all(value.startswith(b"{") for value in (bytes(v).lstrip() for v in top.values())):
        raise unknown_format("no coverage tool writes that JSON")
    return read_istanbul


def read_report(source: Source) -> Report:
    """What a report says; raises `BadReport`, and then nothing of it counts."""
    source = plain(source)
    return find_reader(source)(source)
