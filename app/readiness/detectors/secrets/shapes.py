"""Tests of a value's inner shape: key bodies that parse, letters mixed with digits."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from enum import Enum

import re2

from app.readiness.detectors.secrets.pack import latin1


class Shape(Enum):
    """NO is dropped, DOUBTFUL is a warning at most, YES counts as its tier says."""

    NO = "no"
    DOUBTFUL = "doubtful"
    YES = "yes"


ShapeTest = Callable[[bytes], Shape]

_LEAST_KEY_BYTES = 40
_WRAPPING = re2.compile(rb"\\+[nrt]|[\"',;>#|\\\s]+", latin1())
_PEM_TEXT = re2.compile(rb"[A-Za-z0-9+/]{48,}={0,2}", latin1())
_ARMOUR_HEADERS = re2.compile(rb"(?i)(?:Version|Comment|Hash|Charset|MessageID):[^\n\\]*", latin1())
_WEAK = re2.compile(
    rb"(?i)(?:pass(?:word|wd)?|pw|pwd|secret|root|admin|user(?:name)?|test(?:ing)?|guest|postgres|mysql|redis|mongo(?:db)?"
    rb"|rabbitmq|toor|qwerty|letmein|token|key|api[_-]?key|oauth2?|x-oauth-basic|credentials?|dev|demo|app|db|foo|bar|baz)"
    rb"[0-9!]{0,4}",
    latin1(),
)
_OTHER_VALUES = re2.compile(rb"(?i)^(?:[./~\\]|sha(?:1|256|384|512)[:-]|arn:|urn:|projects/)|://|\(|\)", latin1())


def is_pem_key(value: bytes) -> Shape:
    """YES when the body decodes to a DER sequence or to OpenSSH's key format."""
    body = _decoded(value)
    if len(body) < _LEAST_KEY_BYTES:
        return Shape.NO
    if body.startswith((b"openssh-key-v1\0", b"\x30\x81", b"\x30\x82", b"\x30\x83")):
        return Shape.YES
    return Shape.YES if body[0] == 0x30 and body[1] < 0x80 else Shape.DOUBTFUL  # noqa: PLR2004 - DER's short length form


def is_pgp_key(value: bytes) -> Shape:
    """YES when the body starts with an OpenPGP secret-key packet (tag 5, RFC 9580 section 4.2)."""
    body = _decoded(_ARMOUR_HEADERS.sub(b"", value))
    if len(body) < _LEAST_KEY_BYTES:
        return Shape.NO
    return Shape.YES if body[0] & 0xFC == 0x94 or body[0] == 0xC5 else Shape.DOUBTFUL  # noqa: PLR2004 - tag 5, old or new form


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


def unwrapped(value: bytes) -> bytes:
    """The first stretch of base64 once line breaks, escapes and quotes are gone; empty when there is none."""
    found = _PEM_TEXT.search(_WRAPPING.sub(b"", value))
    return b"" if found is None else bytes(found.group(0))


def _decoded(value: bytes) -> bytes:
    text = unwrapped(value).rstrip(b"=")
    return b64decode(text[: len(text) // 4 * 4])


KEY_SHAPES = frozenset({"pem", "pgp"})
SHAPES: Mapping[str, ShapeTest] = {
    "pem": is_pem_key,
    "pgp": is_pgp_key,
    "mixed": is_mixed,
}
