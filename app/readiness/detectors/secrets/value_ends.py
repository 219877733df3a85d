"""Where a value ends that a form has found the beginning of."""

from collections.abc import Callable, Mapping

import re2

from app.readiness.detectors.secrets.pack import latin1

LONGEST_VALUE = 1_000
_NOWHERE = (0, 0)
_BLANK = re2.compile(rb"[\s\"'`<>]", latin1())
_ITEM = re2.compile(rb"[\s\"'`<>;&{}]", latin1())
_PAIR = re2.compile(rb"[\s\"'`<>,;&]", latin1())
_TAG = re2.compile(rb"[\s<>]|\]\]", latin1())
_NO_TOKEN = re2.compile(rb"[^A-Za-z0-9+/=_.%~-]", latin1())
_TRAILING = b",;"

Span = tuple[int, int]
ValueEnd = Callable[[bytes, int, int], Span]
"""From content, start and end of what the form matched to the span of the value; an empty span: there is none."""


def _to_quote(content: bytes, start: int, end: int) -> Span:
    """To the quote that was opened last; the matched text may hold the beginning of the value behind it."""
    first = max(content.rfind(quote, start, end) for quote in (b'"', b"'", b"`")) + 1
    quote = content[first - 1 : first]
    last = content.find(quote, first, first + LONGEST_VALUE)
    if last < 0:
        return _NOWHERE
    while last > first and content[last - 1 : last] == b"\\":
        last -= 1
    return first, last


def _to(pattern: "re2._Regexp[bytes]") -> ValueEnd:
    def end_of(content: bytes, start: int, end: int) -> Span:
        limit = min(len(content), end + LONGEST_VALUE)
        found = pattern.search(content, end, limit)
        if not found and limit < len(content):
            return _NOWHERE
        last = found.start() if found else limit
        while last > end and content[last - 1] in _TRAILING:
            last -= 1
        return end - 1, last

    return end_of


def _whole(content: bytes, start: int, end: int) -> Span:
    return start, end


VALUE_ENDS: Mapping[str, ValueEnd] = {
    "quote": _to_quote,
    "blank": _to(_BLANK),
    "item": _to(_ITEM),
    "pair": _to(_PAIR),
    "tag": _to(_TAG),
    "token": _to(_NO_TOKEN),
    "whole": _whole,
}
