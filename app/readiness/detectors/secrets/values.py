"""What a value that stands beside a telling name looks like: nothing, a word, a password, or a random token."""

from base64 import b64decode
from enum import IntEnum
from itertools import pairwise

import re2

from app.readiness.detectors.secrets.letters import share_of_words
from app.readiness.detectors.secrets.pack import latin1


class Strength(IntEnum):
    """In rising order of how sure one can be that nobody wrote the value for a reader."""

    NONE = 0
    WORDS = 1
    WEAK = 2
    PASSWORD = 3
    UUID = 4
    RANDOM = 5


SHORTEST_RANDOM = 16
_SHORTEST_HEX = 20
_SHORTEST_PASSWORD = 8
_SHORTEST_MIXED = 9
_LONGEST_DECODED = 200
_FEW_WORDS, _HALF_WORDS = 0.35, 0.5
_LEAST_CHANGES = 0.2
_MIXED_CHANGES = 0.3
_LEAST_KINDS_OF_LETTERS = 6
_MOST_OF_ONE = 0.5
_HEX = re2.compile(rb"(?i)(?:0x)?[0-9a-f]+", latin1())
_UUID = re2.compile(rb"(?i)\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?", latin1())
_BASE64 = re2.compile(rb"[A-Za-z0-9+/]{8,}={0,2}", latin1())
_MARKS = frozenset(b"!@#$%^&*?+=~|;<>(){}[],")
_ROWS = (b"abcdefghijklmnopqrstuvwxyz", b"qwertyuiopasdfghjklzxcvbnm", b"01234567890", b"09876543210")
_ROW_PIECE = 5
_PIECES = frozenset(row[start : start + _ROW_PIECE] for row in _ROWS for start in range(len(row) - _ROW_PIECE + 1))


def strength_of(value: bytes) -> Strength:
    """Judges the value alone; what is no ASCII without blanks is NONE."""
    if not value.isascii() or not value.decode().isprintable() or b" " in value:
        return Strength.NONE
    if _is_dull(value):
        return Strength.NONE
    if _UUID.fullmatch(value):
        return Strength.UUID
    digits, letters, marks = _counts(value)
    if _HEX.fullmatch(value):
        is_token = len(value) >= _SHORTEST_HEX and digits and letters
        return Strength.RANDOM if is_token else Strength.PASSWORD if digits and letters else Strength.NONE
    return _strength_of_text(value, digits, letters, marks)


def decoded_text(value: bytes) -> bytes:
    """The printable text that a base64 value stands for, else nothing."""
    if len(value) > _LONGEST_DECODED or len(value) % 4 or not _BASE64.fullmatch(value):
        return b""
    text = b64decode(value).rstrip(b"\r\n")
    return text if text.isascii() and text.decode().isprintable() else b""


def _strength_of_text(value: bytes, digits: int, letters: int, marks: int) -> Strength:
    if not letters:
        return Strength.NONE
    share = share_of_words(value)
    size = len(value)
    is_mixed = changes(value) >= _LEAST_CHANGES * size and (digits > 0 or marks > 0)
    if size >= SHORTEST_RANDOM and share < _FEW_WORDS and (is_mixed or _is_odd(value, share)):
        return Strength.RANDOM
    if size >= _SHORTEST_PASSWORD and digits and (marks or (share < _HALF_WORDS and changes(value) >= 3)):  # noqa: PLR2004 - a word with a number behind it has one change
        return Strength.PASSWORD
    if size >= _SHORTEST_MIXED and value.isalpha() and share == 0 and changes(value) >= _MIXED_CHANGES * size:
        return Strength.PASSWORD
    return Strength.WEAK if digits or marks else Strength.WORDS


def changes(value: bytes) -> int:
    """How often small letters, capitals, digits and marks follow each other; joints of names count for nothing."""
    kinds = [_kind(byte) for byte in value if byte not in b"._-/:"]
    return sum(left != right for left, right in pairwise(kinds))


def _is_odd(value: bytes, share: float) -> bool:
    """Letters alone, that form no words at all."""
    return share == 0 and value.isalpha()


def _is_dull(value: bytes) -> bool:
    """One letter over and over, few different ones, or a piece of the alphabet or keyboard."""
    lowered = value.lower()
    kinds = set(lowered)
    if len(kinds) < min(_LEAST_KINDS_OF_LETTERS, len(value) - 1) or max(map(lowered.count, kinds)) > _MOST_OF_ONE * len(
        value
    ):
        return True
    pieces = sum(lowered[start : start + _ROW_PIECE] in _PIECES for start in range(len(lowered) - _ROW_PIECE + 1))
    return pieces * _ROW_PIECE > len(value) // 2


def _counts(value: bytes) -> tuple[int, int, int]:
    text = value.decode("ascii")
    digits = sum(map(str.isdigit, text))
    letters = sum(map(str.isalpha, text))
    return digits, letters, sum(byte in _MARKS for byte in value)


def _kind(byte: int) -> str:
    character = chr(byte)
    if character.isdigit():
        return "digit"
    return "mark" if not character.isalpha() else "capital" if character.isupper() else "small"
