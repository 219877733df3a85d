"""Clover: files with statements, conditions and methods by line; methods are no lines of their own."""

from collections.abc import Mapping

from app.readiness.detectors.coverage.formats.xml_feed import Feed, run_plain, whole
from app.readiness.detectors.coverage.model import HIT, MISS, FileCoverage, Report
from app.readiness.detectors.coverage.problems import not_usable
from app.readiness.detectors.coverage.source import Source


def read_clover(source: Source) -> Report:
    feed = Feed(source.head)
    elements = _Elements(feed)
    run_plain(feed, source, elements)
    report = elements.report.finish()
    stated = report.tool_totals
    if stated and stated["total"] and not report.files:
        raise not_usable("the Clover report holds totals and no file", "Let the tool write its files and lines too.")
    return report


class _Elements:
    def __init__(self, feed: Feed) -> None:
        self.report = Report("clover")
        self._feed = feed
        self._open: list[str] = []
        self._package = ""
        self._file: FileCoverage | None = None

    def start(self, name: str, values: Mapping[str, str]) -> None:
        if name == "line":
            self._line(values)
        elif name == "file" and "testproject" not in self._open:
            self._open_file(values)
        elif name == "package":
            self._package = values.get("name", "")
        elif name == "metrics" and self._open == ["coverage", "project"]:
            self._totals(values)
        self._open.append(name)

    def end(self, name: str) -> None:
        self._open.pop()
        if name == "file":
            self._file = None
        elif name == "package":
            self._package = ""

    def _open_file(self, values: Mapping[str, str]) -> None:
        path = values.get("path") or values.get("name")
        if not path:
            raise self._feed.wrong("a file of the Clover report has no name")
        # A bare name, as istanbul writes it, may stand in several packages.
        is_bare = "/" not in path and "\\" not in path
        folder = self._package.replace(".", "/") if is_bare and self._package else ""
        self._file = self.report.file(f"{folder}/{path}" if folder else path)

    def _line(self, values: Mapping[str, str]) -> None:
        kind = values.get("type", "stmt")
        if self._file is None or kind == "method":
            return
        if "num" not in values:
            raise self._feed.wrong("a line of the Clover report has no number")
        number = int(values["num"])
        ways = [int(values[name]) for name in ("truecount", "falsecount") if name in values]
        if "count" not in values and not ways:
            raise self._feed.wrong("a line of the Clover report has no count")
        count = int(values["count"]) if "count" in values else max(ways)
        self._file.mark(number, HIT if count > 0 else MISS)
        if kind == "cond" and len(ways) == 2:  # noqa: PLR2004  (true and false)
            self._file.branch_mask(number, (ways[0] > 0) | (ways[1] > 0) << 1, 2)

    def _totals(self, values: Mapping[str, str]) -> None:
        """Statements and conditions: what the lines of the report stand for."""
        names = ("statements", "conditionals")
        total = [whole(values.get(name)) for name in names]
        covered = [whole(values.get(f"covered{name}")) for name in names]
        if total[0] is not None and covered[0] is not None:
            self.report.state_totals(sum(n or 0 for n in covered), sum(n or 0 for n in total), "statements, conditions")
