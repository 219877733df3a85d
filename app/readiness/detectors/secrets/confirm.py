"""Tells a secret from a look-alike: shape, entropy, placeholders and checksums over one match of a regex."""

import re2

from app.readiness.detectors.secrets.checksums import CHECKSUMS
from app.readiness.detectors.secrets.entropy import bits_per_byte
from app.readiness.detectors.secrets.key_shapes import unwrapped, without_zeroes
from app.readiness.detectors.secrets.match import Match, seal
from app.readiness.detectors.secrets.pack import Pattern
from app.readiness.detectors.secrets.placeholders import is_made_up_key, is_placeholder
from app.readiness.detectors.secrets.shape import Shape
from app.readiness.detectors.secrets.shapes import KEY_SHAPES, SHAPES
from app.readiness.status import Severity

_ENTROPY_SAMPLE = 4_096


def confirm(found: "re2._Match[bytes]", pattern: Pattern, offset: int, secret_key: bytes) -> Match | None:
    """The match when the value passes every filter; a checksum that holds settles it, one that fails only warns."""
    value = found.group(pattern.group)
    checked = _is_checked(pattern, value)
    shape = SHAPES[pattern.text.shape](value) if pattern.text.shape else Shape.YES
    if shape is Shape.NO or bits_per_byte(value[:_ENTROPY_SAMPLE]) < pattern.text.entropy:
        return None
    is_key = pattern.text.shape in KEY_SHAPES
    if not checked and (is_made_up_key(without_zeroes(value)) if is_key else is_placeholder(value)):
        return None
    doubtful = shape is Shape.DOUBTFUL or (pattern.text.checksum is not None and not checked)
    identity = unwrapped(value) if is_key else value
    fingerprint = seal(secret_key, pattern.family, identity)
    start, end = (offset + position for position in found.span(pattern.group))
    severity = Severity.WARNING if doubtful else pattern.severity
    return Match(pattern.id, start, end, fingerprint, severity=severity, checked=checked)


def _is_checked(pattern: Pattern, value: bytes) -> bool:
    return pattern.text.checksum is not None and CHECKSUMS[pattern.text.checksum](value)
