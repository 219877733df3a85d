"""Tests of a value's inner shape: key bodies that parse, letters mixed with digits."""

from collections.abc import Callable, Mapping

import re2

from app.readiness.detectors.secrets.key_shapes import (
    is_encoded_pem,
    is_key_body,
    is_pem_key,
    is_pgp_key,
    is_web_key,
)
from app.readiness.detectors.secrets.pack import latin1
from app.readiness.detectors.secrets.shape import Shape

ShapeTest = Callable[[bytes], Shape]

_WEAK = re2.compile(
    rb"(?i)(?:pass(?:word|wd)?|pw|pwd|secret|root|admin|user(?:name)?|test(?:ing)?|guest|postgres|mysql|redis|mongo(?:db)?"
    rb"|rabbitmq|toor|qwerty|letmein|token|key|api[_-]?key|oauth2?|x-oauth-basic|credentials?|dev|demo|app|db|foo|bar|baz)"
    rb"[0-9!]{0,4}",
    latin1(),
)
_OTHER_VALUES = re2.compile(rb"(?i)^(?:[./~\\]|sha(?:1|256|384|512)[:-]|arn:|urn:|projects/)|://|\(|\)", latin1())


def is_mixed(value: bytes) -> Shape:
    """YES for digits among letters, which is enough for a value of the right length beside a provider's name."""
    if _OTHER_VALUES.search(value) or _WEAK.fullmatch(value):
        return Shape.NO
    return Shape.YES if {"digit", "letter"} <= {_class(byte) for byte in value} else Shape.NO


def _class(byte: int) -> str:
    if byte >= 0x80:  # noqa: PLR2004 - a piece of a character outside ASCII, such as a word of a translation
        return "letter"
    character = chr(byte)
    return "digit" if character.isdigit() else "letter" if character.isalpha() else "mark"


KEY_SHAPES = frozenset({"pem", "pgp", "key", "encoded-pem"})
SHAPES: Mapping[str, ShapeTest] = {
    "pem": is_pem_key,
    "pgp": is_pgp_key,
    "key": is_key_body,
    "encoded-pem": is_encoded_pem,
    "web-key": is_web_key,
    "mixed": is_mixed,
}
