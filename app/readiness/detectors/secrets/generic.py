"""Looks for credentials of no certain provider: where a form fits, its test of name, value and surroundings decides."""

from collections.abc import Iterable

import re2

from app.readiness.detectors.secrets.generic_shapes import GenericShape
from app.readiness.detectors.secrets.match import Match, seal
from app.readiness.detectors.secrets.value_tests import TESTS, Candidate
from app.readiness.status import Severity

LOOKS_PER_SHAPE = 2_000
MATCHES_PER_SHAPE = 200
_LINE_PIECE = 240


def look_for_shapes(
    stretch: bytes, offset: int, shapes: Iterable[GenericShape], file_class: str, *, shows: bool, secret_key: bytes
) -> tuple[list[Match], set[str]]:
    """The matches, and the kinds of which there are more than are looked at; all are warnings."""
    found: list[Match] = []
    crowded: set[str] = set()
    for shape in shapes:
        kept = 0
        for looks, raw in enumerate(shape.regex.finditer(stretch)):
            if looks >= LOOKS_PER_SHAPE or kept >= MATCHES_PER_SHAPE:
                crowded.add(shape.text.kind)
                break
            candidate = _candidate(stretch, shape, raw, file_class, shows=shows)
            kind = TESTS[shape.text.test](candidate)
            if kind is not None:
                kept += 1
                start, end = (offset + position for position in candidate.span)
                fingerprint = seal(secret_key, kind, candidate.value)
                found.append(Match(kind, start, end, fingerprint, severity=Severity.WARNING, checked=False))
    return found, crowded


def _candidate(stretch: bytes, shape: GenericShape, raw: "re2._Match[bytes]", file_class: str, *, shows: bool) -> Candidate:
    span = next(raw.span(group) for group in shape.groups if raw.start(group) >= 0)
    start = raw.start()
    first = stretch.rfind(b"\n", max(0, start - _LINE_PIECE), start) + 1 or max(0, start - _LINE_PIECE)
    last = stretch.find(b"\n", span[1], span[1] + _LINE_PIECE)
    return Candidate(
        kind=shape.text.kind,
        content=stretch,
        start=start,
        span=span,
        line=(first, last if last >= 0 else min(len(stretch), span[1] + _LINE_PIECE)),
        user=raw.group(shape.name_group) or b"" if shape.name_group else b"",
        host=raw.group(shape.host_group) or b"" if shape.host_group else b"",
        file_class=file_class,
        shows=shows,
    )
