"""JetBrains dotCover: statements with the lines they span, in files named by a number."""

from collections.abc import Mapping

from app.readiness.detectors.coverage.formats.xml_feed import Feed, run_plain, whole
from app.readiness.detectors.coverage.model import HIT, MISS, Report
from app.readiness.detectors.coverage.problems import not_usable
from app.readiness.detectors.coverage.source import Source

LONGEST_STATEMENT = 10_000


def read_dotcover(source: Source) -> Report:
    """Only the detailed report (DetailedXML) has statements."""
    feed = Feed(source.head)
    elements = _Elements(feed)
    run_plain(feed, source, elements)
    elements.place()
    if elements.is_summary:
        raise not_usable("the dotCover report holds totals and no statement", "Write it with --reportType=DetailedXML.")
    return elements.report.finish()


class _Elements:
    def __init__(self, feed: Feed) -> None:
        self.report = Report("dotcover")
        self._feed = feed
        self._names: dict[str, str] = {}
        self._statements: dict[tuple[str, int, int], int] = {}

    @property
    def is_summary(self) -> bool:
        stated = self.report.tool_totals
        return not self._statements and bool(stated and stated["total"])

    def start(self, name: str, values: Mapping[str, str]) -> None:
        if name == "Statement":
            self._statement(values)
        elif name == "File":
            self._names[values["Index"]] = values.get("Name", "")
        elif name == "Root":
            self.report.state_totals(
                whole(values.get("CoveredStatements")), whole(values.get("TotalStatements")), "statements"
            )

    def end(self, name: str) -> None:
        """Nothing that has to be closed."""

    def place(self) -> None:
        """The list of files may come after the statements."""
        for (index, first, last), state in self._statements.items():
            if index not in self._names:
                raise self._feed.wrong(
                    f"a statement of the dotCover report refers to file {index}, which is not listed"
                )
            self.report.file(self._names[index]).mark_range(first, last, state)

    def _statement(self, values: Mapping[str, str]) -> None:
        first = int(values["Line"])
        last = max(first, int(values.get("EndLine", first)))
        if last - first > LONGEST_STATEMENT:
            raise self._feed.wrong("a statement of the dotCover report spans more than 10,000 lines")
        state = HIT if values.get("Covered", "").lower() == "true" else MISS
        place = (values["FileIndex"], first, last)
        self._statements[place] = max(self._statements.get(place, 0), state)
