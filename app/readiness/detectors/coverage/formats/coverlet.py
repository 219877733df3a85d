"""coverlet's JSON: libraries, documents, classes and methods with lines and branches."""

import msgspec

from app.readiness.detectors.coverage.formats.json_feed import Number, decode, ran
from app.readiness.detectors.coverage.model import HIT, MISS, Report
from app.readiness.detectors.coverage.problems import malformed
from app.readiness.detectors.coverage.source import Source


class _Branch(msgspec.Struct, frozen=True):
    Line: int
    Hits: Number = 0


class _Method(msgspec.Struct, frozen=True):
    Lines: dict[str, Number] = {}
    Branches: list[_Branch] = []


_Library = dict[str, dict[str, dict[str, _Method]]]


def read_coverlet(source: Source) -> Report:
    """Methods of one file may share lines: a line ran if it ran in any of them."""
    report = Report("coverlet")
    for library in decode(source.whole(), dict[str, _Library], "the JSON of coverlet").values():
        for path, classes in library.items():
            one = report.file(path)
            ways: dict[int, list[bool]] = {}
            for method in (method for methods in classes.values() for method in methods.values()):
                for line, hits in method.Lines.items():
                    if not line.isdecimal():
                        raise malformed("a line number of the coverlet JSON is none", place=path[:200])
                    one.mark(int(line), HIT if ran(hits) else MISS)
                for branch in method.Branches:
                    ways.setdefault(branch.Line, []).append(ran(branch.Hits))
            for number, taken in ways.items():
                one.branch_ways(number, taken)
    return report.finish()
