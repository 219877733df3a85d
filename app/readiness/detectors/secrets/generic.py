"""Looks for credentials of no certain provider: where a form fits, its test of name, value and surroundings decides."""

from collections.abc import Iterable, Sequence

from app.readiness.detectors.secrets.candidate import Candidate
from app.readiness.detectors.secrets.generic_shapes import GenericShape
from app.readiness.detectors.secrets.match import Match, seal
from app.readiness.detectors.secrets.statement_tests import STATEMENT_TESTS
from app.readiness.detectors.secrets.value_ends import VALUE_ENDS
from app.readiness.detectors.secrets.value_tests import TESTS
from app.readiness.detectors.secrets.weighing import SHORTEST_SHOWN
from app.readiness.status import Severity

LOOKS_PER_SHAPE = 2_000
MATCHES_PER_SHAPE = 200
_SHORTEST = 4
_TESTS = {**TESTS, **STATEMENT_TESTS}


def look_for_shapes(
    stretch: bytes,
    offset: int,
    shapes: Iterable[tuple[GenericShape, Sequence[tuple[int, int]]]],
    file_class: str,
    *,
    shows: bool,
    secret_key: bytes,
) -> tuple[list[Match], set[str]]:
    """The matches in the windows of each form, and the kinds with more than are looked at; all are warnings."""
    found: list[Match] = []
    crowded: set[str] = set()
    least = SHORTEST_SHOWN if shows else _SHORTEST
    for shape, windows in shapes:
        text, kept = shape.text, 0
        end_of, judge = VALUE_ENDS[text.value], _TESTS[text.test]
        places = (raw for start, end in windows for raw in shape.regex.finditer(stretch, start, end))
        for looks, raw in enumerate(places):
            if looks >= LOOKS_PER_SHAPE or kept >= MATCHES_PER_SHAPE:
                crowded.add(text.kind)
                break
            span = end_of(stretch, raw.start(), raw.end())
            if span[1] - span[0] < least:
                continue
            told = judge(Candidate(text.kind, stretch, raw.start(), span, file_class, shows))
            if told is not None:
                kept += 1
                start, end = (offset + place for place in told.span)
                fingerprint = seal(secret_key, told.kind, stretch[told.span[0] : told.span[1]])
                found.append(Match(told.kind, start, end, fingerprint, severity=Severity.WARNING, checked=False))
    return found, crowded
