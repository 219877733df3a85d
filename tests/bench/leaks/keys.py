"""Private keys of every kind in text, made from drawn numbers so that they parse and are the same in every run."""

import base64
import hashlib
import hmac
import random
import struct
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

PUBLIC_EXPONENT = 65537
DASHES = "-" * 5


def armour(kind: str, body: str, headers: str = "") -> str:
    """The body between the usual two lines, which do not stand in the tree."""
    return f"{DASHES}BEGIN {kind}{DASHES}\n{headers}{body.strip()}\n{DASHES}END {kind}{DASHES}\n"


def lines64(data: bytes, width: int = 64) -> str:
    text = base64.b64encode(data).decode()
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))


def rsa_key(draw: random.Random, kind: PrivateFormat = PrivateFormat.TraditionalOpenSSL) -> str:
    p, q = draw.sample(_primes(), 2)
    d = pow(PUBLIC_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(PUBLIC_EXPONENT, p * q)
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    )
    return numbers.private_key().private_bytes(Encoding.PEM, kind, NoEncryption()).decode()


def ec_key(draw: random.Random, kind: PrivateFormat = PrivateFormat.TraditionalOpenSSL) -> str:
    key = ec.derive_private_key(draw.getrandbits(250), ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, kind, NoEncryption()).decode()


def edwards_key(draw: random.Random) -> str:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(draw.randbytes(32))
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def openssh_key(draw: random.Random) -> str:
    """PROTOCOL.key of OpenSSH, an Ed25519 key without a passphrase."""
    seed, check = draw.randbytes(32), draw.randbytes(4)
    public = (
        ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    )
    shown = _string(b"ssh-ed25519") + _string(public)
    secret = check * 2 + shown + _string(seed + public) + _string(b"anna@workstation")
    secret += bytes(range(1, 1 + -len(secret) % 8))
    blob = b"openssh-key-v1\0" + _string(b"none") * 2 + _string(b"") + struct.pack(">I", 1)
    return armour("OPENSSH PRIVATE KEY", lines64(blob + _string(shown) + _string(secret), 70))


def dsa_key(draw: random.Random) -> str:
    numbers = [0, *(draw.getrandbits(bits) | 1 << bits - 1 for bits in (1024, 160, 1023, 1023, 159))]
    return armour("DSA PRIVATE KEY", lines64(_sequence(b"".join(_integer(number) for number in numbers))))


def encrypted_rsa_key(draw: random.Random) -> str:
    headers = f"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{draw.randbytes(16).hex().upper()}\n\n"
    return armour("RSA PRIVATE KEY", lines64(draw.randbytes(608)), headers)


def encrypted_key(draw: random.Random) -> str:
    """PKCS 8 with PBES2, as openssl writes it."""
    derived = _sequence(
        bytes.fromhex("06092a864886f70d01050c") + _sequence(_octets(draw.randbytes(8)) + _integer(2048))
    )
    cipher = _sequence(bytes.fromhex("060960864801650304012a") + _octets(draw.randbytes(16)))
    algorithm = _sequence(bytes.fromhex("06092a864886f70d01050d") + _sequence(derived + cipher))
    return armour("ENCRYPTED PRIVATE KEY", lines64(_sequence(algorithm + _octets(draw.randbytes(640)))))


def pgp_key(draw: random.Random) -> str:
    """A secret-key packet of an old RSA key, with the radix 64 checksum line."""
    packet = b"\x95\x03\x98\x04" + draw.randbytes(917)
    crc = 0xB704CE
    for byte in packet:
        crc ^= byte << 16
        for _ in range(8):
            crc = (crc << 1) ^ (0x1864CFB if crc & 0x800000 else 0)
    body = f"{lines64(packet)}\n={base64.b64encode(crc.to_bytes(3, 'big')).decode()}"
    return armour("PGP PRIVATE KEY BLOCK", body, "Version: GnuPG v2\n\n")


def putty_key(draw: random.Random, version: int = 2) -> str:
    """PuTTY's own format, appendix C of its manual, without a passphrase."""
    p, q = draw.sample(_primes(), 2)
    d = pow(PUBLIC_EXPONENT, -1, (p - 1) * (q - 1))
    public = _string(b"ssh-rsa") + b"".join(_string(_bytes(number)) for number in (PUBLIC_EXPONENT, p * q))
    private = b"".join(_string(_bytes(number)) for number in (d, p, q, pow(q, -1, p)))
    comment = b"rsa-key-20260304"
    signed = b"".join(_string(part) for part in (b"ssh-rsa", b"none", comment, public, private))
    key = hashlib.sha1(b"putty-private-key-file-mac-key").digest() if version == 2 else b""
    seal = hmac.new(key, signed, "sha1" if version == 2 else "sha256").hexdigest()
    return (
        f"PuTTY-User-Key-File-{version}: ssh-rsa\nEncryption: none\nComment: {comment.decode()}\n"
        + _counted("Public", public)
        + _counted("Private", private)
        + f"Private-MAC: {seal}\n"
    )


def commercial_ssh_key(draw: random.Random) -> str:
    """The format of ssh.com, encrypted: a magic number, its length, the types, the blob."""
    kind = "SSH2 ENCRYPTED " + "PRIVATE KEY"
    parts = (b"if-modn{sign{rsa-pkcs1-sha1},encrypt{rsa-pkcs1v2-oaep}}", b"3des-cbc", draw.randbytes(480))
    body = b"".join(_string(part) for part in parts)
    blob = struct.pack(">II", 0x3F6FF9EB, len(body) + 8) + body
    return f'---- BEGIN {kind} ----\nComment: "anna"\n{lines64(blob, 70)}\n---- END {kind} ----\n'


def public_key(draw: random.Random) -> str:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(draw.randbytes(32)).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def certificate(draw: random.Random, kind: str = "CERTIFICATE") -> str:
    return armour(kind, lines64(_sequence(_sequence(draw.randbytes(700)) + draw.randbytes(256))))


@cache
def _primes() -> tuple[int, ...]:
    """Six primes of 512 bits: any two make a key of 1,024."""
    draw, found = random.Random("leaks/primes"), list[int]()
    while len(found) < 6:
        number = draw.getrandbits(512) | 3 << 510 | 1
        if all(number % small for small in (3, 5, 7, 11, 13, 17, 19, 23)) and _is_prime(number):
            found.append(number)
    return tuple(found)


def _is_prime(number: int) -> bool:
    """Fermat's test is enough for numbers that nobody has chosen."""
    return number % PUBLIC_EXPONENT != 1 and all(pow(witness, number - 1, number) == 1 for witness in (2, 3, 65))


def _counted(name: str, blob: bytes) -> str:
    text = lines64(blob)
    return f"{name}-Lines: {text.count(chr(10)) + 1}\n{text}\n"


def _bytes(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _tagged(tag: int, data: bytes) -> bytes:
    size = len(data)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + data


def _sequence(data: bytes) -> bytes:
    return _tagged(0x30, data)


def _octets(data: bytes) -> bytes:
    return _tagged(4, data)


def _integer(number: int) -> bytes:
    return _tagged(2, _bytes(number))
