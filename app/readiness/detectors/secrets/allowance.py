"""The comment that asks to allow a secret. It allows nothing: whoever writes the secret could write it too."""

import re2

from app.readiness.detectors.secrets.pack import latin1

SYNTAX = "readygate: allow no-secrets because"
_WORD = b"readygate:"
_COMMENT = re2.compile(rb"readygate:[ \t]*allow[ \t]+no-secrets[ \t]+because[ \t]+[0-9A-Za-z]", latin1())
_MOST = 2_000


def lines_that_ask(text: bytes) -> frozenset[int]:
    """The 1-based lines of the first 2,000 such comments."""
    if _WORD not in text:
        return frozenset()
    lines: set[int] = set()
    line, offset = 1, 0
    for count, found in enumerate(_COMMENT.finditer(text)):
        if count == _MOST:
            break
        line += text.count(b"\n", offset, found.start())
        offset = found.start()
        lines.add(line)
    return frozenset(lines)
