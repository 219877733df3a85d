"""Tests of private keys: whether the body of a block, or the members of a JSON web key, are those of one."""

from base64 import b64decode

import re2

from app.readiness.detectors.secrets.pack import latin1
from app.readiness.detectors.secrets.shape import Shape

_LEAST_KEY_BYTES = 40
_LEAST_RAW_BYTES = 36
# Line breaks, escapes, quotes and what joins the lines of a text in Java, Go, PHP and Visual Basic.
_WRAPPING = re2.compile(rb"[\"'`][ \t]*[+.&][ \t]*(?:\\?\r?\n[ \t]*)?[\"'`]|\\+[nrt]|[\"',;>#|\\\s]+", latin1())
_PEM_TEXT = re2.compile(rb"[A-Za-z0-9+/]{48,}={0,2}", latin1())
_ARMOUR_HEADERS = re2.compile(rb"(?i)(?:Version|Comment|Hash|Charset|MessageID):[^\n\\]*", latin1())
# What a number of zero bytes looks like, of which the head of an OpenSSH key is full.
_ZEROES = re2.compile(rb"A{4,}", latin1())
_BLOCK = re2.compile(rb"-----BEGIN ([A-Z ]{0,20})PRIVATE KEY(?: BLOCK)?-----([^-]+)", latin1())
_KEY_TYPE = re2.compile(rb"\"kty\\?\"\s*:\s*\\?\"(?:EC|OKP|RSA)\\?\"", latin1())
_ZERO_RUN = 24


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


def is_key_body(value: bytes) -> Shape:
    """YES for base64 that is long enough for the shortest key, of formats without a head of their own."""
    return Shape.YES if len(_decoded(value)) >= _LEAST_RAW_BYTES else Shape.NO


def is_encoded_pem(value: bytes) -> Shape:
    """The shape of the block that the base64 stands for, decoded once."""
    text = _decoded(value)
    block = _BLOCK.search(text) if text.isascii() else None
    if block is None:
        return Shape.NO
    label, body = block.groups()
    if b"PGP" in label:
        return is_pgp_key(body)
    return min(is_pem_key(body), Shape.DOUBTFUL) if b"ENCRYPTED" in label + body else is_pem_key(body)


def is_web_key(value: bytes) -> Shape:
    """YES for a JSON web key of a kind that has a private member `d`."""
    return Shape.YES if _KEY_TYPE.search(value) else Shape.NO


def unwrapped(value: bytes) -> bytes:
    """The first stretch of base64 once line breaks, escapes and quotes are gone; empty when there is none."""
    found = _PEM_TEXT.search(_WRAPPING.sub(b"", value))
    return b"" if found is None else bytes(found.group(0))


def without_zeroes(value: bytes) -> bytes:
    """The value without the runs of one letter that zero bytes make, which are no placeholder in a key."""
    return bytes(_ZEROES.sub(lambda run: run.group(0) if len(run.group(0)) > _ZERO_RUN else b"", value))


def _decoded(value: bytes) -> bytes:
    text = unwrapped(value).rstrip(b"=")
    return b64decode(text[: len(text) // 4 * 4])
