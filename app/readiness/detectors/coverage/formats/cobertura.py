"""Cobertura: classes with lines, written by many tools, each in its own way."""

from functools import lru_cache

from app.readiness.detectors.coverage.branches import first_taken
from app.readiness.detectors.coverage.formats.cobertura_lines import MARK, Condensed
from app.readiness.detectors.coverage.formats.xml_feed import Feed, Handlers, pairs, whole
from app.readiness.detectors.coverage.model import HIT, LARGEST_LINE, MISS, FileCoverage, Report, check_name
from app.readiness.detectors.coverage.problems import not_usable
from app.readiness.detectors.coverage.source import Source


def read_cobertura(source: Source, *, is_coverage_py: bool = False) -> Report:
    """is_coverage_py: coverage.py writes one class a file, so a name that comes twice is two files."""
    feed = Feed(source.head)
    condensed = Condensed(source)
    elements = _Elements(feed, condensed, is_coverage_py=is_coverage_py)
    feed.run(condensed, elements.handlers())
    report = elements.report.finish()
    stated = report.tool_totals
    if stated and stated["total"] and not any(any(one.states) for one in report):
        raise not_usable(
            "the Cobertura report states totals and not a single line",
            "Let the tool write its lines too, not a summary.",
        )
    return _with_twins_joined(report, are_files=is_coverage_py)


class _Elements:
    def __init__(self, feed: Feed, condensed: Condensed, *, is_coverage_py: bool) -> None:
        self.report = Report("cobertura")
        self._feed = feed
        self._condensed = condensed
        self._one_class_a_file = is_coverage_py
        self._package = ""
        self._depth = self._classes = 0
        self._name = ""
        self._own = self._in_methods = self._part = FileCoverage("")

    def handlers(self) -> Handlers:
        return Handlers(self._start, self._end, lambda: self._depth)

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        if name != "line":
            self._open(name, attributes)
        elif self._name:
            self._line(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == "methods":
            self._part = self._own
        elif name == "class" and self._name:
            self._close_class()
        elif name == "source" and (text := self._feed.hush()):
            self.report.sources.append(text)

    def _open(self, name: str, attributes: list[str]) -> None:
        values = pairs(attributes)
        if name == "class":
            self._open_class(values.get("filename"))
        elif name == "methods":
            self._part = self._in_methods
        elif name == MARK and self._name:
            self._condensed.section(values["n"]).read_into(self._part)
        elif name == "package":
            self._package = values.get("name", "")
        elif name == "source":
            self._feed.listen()
        elif name == "coverage":
            self.report.state_totals(whole(values.get("lines-covered")), whole(values.get("lines-valid")))

    def _open_class(self, path: str | None) -> None:
        if path is None:
            raise self._feed.wrong("a class of the Cobertura report has no file name")
        check_name(path)
        self._classes += 1
        self._name = path
        self._own, self._in_methods = FileCoverage(path), FileCoverage(path)
        self._part = self._own

    def _close_class(self) -> None:
        """Methods repeat lines of their class, and some tools add the lines of their heads; they count where they alone
        are told."""
        own = self._own if any(self._own.states) else self._in_methods
        own.finish()
        part = str(self._classes) if self._one_class_a_file else self._package
        self.report.file(self._name, f"{self._name}\0{part}").absorb(own)
        self._name = ""

    def _line(self, attributes: list[str]) -> None:
        values = pairs(attributes)
        if "number" not in values or "hits" not in values:
            raise self._feed.wrong("a line of the Cobertura report has no number or no hits")
        number = int(values["number"])
        if not 0 <= number <= LARGEST_LINE:
            raise self._feed.wrong(f"line {number} is no line of a source file")
        self._part.mark(number, HIT if _is_hit(values["hits"]) else MISS)
        condition = values.get("condition-coverage")
        if condition and values.get("branch", "").lower() == "true":
            self._part.branch_mask(number, *_condition(condition))


@lru_cache(maxsize=4096)
def _condition(text: str) -> tuple[int, int]:
    """From `50% (1/2)`; nothing where there are no numbers."""
    _, bracket, numbers = text.partition("(")
    taken, slash, total = numbers.rstrip(") ").partition("/")
    return first_taken(int(taken), int(total)) if bracket and slash else (0, 0)


@lru_cache(maxsize=4096)
def _is_hit(hits: str) -> bool:
    """Raises ValueError for what is no number; a negative count is an overflow of a tool and shows nothing."""
    try:
        return int(hits) > 0
    except ValueError:
        return float(hits) > 0


def _with_twins_joined(report: Report, *, are_files: bool) -> Report:
    """Files of one name are one file where their lines agree or there is but one source; else they stay apart.

    Two sources may each hold a file of that name: their lines differ. One file compiled twice has the same lines.
    are_files: the tool never tells of one file twice.
    """
    apart = len(report.sources) > 1
    joined: dict[str, FileCoverage] = {}
    twins: dict[str, int] = {}
    for key, one in report.files.items():
        name = key.partition("\0")[0]
        known = joined.get(name)
        if known is None:
            joined[name] = one
        elif apart and (are_files or _overlap_and_differ(known, one)):
            twins[name] = twins.get(name, 1) + 1
            joined[f"{name}\0{twins[name]}"] = one
        else:
            known.absorb(one)
    report.files = joined
    return report


def _overlap_and_differ(one: FileCoverage, other: FileCoverage) -> bool:
    mine, theirs = ({n for n, state in enumerate(part.states) if state} for part in (one, other))
    return mine != theirs and bool(mine & theirs)
