"""Checksums that some providers put into their tokens, so that a fake one shows without a network."""

from base64 import b32decode, b32encode, b64encode
from binascii import crc_hqx
from collections.abc import Callable, Mapping
from hashlib import sha256
from zlib import crc32

_BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE36 = b"0123456789abcdefghijklmnopqrstuvwxyz"
_BASE58 = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_DIGITS = 6
_LONG_CHECKSUM_DIGITS = 7


def base62_crc32(body: bytes) -> bytes:
    """CRC-32 of the random part of a token as six base62 digits, as GitHub describes its tokens of 2021."""
    return _in_base(_BASE62, crc32(body)).rjust(_CHECKSUM_DIGITS, b"0")


def base36_crc32(token: bytes) -> bytes:
    """CRC-32 of all that comes before as seven base36 digits, as GitLab ends its routable tokens."""
    return _in_base(_BASE36, crc32(token)).rjust(_LONG_CHECKSUM_DIGITS, b"0")


def base64_crc32(body: bytes) -> bytes:
    """CRC-32 of the random part, lowest byte first, as six base64 digits, as Confluent describes its API secrets."""
    return b64encode(crc32(body).to_bytes(4, "little"))[:_CHECKSUM_DIGITS]


def bech32_checksum(prefix: bytes, body: bytes) -> bytes:
    """The six characters that close a bech32 string (BIP 173); both parts in lower case, body without its checksum."""
    values = [byte >> 5 for byte in prefix] + [0] + [byte & 31 for byte in prefix]
    remainder = _bech32_remainder(values + [BECH32.index(byte) for byte in body] + [0] * _CHECKSUM_DIGITS) ^ 1
    return bytes(BECH32[remainder >> 5 * (5 - place) & 31] for place in range(_CHECKSUM_DIGITS))


def strkey(payload: bytes) -> bytes:
    """base32 of payload and its CRC-16/XMODEM, without padding: Stellar's SEP-23 and the seeds of NATS."""
    return b32encode(payload + crc_hqx(payload, 0).to_bytes(2, "little")).rstrip(b"=")


def base58check(payload: bytes) -> bytes:
    """base58 of payload and the first four bytes of its double SHA-256, as Bitcoin writes keys."""
    checked = payload + sha256(sha256(payload).digest()).digest()[:4]
    return _in_base(_BASE58, int.from_bytes(checked, "big"))


def _in_base(alphabet: bytes, number: int) -> bytes:
    digits = bytearray()
    while number:
        number, digit = divmod(number, len(alphabet))
        digits.append(alphabet[digit])
    return bytes(reversed(digits))


def _bech32_remainder(values: list[int]) -> int:
    remainder = 1
    for value in values:
        top, remainder = remainder >> 25, (remainder & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_BECH32_GENERATOR):
            remainder ^= generator if top >> place & 1 else 0
    return remainder


def _ends_with_crc32(token: bytes) -> bool:
    body = token.partition(b"_")[2]
    return base62_crc32(body[:-_CHECKSUM_DIGITS]) == body[-_CHECKSUM_DIGITS:]


def _is_grafana(token: bytes) -> bool:
    """CRC-32 of all before the last mark, lowest byte first, as hex: what Grafana ends its own tokens with."""
    body, _, checksum = token.rpartition(b"_")
    return crc32(body).to_bytes(4, "little").hex().encode() == checksum


def _is_routable(token: bytes) -> bool:
    return base36_crc32(token[:-_LONG_CHECKSUM_DIGITS]) == token[-_LONG_CHECKSUM_DIGITS:]


def _is_confluent(token: bytes) -> bool:
    body = token.removeprefix(b"cflt")
    return base64_crc32(body[:-_CHECKSUM_DIGITS]) == body[-_CHECKSUM_DIGITS:]


def _is_bech32(token: bytes) -> bool:
    prefix, _, body = token.lower().rpartition(b"1")
    if len(body) <= _CHECKSUM_DIGITS or set(body) - set(BECH32):
        return False
    return bech32_checksum(prefix, body[:-_CHECKSUM_DIGITS]) == body[-_CHECKSUM_DIGITS:]


def _is_strkey(token: bytes) -> bool:
    payload = b32decode(token + b"=" * (-len(token) % 8))
    return int.from_bytes(payload[-2:], "little") == crc_hqx(payload[:-2], 0)


def _is_base58check(token: bytes) -> bool:
    number = 0
    for byte in token:
        number = number * 58 + _BASE58.index(byte)
    whole = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base58check(whole[:-4]) == token


CHECKSUMS: Mapping[str, Callable[[bytes], bool]] = {
    "github": _ends_with_crc32,
    "npm": _ends_with_crc32,
    "gitlab": _is_routable,
    "grafana": _is_grafana,
    "confluent": _is_confluent,
    "bech32": _is_bech32,
    "strkey": _is_strkey,
    "base58": _is_base58check,
}
