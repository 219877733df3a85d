"""Reports as bytes, for the way from the process that reads them to the one that judges."""

from array import array
from typing import Any

import msgspec

from app.readiness.detectors.coverage.branches import Branches
from app.readiness.detectors.coverage.model import FileCoverage, Report
from app.readiness.detectors.coverage.problems import BadReport


class _File(msgspec.Struct, array_like=True):
    key: str
    path: str
    states: bytes
    lines: bytes
    totals: bytes
    masks: bytes
    statements: dict[str, int]


class _Report(msgspec.Struct, array_like=True):
    name: str
    format: str
    sources: list[str]
    tool_totals: dict[str, Any] | None
    warnings: list[str]
    files: list[_File]


class _Problem(msgspec.Struct, array_like=True):
    name: str
    what: str
    where: str
    mend: str


class _Answer(msgspec.Struct, array_like=True):
    reports: list[_Report]
    problems: list[_Problem]


def pack(reports: dict[str, Report], problems: dict[str, BadReport]) -> bytes:
    """Both by the name of the report."""
    packed = [_pack(name, report) for name, report in reports.items()]
    return msgspec.msgpack.encode(
        _Answer(packed, [_Problem(name, error.what, error.where, error.mend) for name, error in problems.items()])
    )


def unpack(content: bytes) -> tuple[dict[str, Report], dict[str, BadReport]]:
    """Raises msgspec's errors for anything but what `pack` made: the other process may have been taken over."""
    answer = msgspec.msgpack.decode(content, type=_Answer)
    reports = {one.name: _unpack(one) for one in answer.reports}
    problems = {one.name: BadReport(one.what, where=one.where, mend=one.mend) for one in answer.problems}
    return reports, problems


def _pack(name: str, report: Report) -> _Report:
    files = [_pack_file(key, one) for key, one in report.files.items()]
    return _Report(name, report.format, report.sources, report.tool_totals, report.warnings, files)


def _pack_file(key: str, one: FileCoverage) -> _File:
    branches = one.branches
    sizes = ((mask, (total + 7) // 8) for _, mask, total in branches.items())
    masks = b"".join(mask.to_bytes(size, "little") for mask, size in sizes)
    lines, totals = branches.lines.tobytes(), branches.totals.tobytes()
    return _File(key, one.path, bytes(one.states), lines, totals, masks, one.statements)


def _unpack(packed: _Report) -> Report:
    files = {one.key: _unpack_file(one) for one in packed.files}
    return Report(packed.format, files, packed.sources, packed.tool_totals, packed.warnings)


def _unpack_file(packed: _File) -> FileCoverage:
    branches = Branches(array("I", packed.lines), [], array("H", packed.totals))
    start = 0
    for total in branches.totals:
        end = start + (total + 7) // 8
        branches.masks.append(int.from_bytes(packed.masks[start:end], "little"))
        start = end
    return FileCoverage(packed.path, bytearray(packed.states), branches, packed.statements)
