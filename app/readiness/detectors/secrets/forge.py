"""Valid tokens made at run time, so that rule examples and tests need no secret in the repository."""

from base64 import b64encode
from hashlib import shake_256

import re2

from app.errors import InvalidInput
from app.readiness.detectors.secrets.forge_checksums import CLOSINGS
from app.readiness.detectors.secrets.pack import Pattern, load_pack
from app.readiness.detectors.secrets.placeholders import is_placeholder
from app.readiness.detectors.secrets.shape import Shape
from app.readiness.detectors.secrets.shapes import is_mixed

_DIGITS = "0123456789"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()
_ALPHABETS = {
    "digits": _DIGITS,
    "hex": _DIGITS + "abcdef",
    "upperhex": _DIGITS + "ABCDEF",
    "low": _LOWER,
    "up": _UPPER,
    "base32": _UPPER + "234567",
    "b32low": _LOWER + "234567",
    "bech32": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
    "bech32low": "qpzry9x8gf2tvdw0s3jn54khce6mua7l",
    "lowernum": _LOWER + _DIGITS,
    "uppernum": _UPPER + _DIGITS,
    "alpha": _UPPER + _LOWER,
    "alnum": _UPPER + _LOWER + _DIGITS,
    "b64": _UPPER + _LOWER + _DIGITS + "+/",
    "b64url": _UPPER + _LOWER + _DIGITS + "-_",
}
_SLOT = re2.compile(r"\{([a-z0-9]+)(?::([A-Za-z0-9 ]+))?\}")
_PLACEHOLDER = re2.compile(r"\{\{\s*secret:([a-z0-9-]+)(?::([a-z0-9-]+))?\s*\}\}")
_LINE = 64
_NOISE = 96
_ATTEMPTS = 50


def fill(text: str) -> str:
    """The text with every `{{secret:kind}}` or `{{secret:kind:seed}}` replaced; equal placeholders, equal tokens."""
    pieces, position = [], 0
    for slot in _PLACEHOLDER.finditer(text):
        pieces += [text[position : slot.start()], forge(slot.group(1), slot.group(2) or "")]
        position = slot.end()
    return "".join([*pieces, text[position:]])


def forge(kind: str, seed: str = "") -> str:
    """A valid text of that kind, always the same for one seed; raises `InvalidInput` for a kind the pack lacks.

    A recipe is text with slots `{alphabet:length}`; one that closes a token computes a checksum over what is before.
    """
    pattern = next((pattern for pattern in load_pack().patterns if pattern.id == kind), None)
    if pattern is None:
        raise InvalidInput(f"no secret format is called {kind!r}", mend="use an id of the secrets pack")
    made = (follow(pattern.text.forge, f"{kind}/{seed}/{attempt}") for attempt in range(_ATTEMPTS))
    return next(token for token in made if _is_for_real(pattern, token.encode()))


def follow(recipe: str, seed: str) -> str:
    """What one recipe makes: equal seeds, equal texts."""
    text, position = "", 0
    for number, slot in enumerate(_SLOT.finditer(recipe)):
        text += recipe[position : slot.start()]
        text += _slot(slot.group(1), slot.group(2) or "0", f"{seed}/{number}", text)
        position = slot.end()
    return text + recipe[position:]


def _is_for_real(pattern: Pattern, token: bytes) -> bool:
    """Whether the value in it is no placeholder and no word by chance; the name beside it may hold any word."""
    raw = pattern.regex.search(token)
    if raw is None:
        return True
    value = raw.group(pattern.group)
    return not is_placeholder(value) and (pattern.text.shape != "mixed" or is_mixed(value) is Shape.YES)


def _slot(name: str, argument: str, seed: str, before: str) -> str:
    if name in CLOSINGS:
        return CLOSINGS[name](before.encode(), shake_256(seed.encode()).digest(_NOISE)).decode()
    if name in ("pem", "pem64"):
        block = _key_block(argument, seed)
        return block if name == "pem" else b64encode(block.encode()).decode()
    if name == "password":
        return "k7" + _drawn(_ALPHABETS["alnum"], int(argument) - 5, seed) + "!3Q"
    if name == "b64mix":
        return "x7/" + _drawn(_ALPHABETS["alnum"], int(argument) - 3, seed)
    return _drawn(_ALPHABETS[name], int(argument), seed)


def _drawn(alphabet: str, length: int, seed: str) -> str:
    return "".join(alphabet[byte % len(alphabet)] for byte in shake_256(seed.encode()).digest(length))


def _key_block(label: str, seed: str) -> str:
    """An armoured block whose body starts as the format wants and goes on at random: it opens nothing."""
    noise = shake_256(seed.encode()).digest(600)
    heads = {"OPENSSH PRIVATE KEY": b"openssh-key-v1\0", "PGP PRIVATE KEY BLOCK": b"\xc5\xc2\x6c\x04"}
    head = heads.get(label, b"\x30\x82\x02\x5b\x02\x01\x00\x02\x81\x81\x00")
    body = b64encode(head + noise[: 610 - len(head)]).decode()
    lines = [body[start : start + _LINE] for start in range(0, len(body), _LINE)]
    return "\n".join(
        [f"-----BEGIN {label}-----", *([""] if "PGP" in label else []), *lines, f"-----END {label}-----", ""]
    )
