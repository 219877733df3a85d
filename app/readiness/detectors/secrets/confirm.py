"""Tells a secret from a look-alike: shape, entropy, placeholders and checksums over one match of a regex."""

from typing import NamedTuple

import re2

from app.readiness.detectors.secrets.checksums import CHECKSUMS
from app.readiness.detectors.secrets.entropy import bits_per_byte
from app.readiness.detectors.secrets.match import Match, seal
from app.readiness.detectors.secrets.pack import Pattern
from app.readiness.detectors.secrets.placeholders import is_placeholder
from app.readiness.detectors.secrets.shapes import KEY_SHAPES, SHAPES, Shape, unwrapped
from app.readiness.status import Severity

_ABSENT = (-1, -1)
_ENTROPY_SAMPLE = 4_096


class Place(NamedTuple):
    """Offsets of one regex match: the value, and the name and host beside it, (-1, -1) when absent."""

    value: tuple[int, int]
    name: tuple[int, int]
    host: tuple[int, int]

    @classmethod
    def of(cls, pattern: Pattern, raw: "re2._Match[bytes]") -> "Place":
        value = next((raw.span(group) for group in pattern.groups if raw.start(group) >= 0), _ABSENT)
        return cls(
            value, *(raw.span(group) if group else _ABSENT for group in (pattern.name_group, pattern.host_group))
        )


def confirm(content: bytes, place: Place, pattern: Pattern, offset: int, secret_key: bytes) -> Match | None:
    """The match when the value passes every filter; a checksum that holds settles it, one that fails only warns."""
    value, name, host = (content[start:end] if start >= 0 else b"" for start, end in place)
    checked = _is_checked(pattern, value)
    shape = SHAPES[pattern.text.shape](value, name, host) if pattern.text.shape else Shape.YES
    if shape is Shape.NO or bits_per_byte(value[:_ENTROPY_SAMPLE]) < pattern.text.entropy:
        return None
    if not checked and is_placeholder(value):
        return None
    doubtful = shape is Shape.DOUBTFUL or (pattern.text.checksum is not None and not checked)
    identity = unwrapped(value) if pattern.text.shape in KEY_SHAPES else value
    fingerprint = seal(secret_key, pattern.family, identity)
    start, end = (offset + position for position in place.value)
    severity = Severity.WARNING if doubtful else pattern.severity
    return Match(pattern.id, start, end, fingerprint, severity=severity, checked=checked)


def _is_checked(pattern: Pattern, value: bytes) -> bool:
    return pattern.text.checksum is not None and CHECKSUMS[pattern.text.checksum](value)
