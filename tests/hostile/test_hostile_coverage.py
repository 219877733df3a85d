"""Reports made to hurt: a named error in a moment, within the limits, and a parent that does not notice."""

import gzip
import io
import json
import random
import resource
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.jobs.coverage_reports import read_file
from app.readiness.detectors.coverage.problems import BadReport

MIB = 1024 * 1024
LCOV = b"TN:\nSF:a.c\nDA:1,1\nDA:2,0\nend_of_record\n"


def refused(path: Path, content: bytes) -> BadReport:
    path.write_bytes(content)
    started = _children()
    reports, problems = read_file(path)
    assert reports == {}
    # In processor time, so that a busy machine does not count.
    assert _children() - started < 1.0
    return next(iter(problems.values()))


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE coverage [<!ENTITY a0 "ha">{entities}]><coverage line-rate="1">&a9;</coverage>'.encode()


ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a billion laughs": (laughs, "entity"),
    "a file as an entity": (
        lambda: b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><report>&x;</report>',
        "entity",
    ),
    "a DTD from elsewhere": (
        lambda: b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd">%p;]><report/>',
        "entity",
    ),
    "deep lines": (lambda: b'<coverage line-rate="1"><packages>' + b"<line>" * 3_000_000, "64 deep"),
    "deep packages": (lambda: b"<report>" + b"<package>" * 3_000_000, "64 deep"),
    "a long attribute": (
        lambda: b'<coverage line-rate="1"><packages><package name="' + b"x" * (60 * MIB) + b'"/></packages></coverage>',
        "4 MiB",
    ),
    "deep objects": (lambda: b"{" + b'"a":{' * 2_000_000, "nested too deep"),
    "deep lists": (lambda: b'{"coverage": ' + b"[" * 2_000_000, "nested too deep"),
    "a long number in JSON": (
        lambda: b'{"meta": {"branch_coverage": true}, "files": {"a": {"executed_lines": [1' + b"0" * 5_000 + b"]}}}",
        "cannot be read",
    ),
    "a long number in LCOV": (lambda: b"SF:a.c\nDA:1" + b"0" * 5_000 + b",1\nend_of_record\n", "DA:"),
    "a line far down": (lambda: b"SF:a.c\nDA:5000001,1\nend_of_record\n", "beyond the end"),
    "a NUL byte in a name": (lambda: b"SF:a\0.c\nDA:1,1\nend_of_record\n", "NUL"),
    "a long name": (lambda: b"SF:" + b"x" * 5_000 + b"\nDA:1,1\nend_of_record\n", "4,096 characters"),
    "a long block": (lambda: b"mode: set\na.go:1.1,5000000.1 1 1\n", "too long"),
    "a line number of ten digits": (
        lambda: (
            b'<coverage version="1"><file path="a"><lineToCover lineNumber="9999999999" covered="true"/></file>'
            b"</coverage>"
        ),
        "beyond",
    ),
    "noise": (lambda: random.Random(7).randbytes(MIB), "not known"),
    "lines over a limit": (
        lambda: b"".join(b"SF:%d.c\nDA:4999999,1\nend_of_record\n" % number for number in range(40)),
        "50,000,000 lines",
    ),
    "a packed bomb": (lambda: gzip.compress(b"TN:\n" + bytes(40 * MIB), 1), "100 times"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_report_is_a_named_error(tmp_path: Path, name: str) -> None:
    make, words = ATTACKS[name]
    error = refused(tmp_path / "report", make())
    assert words in error.what
    assert error.mend


@pytest.mark.parametrize("hits", [2**64, 2**64 - 1, 10**400])
def test_a_count_of_any_size_is_a_hit(tmp_path: Path, hits: int) -> None:
    path = tmp_path / "r.info"
    path.write_bytes(f"SF:a.c\nDA:1,{hits}\nend_of_record\n".encode())
    reports, problems = read_file(path)
    assert problems == {}
    assert next(iter(reports.values())).files["a.c"].states == b"\0\3"
    path.write_text(
        json.dumps(
            {"files": [{"file": "a.c", "lines": [{"line_number": 1, "count": min(hits, 2**80)}]}], "gcc_version": "12"}
        )
    )
    reports, problems = read_file(path)
    assert next(iter(reports.values())).files["a.c"].states == b"\0\3", problems


@pytest.mark.slow
def test_many_files_are_over_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "r.info"
    path.write_bytes(b"".join(b"SF:%d\nDA:1,1\nend_of_record\n" % number for number in range(200_001)))
    reports, problems = read_file(path)
    assert reports == {}
    assert "200,000 files" in next(iter(problems.values())).what


def archive(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return out.getvalue()


def test_reports_of_an_archive_are_read_and_the_rest_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "artifact.zip"
    path.write_bytes(
        archive(("cov/lcov.info", LCOV), ("html/index.html", b"<html></html>"), ("cov/bad.info", LCOV[:-10]))
    )
    reports, problems = read_file(path)
    assert [name.removeprefix(str(path)) for name in reports] == ["/cov/lcov.info"]
    assert [name.removeprefix(str(path)) for name in problems] == ["/cov/bad.info"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("../../etc/cron.d/x", "leads out"), ("/etc/x", "leads out"), ("a\\b", "leads out"), ("C:/x", "leads out")],
)
def test_names_that_lead_out_refuse_the_archive(tmp_path: Path, name: str, words: str) -> None:
    assert words in refused(tmp_path / "a.zip", archive((name, LCOV))).what


def test_a_name_with_a_nul_byte_refuses_the_archive(tmp_path: Path) -> None:
    assert (
        "no name has"
        in refused(tmp_path / "a.zip", archive(("aXb.info", LCOV)).replace(b"aXb.info", b"a\0b.info")).what
    )


def test_a_link_refuses_the_archive(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        link = zipfile.ZipInfo("lcov.info")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    assert "symbolic link" in refused(tmp_path / "a.zip", out.getvalue()).what


def test_a_zip_bomb_stops_early_whatever_its_headers_say(tmp_path: Path) -> None:
    bomb = archive(("lcov.info", b"TN:\n" + bytes(60 * MIB)))
    assert "100 times" in refused(tmp_path / "a.zip", bomb).what


def test_many_members_refuse_the_archive(tmp_path: Path) -> None:
    assert "2,000 files" in refused(tmp_path / "a.zip", archive(*((f"{n}.info", b"") for n in range(2_001)))).what


def test_a_damaged_archive(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "a.zip", archive(("lcov.info", LCOV))[:-30]).what


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory")
def test_the_parent_survives_a_report_that_wants_all_memory(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(b'{"coverage": {"a.py": [' + b'"1/2",' * 25_000_000 + b"1]}}")
    reports, problems = read_file(path)
    assert reports == {}
    assert "memory" in next(iter(problems.values())).what
