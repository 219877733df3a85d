"""The default plan of every rule: its name in an open checklist line, a planned table row or a road map."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from app.readiness.conditions.answer import NO, Answer, Truth
from app.readiness.conditions.condition import Condition, View
from app.readiness.conditions.keys import key_of
from app.readiness.conditions.sight import PLACES, Place, Sight, trim
from app.readiness.evidence import Evidence
from app.readiness.formats.source import Source
from app.readiness.paths import Scope
from app.readiness.patterns import compile_pattern, matches

LIMIT = 1_000_000
LINES = 200
LINE = 1_000
LOOKED = 20_000
"""Plan lines of one repository that are compared with a rule's names; more are no plan of people."""

_OPEN_BOX = r"^\s*(?:[-*+]|\d+[.)])\s+\[ \]\s+\S"
_PLANNED_ROW = r"(?i)^\s*\|.*\|\s*[*_`]*(?:planned|todo|to do|not started|backlog|🚧|📋|⏳)[*_`]*[^|]{0,20}\|"
_HEADING = r"^(#{1,6})\s+(\S.*)$"
_ROAD_MAP = r"(?i)^(?:\W*)(?:road ?map|planned|future work|backlog|upcoming|coming soon|next steps)\b"
_ITEM = r"^\s*(?:[-*+]|\d+[.)])\s+\S"
_FENCE = r"^\s*(?:```|~~~)"
_DONE = r"^\s*(?:[-*+]|\d+[.)])\s+\[[xX]\]"
_TEMPLATE = r"(?i)template|(^|/)(runbooks?|playbooks?|incidents?|postmortems?|checklists?)/|(^|/)(pull_request|issue)_"


@dataclass(frozen=True, slots=True)
class PlanLines:
    """Every line of the Markdown files that says something is still to be done; templates hold no plans."""

    globs: tuple[str, ...] = ("**/*.{md,markdown}",)
    scope: Scope = Scope.PRODUCT
    limit: int = LIMIT

    @property
    def key(self) -> str:
        return key_of("planned", 1)

    @property
    def prefilter(self) -> tuple[str, ...]:
        return (_OPEN_BOX, _PLANNED_ROW, r"(?i)^#{1,6}\s+\W*(?:road ?map|planned|future|backlog|upcoming|coming|next)")

    def scan(self, source: Source) -> Sight | None:
        hits = tuple(place for place, _ in zip(_planned_lines(source.lines), range(LINES), strict=False))
        return Sight(hits) if hits else None

    def judge(self, view: View) -> Answer:
        return NO

    def describe(self) -> str:
        return ""

    def parts(self) -> Sequence[Condition]:
        return ()


def _planned_lines(lines: Sequence[str]) -> Iterator[Place]:
    road_map = 0
    is_fenced = False
    for number, line in enumerate(lines, 1):
        text = line[:LINE].encode(errors="replace")
        if compile_pattern(_FENCE).match(text):
            is_fenced = not is_fenced
        if is_fenced:
            continue
        heading = compile_pattern(_HEADING).match(text)
        if heading:
            level = len(heading.group(1))
            if not road_map or level <= road_map:
                road_map = level if matches(_ROAD_MAP, heading.group(2)) else 0
        if _is_planned(text, bool(road_map), heading is not None):
            yield number, trim(line)


def _is_planned(text: bytes, is_road_map: bool, is_heading: bool) -> bool:
    if compile_pattern(_OPEN_BOX).match(text) or compile_pattern(_PLANNED_ROW).match(text):
        return True
    is_item = is_heading or compile_pattern(_ITEM).match(text) is not None
    return is_road_map and is_item and not compile_pattern(_DONE).match(text)


@dataclass(frozen=True, slots=True)
class PlannedCondition:
    """TRUE when a plan line names the rule: its id, its title or one of its aliases, as whole words."""

    names: tuple[str, ...]
    lines: PlanLines = PlanLines()

    def judge(self, view: View) -> Answer:
        pattern = "(?i)" + "|".join(f"\\b{_loose(name)}\\b" for name in self.names)
        lines = islice(self._lines(view), LOOKED)
        found = [Evidence(path, line, words) for path, line, words in lines if matches(pattern, words)]
        return Answer(Truth.TRUE, tuple(found[:PLACES]), is_firm=True) if found else NO

    def _lines(self, view: View) -> Iterator[tuple[str, int, str]]:
        for path, sight in view.sights(self.lines):
            if sight.hits and not matches(_TEMPLATE, path):
                yield from ((path, line, words) for line, words in sight.hits)

    def describe(self) -> str:
        return ""

    def parts(self) -> Sequence[Condition]:
        return (self.lines,)


def _loose(name: str) -> str:
    """Words of a name joined by spaces, hyphens or underscores."""
    words = "".join(c if c.isalnum() else " " for c in name).split()
    return "[\\s_-]+".join("".join(c if c.isascii() else f"\\x{{{ord(c):x}}}" for c in word) for word in words) or "^$a"
