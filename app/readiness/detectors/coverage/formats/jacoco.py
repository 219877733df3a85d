"""JaCoCo: groups, packages and source files with lines counted in instructions and branches."""

from collections.abc import Mapping

from app.readiness.detectors.coverage.formats.xml_feed import Feed, run_plain
from app.readiness.detectors.coverage.model import HIT, MISS, PARTIAL, FileCoverage, Report
from app.readiness.detectors.coverage.problems import not_usable
from app.readiness.detectors.coverage.source import Source


def read_jacoco(source: Source) -> Report:
    """A group is a module: two of them may hold a file of the same package and name."""
    feed = Feed(source.head)
    elements = _Elements(feed)
    run_plain(feed, source, elements)
    report = elements.report
    if not elements.lines and elements.counters:
        raise not_usable(
            "the JaCoCo report holds counters and not the lines of any file",
            "Write it with debug information compiled in (javac -g); with gcovr use --cobertura instead of --jacoco.",
        )
    return report.finish()


class _Elements:
    def __init__(self, feed: Feed) -> None:
        self.report = Report("jacoco")
        self.lines = self.counters = 0
        self._feed = feed
        self._open: list[str] = []
        self._groups: list[str] = []
        self._package = ""
        self._file: FileCoverage | None = None

    def start(self, name: str, values: Mapping[str, str]) -> None:
        if name == "line":
            self._line(values)
        elif name == "counter":
            self._counter(values)
        elif name == "group":
            self._groups.append(values.get("name", ""))
        elif name == "package":
            self._package = values.get("name", "")
        elif name == "sourcefile":
            path = "/".join(part for part in (self._package, values.get("name", "")) if part)
            self._file = self.report.file(path, "\0".join([path, *self._groups]))
        self._open.append(name)

    def end(self, name: str) -> None:
        self._open.pop()
        if name == "sourcefile":
            self._file = None
        elif name == "group":
            self._groups.pop()

    def _line(self, values: Mapping[str, str]) -> None:
        if self._file is None:
            return
        if "nr" not in values:
            raise self._feed.wrong("a line of the JaCoCo report has no number")
        if "ci" not in values:
            self.counters += 1
            return
        self.lines += 1
        number, missed, covered = int(values["nr"]), int(values.get("mi", 0)), int(values["ci"])
        if missed < 0 or covered < 0:
            raise self._feed.wrong("a line of the JaCoCo report has a negative count")
        self._file.mark(number, MISS if not covered else PARTIAL if missed else HIT)
        untaken, taken = int(values.get("mb", 0)), int(values.get("cb", 0))
        if taken + untaken:
            self._file.branch(number, taken, taken + untaken)

    def _counter(self, values: Mapping[str, str]) -> None:
        self.counters += 1
        if self._open == ["report"] and values.get("type") == "LINE":
            covered = int(values["covered"])
            self.report.state_totals(covered, covered + int(values["missed"]))
