"""The archive view of Xcode's xccov: for each file its lines, those with code among them."""

import msgspec

from app.readiness.detectors.coverage.formats.json_feed import Number, decode, ran
from app.readiness.detectors.coverage.model import HIT, MISS, PARTIAL, Report
from app.readiness.detectors.coverage.source import Source


class _Part(msgspec.Struct, frozen=True):
    executionCount: Number = 0


class _Line(msgspec.Struct, frozen=True):
    line: int
    isExecutable: bool
    executionCount: Number = 0
    subranges: list[_Part] = []


def read_xccov(source: Source) -> Report:
    """A line of which a part did not run is partial."""
    report = Report("xccov")
    for path, text in decode(source.whole(), dict[str, msgspec.Raw], "the archive of xccov").items():
        one = report.file(path)
        for line in decode(text, list[_Line], "a file in the archive of xccov"):
            if line.isExecutable:
                is_whole = all(ran(part.executionCount) for part in line.subranges)
                one.mark(line.line, MISS if not ran(line.executionCount) else HIT if is_whole else PARTIAL)
    return report.finish()
