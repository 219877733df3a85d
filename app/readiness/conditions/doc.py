"""The condition `doc`: a document has the substance its name promises."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.readiness.conditions.answer import Answer
from app.readiness.conditions.condition import Condition, View
from app.readiness.conditions.keys import key_of
from app.readiness.conditions.reading import Fields
from app.readiness.conditions.sight import PLACES, TOO_LARGE, Place, Sight, some_hit, trim
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.markdown import Prose, count_words, read_prose
from app.readiness.formats.source import Source
from app.readiness.paths import Scope
from app.readiness.patterns import compile_pattern, matches, without_anchors

LIMIT = 1_000_000
EVERY_DOCUMENT = ("**/*.{md,markdown,mdx,rst,adoc,txt}",)
_ELSEWHERE = r"(?i)https?://\S*(confluence|notion\.(so|site)|sharepoint|atlassian\.net|/wiki/|wiki\.)"
_ELSEWHERE_WORDS = 80
# Marks before the words, or a line of marks below them.
_HEADING_FORMS = (r"^[ \t>*+0-9.)-]*[#=][^\n]*@", r"@[^\n]*\n[ \t>]*[=~^\"'#*+-]")
_REVIEWED = r"(?i)(?:review|updat|test|verifi|rehears|drill|date)\w*[^\n]{0,30}?(\d{4}-\d{2}-\d{2})"


@dataclass(frozen=True, slots=True)
class DocCondition:
    """TRUE when one document satisfies everything; with `heading`, when one section of it does.

    steps: ordered items, numbered headings and shell blocks; max_age_days: since the date the document states.
    """

    globs: tuple[str, ...] = EVERY_DOCUMENT
    title: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    steps: int = 0
    must: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    min_words: int = 0
    max_age_days: int | None = None
    scope: Scope = Scope.PRODUCT
    limit: int = LIMIT

    @property
    def key(self) -> str:
        dated = self.max_age_days is not None
        return key_of(
            "doc", self.title, self.heading, self.steps, self.must, self.forbid, self.min_words, dated, self.globs
        )

    @property
    def prefilter(self) -> tuple[str, ...]:
        """A line that can be a heading and holds the words; where they stand in it is left to the exact look."""
        words = [without_anchors(pattern) for pattern in self.heading]
        return tuple(form.replace("@", f"(?:{word})") for word in words for form in _HEADING_FORMS)

    def scan(self, source: Source) -> Sight | None:
        hits: list[Place] = []
        misses: list[Place] = []
        stated, doubt = "", ""
        try:
            prose = source.parse(read_prose)
        except Malformed as error:
            return Sight(doubt=error.reason)
        for first, last, name in self._candidates(prose):
            text = prose.text(first, last)
            if self._has_substance(text, [line for line in prose.steps if first <= line <= last]):
                hits.append((first, trim(name)))
                stated = max(stated, _last_review(text))
            elif matches(_ELSEWHERE, text) and count_words(text) < _ELSEWHERE_WORDS:
                doubt = "it points to a document kept elsewhere"
            else:
                misses.append((first, trim(f"{name}: without the substance asked for")))
        if not hits and not misses and not doubt:
            return None
        return Sight(tuple(hits[:PLACES]), tuple(misses[:PLACES]), doubt, stated)

    def _candidates(self, prose: Prose) -> Iterator[tuple[int, int, str]]:
        """The parts that the substance is asked of: first and last line, and what to call it."""
        if self.title and not any(matches(pattern, prose.title) for pattern in self.title):
            return
        if not self.heading:
            yield prose.title_line, len(prose.lines), prose.title
            return
        for heading in prose.headings:
            if any(matches(pattern, heading.text) for pattern in self.heading):
                yield heading.line, heading.end, heading.text

    def _has_substance(self, text: str, steps: Sequence[int]) -> bool:
        content = text.encode(errors="replace")
        return (
            len(steps) >= self.steps
            and all(matches(pattern, content) for pattern in self.must)
            and not any(matches(pattern, content) for pattern in self.forbid)
            and (not self.min_words or count_words(text) >= self.min_words)
        )

    def judge(self, view: View) -> Answer:
        # A text of a megabyte is a list or a log, and not the document that is looked for.
        sights = [(path, sight) for path, sight in view.sights(self) if not sight.doubt.startswith(TOO_LARGE)]
        if self.max_age_days is not None:
            sights = [(path, self._dated(sight, view.today)) for path, sight in sights]
        return some_hit(sights, is_firm=True)

    def _dated(self, sight: Sight, today: date) -> Sight:
        """A document that states no date, or an old one, is a miss."""
        try:
            age = (today - date.fromisoformat(sight.stated)).days
        except ValueError:
            age = None
        if not sight.hits or (age is not None and age <= (self.max_age_days or 0)):
            return sight
        why = "states no date of review" if age is None else f"last reviewed {age} days ago"
        return Sight((), tuple((line, trim(f"{words}: {why}")) for line, words in sight.hits), sight.doubt)

    def describe(self) -> str:
        return "a document with the substance of it" if self.globs == EVERY_DOCUMENT else f"a document {self.globs[0]}"

    def parts(self) -> Sequence[Condition]:
        return ()


def _last_review(text: str) -> str:
    found = compile_pattern(_REVIEWED).finditer(text.encode(errors="replace"))
    return max((match.group(1).decode() for match in found), default="")


def read_doc(fields: Fields) -> DocCondition:
    """`doc: {paths, title, heading, steps: {min}, must, forbid, min_words, max_age_days, scope}`."""
    raw = fields.take("doc")
    inner = Fields(raw if isinstance(raw, dict) else {}, fields.at("doc"), fields.mistakes)
    if not inner.raw:
        fields.mistakes.add(fields.at("doc"), "'doc' must be a mapping with at least one of paths, title, heading")
    condition = DocCondition(
        inner.globs("paths") or EVERY_DOCUMENT,
        inner.patterns("title"),
        inner.patterns("heading"),
        _least_steps(inner),
        inner.patterns("must"),
        inner.patterns("forbid"),
        inner.number("min_words", 0) or 0,
        inner.number("max_age_days"),
        inner.scope(),
    )
    inner.finish()
    return condition


def _least_steps(fields: Fields) -> int:
    raw: Any = fields.take("steps")
    if raw is None:
        return 0
    inner = Fields(raw if isinstance(raw, dict) else {}, fields.at("steps"), fields.mistakes)
    least = inner.number("min", 1) or 0
    inner.finish()
    return least
