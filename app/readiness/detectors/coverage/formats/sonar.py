"""SonarQube's generic coverage: lines to cover, each with yes or no."""

from collections.abc import Mapping

from app.readiness.detectors.coverage.formats.xml_feed import Feed, run_plain
from app.readiness.detectors.coverage.model import HIT, MISS, FileCoverage, Report
from app.readiness.detectors.coverage.source import Source


def read_sonar(source: Source) -> Report:
    feed = Feed(source.head)
    elements = _Elements(feed)
    run_plain(feed, source, elements)
    return elements.report.finish()


class _Elements:
    def __init__(self, feed: Feed) -> None:
        self.report = Report("sonarqube")
        self._feed = feed
        self._file: FileCoverage | None = None

    def start(self, name: str, values: Mapping[str, str]) -> None:
        if name == "file":
            if "path" not in values:
                raise self._feed.wrong("a file of the SonarQube report has no path")
            self._file = self.report.file(values["path"])
        elif name == "lineToCover" and self._file is not None:
            self._line(self._file, values)

    def end(self, name: str) -> None:
        if name == "file":
            self._file = None

    def _line(self, one: FileCoverage, values: Mapping[str, str]) -> None:
        covered = values.get("covered", "").lower()
        if "lineNumber" not in values or covered not in ("true", "false"):
            raise self._feed.wrong("a line of the SonarQube report needs `lineNumber` and `covered` (true or false)")
        number = int(values["lineNumber"])
        one.mark(number, HIT if covered == "true" else MISS)
        if "branchesToCover" in values:
            one.branch(number, int(values.get("coveredBranches", 0)), int(values["branchesToCover"]))
