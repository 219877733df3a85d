"""The values of a Kubernetes Secret, which are base64 and would otherwise hide what they hold."""

from base64 import b64decode
from collections.abc import Iterator

import re2

from app.readiness.detectors.secrets.pack import latin1

MOST_VALUES = 200
LONGEST_VALUE = 65_536

_KIND = re2.compile(rb"(?m)^[ \t]*[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?Secret[\"']?[ \t]*,?[ \t\r]*$", latin1())
_ENTRY = re2.compile(
    rb"(?m)^[ \t]+[\"']?(?P<name>[A-Za-z0-9_.-]{1,120})[\"']?[ \t]*:[ \t]*"
    rb"[\"']?(?P<value>[A-Za-z0-9+/]{2,}={0,2})[\"']?,?[ \t\r]*$",
    latin1(),
)


def decoded_values(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(offset, `name: value`) of each value of a manifest that decodes to text; decoded once, never again."""
    if b"Secret" not in content or not _KIND.search(content):
        return
    for count, entry in enumerate(_ENTRY.finditer(content)):
        if count >= MOST_VALUES:
            return
        start, end = entry.span(2)
        text = _decoded(content[start:end])
        if text:
            first, last = entry.span(1)
            yield start, content[first:last] + b": " + text


def _decoded(value: bytes) -> bytes:
    """The text behind base64, empty when it is no text (a word of eight letters is base64 too)."""
    if len(value) > LONGEST_VALUE or len(value) % 4:
        return b""
    text = b64decode(value)
    return (
        text if text.isascii() and text.replace(b"\n", b"").replace(b"\r", b"").decode("ascii").isprintable() else b""
    )
