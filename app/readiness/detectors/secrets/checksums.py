"""Checksums that some providers put into their tokens, so that a fake one shows without a network."""

from collections.abc import Callable, Mapping
from zlib import crc32

_BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM_DIGITS = 6


def base62_crc32(body: bytes) -> bytes:
    """CRC-32 of the random part of a token as six base62 digits, as GitHub describes its tokens of 2021."""
    number, digits = crc32(body), bytearray()
    while number:
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return bytes(reversed(digits)).rjust(_CHECKSUM_DIGITS, b"0")


def _ends_with_crc32(token: bytes) -> bool:
    body = token.partition(b"_")[2]
    return base62_crc32(body[:-_CHECKSUM_DIGITS]) == body[-_CHECKSUM_DIGITS:]


CHECKSUMS: Mapping[str, Callable[[bytes], bool]] = {"github": _ends_with_crc32, "npm": _ends_with_crc32}
