"""The parts of made-up tokens that carry a checksum over the rest."""

from base64 import b64encode
from binascii import hexlify
from collections.abc import Callable, Mapping
from zlib import crc32

from app.readiness.detectors.secrets.checksums import (
    BECH32,
    base36_crc32,
    base58check,
    base62_crc32,
    base64_crc32,
    bech32_checksum,
    strkey,
)

_XPRV_HEAD = bytes.fromhex("0488ade4")
_STELLAR_SEED = b"\x90"
_NATS_USER_SEED = b"\x95\x00"
_KEY_BYTES = 32


def _bech32(before: bytes, noise: bytes) -> bytes:
    """A body of 52 characters, which is 32 bytes, and its checksum; the case is that of the prefix."""
    body = bytes(BECH32[byte % len(BECH32)] for byte in noise[:52])
    prefix = before.rpartition(b"1")[0].rpartition(b" ")[2]
    closed = body + bech32_checksum(prefix.lower(), body)
    return closed.upper() if prefix.isupper() else closed


def _confluent(before: bytes, noise: bytes) -> bytes:
    body = b64encode(noise)[:54]
    return body + base64_crc32(body)


CLOSINGS: Mapping[str, Callable[[bytes, bytes], bytes]] = {
    "crc62": lambda before, noise: base62_crc32(before.partition(b"_")[2]),
    "crc36": lambda before, noise: base36_crc32(before),
    "crc32hex": lambda before, noise: hexlify(crc32(before.rstrip(b"_")).to_bytes(4, "little")),
    "bech32sum": _bech32,
    "confluent": _confluent,
    "xprv": lambda before, noise: base58check(_XPRV_HEAD + noise[:41] + b"\0" + noise[41:73]),
    "stellar": lambda before, noise: strkey(_STELLAR_SEED + noise[:_KEY_BYTES]),
    "nkey": lambda before, noise: strkey(_NATS_USER_SEED + noise[:_KEY_BYTES]),
}
