"""OpenCover: sequence points of .NET methods, each in a file that is named by a number."""

from collections.abc import Mapping

from app.readiness.detectors.coverage.formats.xml_feed import Feed, run_plain, whole
from app.readiness.detectors.coverage.model import HIT, MISS, Report
from app.readiness.detectors.coverage.problems import not_usable
from app.readiness.detectors.coverage.source import Source

LONGEST_POINT = 10_000
HIDDEN = 0xF00F00
"""Line numbers from here on stand for code that the compiler made and that is on no line."""


def read_opencover(source: Source) -> Report:
    """A point may end before it starts; then it is the line it starts on."""
    feed = Feed(source.head)
    elements = _Elements(feed)
    run_plain(feed, source, elements)
    report = elements.report.finish()
    stated = report.tool_totals
    if stated and stated["total"] and not elements.points:
        raise not_usable("the OpenCover report holds totals and no sequence point", "Run it with the sources (PDB).")
    return report


class _Elements:
    def __init__(self, feed: Feed) -> None:
        self.report = Report("opencover")
        self.points = 0
        self._feed = feed
        self._open: list[str] = []
        self._names: dict[str, str] = {}
        self._method_file: str | None = None

    def start(self, name: str, values: Mapping[str, str]) -> None:
        if name == "SequencePoint":
            self._point(values)
        elif name == "BranchPoint":
            self._branch(values)
        elif name == "File":
            self._names[values["uid"]] = values.get("fullPath", "")
        elif name == "FileRef":
            self._method_file = values.get("uid")
        elif name == "Method":
            self._method_file = None
        elif name == "Module":
            self._names = {}
        elif name == "Summary" and len(self._open) == 1:
            points, visited = (whole(values.get(key)) for key in ("numSequencePoints", "visitedSequencePoints"))
            self.report.state_totals(visited, points, "sequence points")
        self._open.append(name)

    def end(self, name: str) -> None:
        self._open.pop()

    def _name(self, values: Mapping[str, str]) -> str | None:
        uid = values.get("fileid") or self._method_file
        if uid in (None, "", "0"):
            return None
        if uid not in self._names:
            raise self._feed.wrong(f"a point of the OpenCover report refers to the file {uid}, which is not listed")
        return self._names[uid]

    def _point(self, values: Mapping[str, str]) -> None:
        name = self._name(values)
        if not name or "sl" not in values or "vc" not in values:
            return
        first = int(values["sl"])
        if first >= HIDDEN:
            return
        self.points += 1
        last = max(first, int(values.get("el", first)))
        if last - first > LONGEST_POINT:
            raise self._feed.wrong("a sequence point of the OpenCover report spans more than 10,000 lines")
        self.report.file(name).mark_range(first, last, HIT if int(values["vc"]) > 0 else MISS)

    def _branch(self, values: Mapping[str, str]) -> None:
        name = self._name(values)
        if not name or "sl" not in values or "vc" not in values:
            return
        one, number = self.report.file(name), int(values["sl"])
        mask, total = one.pending.get(number, (0, 0))
        one.pending[number] = (mask | (int(values["vc"]) > 0) << total, total + 1)
