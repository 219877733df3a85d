"""The pipeline of one blob: prefilter, RE2 in windows, then everything that tells a secret from a look-alike."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.readiness.detectors.secrets.confirm import confirm
from app.readiness.detectors.secrets.first_pass import first_pass
from app.readiness.detectors.secrets.generic import look_for_shapes
from app.readiness.detectors.secrets.generic_shapes import KINDS, GenericShape
from app.readiness.detectors.secrets.match import Match
from app.readiness.detectors.secrets.pack import Pattern
from app.readiness.detectors.secrets.prefilter import Span
from app.readiness.status import Severity

STRETCH = 1 << 20
OVERLAP = 1 << 15
LOOKS_PER_PATTERN = 2_000
MATCHES_PER_PATTERN = 200


@dataclass(frozen=True, slots=True)
class Matches:
    """What was found in order of place; overflowing: kind and family of what has more matches than are looked at."""

    found: tuple[Match, ...]
    overflowing: tuple[tuple[str, str], ...]


NOTHING = Matches((), ())


def find_matches(content: bytes, file_class: str, secret_key: bytes, *, shows: bool = False) -> Matches:
    """Every secret in text bytes; large content is taken in stretches that overlap by more than a key is long.

    shows: whether the file is a test, document or example.
    """
    search: _Search | None = None
    for offset in range(0, len(content), STRETCH):
        stretch = content[offset : offset + STRETCH + OVERLAP] if len(content) > STRETCH else content
        suspects = first_pass().suspects(stretch)
        patterns = [one for one in suspects.patterns if one[0].is_for(file_class)]
        shapes = [one for one in suspects.shapes if one[0].is_for(file_class)]
        if patterns or shapes:
            search = search or _Search(secret_key, file_class, shows)
            search.look(stretch, offset, patterns)
            search.look_for_shapes(stretch, offset, shapes)
    if search is None:
        return NOTHING
    return Matches(_without_overlaps(search.found.values()), tuple(search.overflowing.items()))


@dataclass(slots=True)
class _Search:
    """The matches of one blob so far, and how many places each pattern made us look at."""

    secret_key: bytes = field(repr=False)
    file_class: str
    shows: bool
    found: dict[tuple[str, int], Match] = field(default_factory=dict)
    overflowing: dict[str, str] = field(default_factory=dict)
    looks: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)

    def look(self, stretch: bytes, offset: int, patterns: Iterable[tuple[Pattern, Sequence[Span]]]) -> None:
        for pattern, windows in patterns:
            if pattern.id not in self.overflowing:
                self._look_for(pattern, stretch, offset, windows)

    def look_for_shapes(
        self, stretch: bytes, offset: int, shapes: Iterable[tuple[GenericShape, Sequence[Span]]]
    ) -> None:
        wanted = [one for one in shapes if one[0].text.id not in self.overflowing]
        found, crowded = look_for_shapes(
            stretch, offset, wanted, self.file_class, shows=self.shows, secret_key=self.secret_key
        )
        for match in found:
            self.found.setdefault((match.kind, match.start), match)
        self.overflowing.update({kind: kind for kind in crowded})

    def _look_for(self, pattern: Pattern, stretch: bytes, offset: int, spans: Sequence[Span]) -> None:
        for start, end in spans:
            for raw in pattern.regex.finditer(stretch, start, end):
                self.looks[pattern.id] += 1
                if self.looks[pattern.id] > LOOKS_PER_PATTERN or self.kept[pattern.id] >= MATCHES_PER_PATTERN:
                    self.overflowing[pattern.id] = pattern.family
                    return
                match = confirm(raw, pattern, offset, self.secret_key)
                if match is not None and (pattern.id, match.start) not in self.found:
                    self.found[pattern.id, match.start] = match
                    self.kept[pattern.id] += 1


def _without_overlaps(matches: Iterable[Match]) -> tuple[Match, ...]:
    """One match a place: the surer one, and of equals the one that names a provider, then the longer one."""
    kept: list[Match] = []
    for match in sorted(matches, key=_rank):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
        elif match.severity is Severity.ERROR and kept[-1].severity is Severity.WARNING:
            kept[-1] = match
    return tuple(kept)


def _rank(match: Match) -> tuple[int, bool, bool, bool, int]:
    is_unsure = match.severity is Severity.WARNING
    return match.start, is_unsure, not match.checked, match.kind in KINDS, -match.end
