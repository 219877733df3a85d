"""A matched secret, in an object that shows nothing but its fingerprint."""

import hmac
from hashlib import sha256
from typing import NoReturn, final

from app.readiness.status import Severity

FINGERPRINT_DIGITS = 32


def seal(secret_key: bytes, family: str, value: bytes) -> str:
    """128 bits of HMAC-SHA256 as hex: without the key, even a short password cannot be guessed from it."""
    return hmac.new(secret_key, family.encode() + b"\0" + value, sha256).hexdigest()[:FINGERPRINT_DIGITS]


@final
class Match:
    """One confirmed match at byte offsets start to end; checked when an offline checksum proved it genuine."""

    __slots__ = ("checked", "end", "fingerprint", "kind", "severity", "start")

    def __init__(self, kind: str, start: int, end: int, fingerprint: str, *, severity: Severity, checked: bool) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.fingerprint = fingerprint
        self.severity = severity
        self.checked = checked

    def __repr__(self) -> str:
        return self.fingerprint

    def __reduce__(self) -> NoReturn:
        raise TypeError("a match stays in the scanner")
