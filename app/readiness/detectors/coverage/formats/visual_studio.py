"""Visual Studio and dotnet-coverage: ranges of lines covered `yes`, `no` or `partial`, and the older CoverageDSPriv."""

from collections.abc import Mapping

from app.readiness.detectors.coverage.formats.xml_feed import Feed, run_plain, whole
from app.readiness.detectors.coverage.model import HIT, MISS, PARTIAL, Report
from app.readiness.detectors.coverage.source import Source

LONGEST_RANGE = 10_000
_WORDS = {"yes": HIT, "partial": PARTIAL, "no": MISS}
_NUMBERS = {"0": HIT, "1": PARTIAL, "2": MISS}


def read_visual_studio(source: Source) -> Report:
    feed = Feed(source.head)
    elements = _Modules(feed)
    run_plain(feed, source, elements)
    elements.state_totals()
    return elements.report.finish()


def read_coverage_ds(source: Source) -> Report:
    feed = Feed(source.head)
    elements = _DataSet(feed)
    run_plain(feed, source, elements)
    elements.place()
    return elements.report.finish()


def _checked(feed: Feed, first: int, last: int) -> tuple[int, int]:
    if last - first > LONGEST_RANGE:
        raise feed.wrong("a range of the Visual Studio report spans more than 10,000 lines")
    return first, max(first, last)


class _Modules:
    """Files are listed at the end of each module, so its ranges wait for them."""

    def __init__(self, feed: Feed) -> None:
        self.report = Report("visual-studio")
        self._feed = feed
        self._ranges: list[tuple[str, int, int, int]] = []
        self._names: dict[str, str] = {}
        self._covered = self._total = 0

    def start(self, name: str, values: Mapping[str, str]) -> None:
        if name == "range":
            self._range(values)
        elif name == "source_file":
            self._names[values["id"]] = values.get("path", "")
        elif name == "module":
            self._ranges, self._names = [], {}
            counts = [
                whole(values.get(f"lines_{part}")) or 0 for part in ("covered", "partially_covered", "not_covered")
            ]
            self._covered += counts[0] + counts[1]
            self._total += sum(counts)

    def end(self, name: str) -> None:
        if name != "module":
            return
        for source, first, last, state in self._ranges:
            if source not in self._names:
                raise self._feed.wrong(f"a range refers to the source file {source}, which is not listed")
            self.report.file(self._names[source]).mark_range(first, last, state)
        self._ranges = []

    def state_totals(self) -> None:
        if self._total:
            self.report.state_totals(self._covered, self._total)

    def _range(self, values: Mapping[str, str]) -> None:
        covered = values.get("covered", "").lower()
        if covered not in _WORDS:
            raise self._feed.wrong("a range of the Visual Studio report is covered neither yes, no nor partial")
        first, last = _checked(self._feed, int(values["start_line"]), int(values["end_line"]))
        self._ranges.append((values["source_id"], first, last, _WORDS[covered]))


class _DataSet:
    """Values stand in elements of their own: LnStart, LnEnd, Coverage, SourceFileID in each Lines."""

    _WANTED = frozenset({"LnStart", "LnEnd", "Coverage", "SourceFileID", "SourceFileName"})

    def __init__(self, feed: Feed) -> None:
        self.report = Report("visual-studio")
        self._feed = feed
        self._values: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._lines: list[tuple[str, int, int, int]] = []

    def start(self, name: str, values: Mapping[str, str]) -> None:
        if name in ("Lines", "SourceFileNames"):
            self._values = {}
        elif name in self._WANTED:
            self._feed.listen()

    def end(self, name: str) -> None:
        if name in self._WANTED:
            self._values[name] = self._feed.hush()
        elif name == "Lines":
            self._line()
        elif name == "SourceFileNames":
            self._names[self._values["SourceFileID"]] = self._values["SourceFileName"]

    def place(self) -> None:
        for source, first, last, state in self._lines:
            if source not in self._names:
                raise self._feed.wrong(f"a line refers to the source file {source}, which is not listed")
            self.report.file(self._names[source]).mark_range(first, last, state)

    def _line(self) -> None:
        state = _NUMBERS.get(self._values["Coverage"])
        if state is None:
            raise self._feed.wrong("a line of the Visual Studio report has a coverage other than 0, 1 and 2")
        start = int(self._values["LnStart"])
        first, last = _checked(self._feed, start, int(self._values.get("LnEnd", start)))
        self._lines.append((self._values["SourceFileID"], first, last, state))
