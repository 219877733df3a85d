"""What the name beside a value promises: a password, a token, perhaps a key, or nothing of the kind."""

from enum import Enum
from functools import lru_cache

import re2

from app.readiness.detectors.secrets.pack import latin1


class Promise(Enum):
    """NOTHING: the value is something else. LOOSE: a key of any sort, so that only a random value counts."""

    NOTHING = "nothing"
    LOOSE = "loose"
    TOKEN = "token"  # noqa: S105 - the name of a promise
    PASSWORD = "password"  # noqa: S105


_LONGEST_NAME = 60
_KEPT = 4_096
_NAME_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$")
_WORDS = re2.compile(rb"[A-Z]+(?:[a-z]+|\b)|[A-Z]+|[a-z]+", latin1())
_PASSWORDS = re2.compile(
    rb"(?:.*(?:password|passwd|passphrase|passwort|passcode|pwd)s?|(?:db|my|my?sql|smtp|mail|ftp|user|root|admin|ssh|pg)?pass|(?:root|admin|user|my|db|bind|ldap|smtp|ftp|ssh)?pw|psw|psk)",
    latin1(),
)
_TOKENS = re2.compile(
    rb".*(?:secrets?|token|apikey|accesskey|secretkey|privatekey|authkey|masterkey|accountkey|credentials?|creds?)",
    latin1(),
)
_LOOSE = re2.compile(
    rb".*key|auth|salt|authorization|bearer|passkey|license|cert|tokens|keys|pat|jwt|nonce|signature|hash", latin1()
)
_KEY_OF = frozenset(
    (
        b"api app application access account admin auth client consumer crypt encryption encrypt decryption "
        b"jwt license master private priv secret security service session shared signing sign ssh storage "
        b"subscription server rest write hmac aes merchant primary secondary rails django deploy"
    ).split()
)
# A word behind the telling one that leaves it what it is.
_LEAVES = frozenset(
    (
        b"value val prod production dev development staging stage live str string default plain raw env new "
        b"old current main base b64 base64 encoded clear text local a b c d x v literal here is const var "
        b"confirmation confirm again internal hex primary secondary bytes data test key1 s private equals ignore case"
    ).split()
)
_DENIES = frozenset(
    (
        b"public pub csrf xsrf continuation cancellation integrity partition sort placeholder label title hint "
        b"message error description translation i18n translate locale pagination cursor next prev previous "
        b"foreign cache idempotency dedup column tag tags regex pattern regexp symbol reserved lexer tokenizer "
        b"parser keyboard sample example fake dummy invalid mock expected wrong incorrect bad fingerprint "
        b"thumbprint digest checksum etag keyword anonymous unsafe insecure secretary passage passenger "
        b"passive passed compass bypass author authors authority monkey turkey hockey donkey surpass "
        b"whitespace"
    ).split()
)


@lru_cache(maxsize=_KEPT)
def promise_of(name: bytes) -> Promise:
    """Judges by the last word that says something."""
    words = [word.lower() for word in _WORDS.findall(name)]
    if not _DENIES.isdisjoint(words):
        return Promise.NOTHING
    while len(words) > 1 and words[-1] in _LEAVES:
        words.pop()
    if not words:
        return Promise.NOTHING
    last = words[-1]
    if _PASSWORDS.fullmatch(last):
        return Promise.PASSWORD
    if _TOKENS.fullmatch(last) or (last == b"key" and words[-2:-1] and words[-2] in _KEY_OF):
        return Promise.TOKEN
    return Promise.LOOSE if _LOOSE.fullmatch(last) else Promise.NOTHING


def name_at(content: bytes, position: int) -> tuple[int, bytes]:
    """Where the name begins that goes over the position, and the whole of it."""
    start, end = position, position
    while start > 0 and position - start < _LONGEST_NAME and content[start - 1] in _NAME_BYTES:
        start -= 1
    while end < len(content) and end - position < _LONGEST_NAME and content[end] in _NAME_BYTES:
        end += 1
    return start, content[start:end]
