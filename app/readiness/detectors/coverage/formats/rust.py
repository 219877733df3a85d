"""tarpaulin's JSON and grcov's covdir: files with traces, and folders with lists of counts."""

from typing import Any

import msgspec

from app.readiness.detectors.coverage.formats.json_feed import Number, decode, ran
from app.readiness.detectors.coverage.model import HIT, MISS, Report
from app.readiness.detectors.coverage.source import Source


class _Trace(msgspec.Struct, frozen=True):
    line: int
    stats: dict[str, Any] = {}


class _TracedFile(msgspec.Struct, frozen=True):
    path: list[str]
    traces: list[_Trace] = []


class _Tarpaulin(msgspec.Struct, frozen=True):
    files: list[_TracedFile]


class _Folder(msgspec.Struct, frozen=True):
    name: str = ""
    children: dict[str, msgspec.Raw] | None = None
    coverage: list[Number] | None = None


def read_tarpaulin(source: Source) -> Report:
    """A path is a list of its parts, the root one of them."""
    report = Report("tarpaulin")
    for traced in decode(source.whole(), _Tarpaulin, "the JSON of tarpaulin").files:
        one = report.file("/".join(part for part in traced.path if part != "/") or "/")
        for trace in traced.traces:
            count = trace.stats.get("Line")
            if isinstance(count, int | float):
                one.mark(trace.line, HIT if ran(count) else MISS)
    return report.finish()


def read_covdir(source: Source) -> Report:
    """A count of -1 stands for a line without code."""
    report = Report("covdir")
    waiting = [("", decode(source.whole(), _Folder, "the covdir of grcov"))]
    while waiting:
        path, folder = waiting.pop()
        for name, text in (folder.children or {}).items():
            waiting.append((f"{path}/{name}" if path else name, decode(text, _Folder, "the covdir of grcov")))
        if folder.coverage is not None:
            one = report.file(path or folder.name)
            for line, count in enumerate(folder.coverage, 1):
                if count is not None and count >= 0:
                    one.mark(line, HIT if ran(count) else MISS)
    return report.finish()
