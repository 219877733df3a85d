"""The condition `text`: a line that is no comment matches a pattern."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.readiness.conditions.answer import Answer
from app.readiness.conditions.comments import is_comment
from app.readiness.conditions.condition import Condition, View
from app.readiness.conditions.keys import key_of
from app.readiness.conditions.reading import Fields
from app.readiness.conditions.sight import PLACES, Place, Sight, some_hit, trim
from app.readiness.formats.source import Source
from app.readiness.paths import Scope
from app.readiness.patterns import matches

LIMIT = 2_000_000
EXAMINED = 1_000


@dataclass(frozen=True, slots=True)
class TextCondition:
    """TRUE when a line matches any of the patterns and not `unless`, comments left out unless asked for."""

    patterns: tuple[str, ...]
    globs: tuple[str, ...]
    unless: tuple[str, ...] = ()
    with_comments: bool = False
    scope: Scope = Scope.PRODUCT
    limit: int = LIMIT

    @property
    def key(self) -> str:
        return key_of("text", self.patterns, self.unless, self.with_comments)

    @property
    def prefilter(self) -> tuple[str, ...]:
        return self.patterns

    def scan(self, source: Source) -> Sight | None:
        hits: list[Place] = []
        for place in self._places(source):
            if place not in hits:
                hits.append(place)
            if len(hits) == PLACES:
                break
        return Sight(tuple(hits)) if hits else None

    def _places(self, source: Source) -> Iterator[Place]:
        passed_over: dict[int, bool] = {}
        for pattern in self.patterns:
            for examined, found in enumerate(source.matches_of(pattern)):
                if examined == EXAMINED:
                    break
                offset = _first_word(source.content, *found.span())
                start = source.content.rfind(b"\n", 0, offset)
                # A line may be a megabyte long and hold a thousand matches.
                if start not in passed_over:
                    passed_over[start] = self._is_passed_over(source.path, source.line_at(offset))
                if not passed_over[start]:
                    matched = source.content[offset : found.end()].split(b"\n", 1)[0]
                    yield source.line_of(offset), trim(matched.decode(errors="replace"))

    def _is_passed_over(self, path: str, line: bytes) -> bool:
        if not self.with_comments and is_comment(path, line):
            return True
        return any(matches(pattern, line) for pattern in self.unless)

    def judge(self, view: View) -> Answer:
        return some_hit(view.sights(self), is_firm=False)

    def describe(self) -> str:
        return f"a line in {self.globs[0]} that shows it" if self.globs else ""

    def parts(self) -> Sequence[Condition]:
        return ()


def _first_word(content: bytes, start: int, end: int) -> int:
    """A match may begin with line ends: the evidence is where its words begin."""
    matched = content[start:end]
    return start + len(matched) - len(matched.lstrip())


def read_text(fields: Fields) -> TextCondition:
    """`text: pattern or list`, `in: [globs]`, `unless`, `comments: true`, `scope`."""
    patterns = fields.patterns("text")
    if not fields.has("in"):
        fields.mistakes.add(fields.location, "'text' needs 'in'", "name the files to look into: in: ['**/*.py']")
    return TextCondition(
        patterns, fields.globs("in"), fields.patterns("unless"), fields.flag("comments"), fields.scope()
    )
