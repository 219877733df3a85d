"""Files that are findings as a whole: what of their bytes says so."""

from itertools import islice

import re2

from app.readiness.detectors.secrets.names import Promise, promise_of
from app.readiness.detectors.secrets.pack import latin1
from app.readiness.detectors.secrets.placeholders import is_placeholder, is_reference
from app.readiness.detectors.secrets.weighing import says_secret

ENV_FILE = "env-file"
KEY_STORE = "key-store"
_PLAIN_NAMES = (".env", ".env.local", ".env.production", ".env.prod", ".env.staging")
_ENTRY = re2.compile(
    rb"(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]{0,80})[ \t]*=[ \t]*[\"']?([^\s\"'#][^\n\"']*)", latin1()
)
_MOST_ENTRIES = 500
_PUBLIC = re2.compile(rb"(?i)^(?:next_public|vite|react_app|expo_public|nuxt_public|gatsby|public)_", latin1())
_CIPHERTEXT = (b"$ANSIBLE_VAULT", b"age-encryption.org", b"-----BEGIN AGE", b"\0GITCRYPT")
# Java's two formats, KeePass, and a PKCS 12 file: a DER sequence that begins with version 3 and a sequence.
_MAGICS = (b"\xfe\xed\xfe\xed\0\0\0", b"\xce\xce\xce\xce\0\0\0", b"\x03\xd9\xa2\x9a")
_PKCS12 = re2.compile(rb"(?s)^\x30(?:\x80|\x81.|\x82..|\x83...)\x02\x01\x03\x30", latin1())
_HEAD = 16
# SOPS writes this line below the values it has encrypted, https://getsops.io/docs/
_SOPS_MAC = b"\nsops_mac=ENC["
_SEALED_KIND = b"SealedSecret"
# Two bytes for the length of a session key of 4096 bits, then ciphertext.
_SEALED_VALUE = re2.compile(rb"(?m)^[ \t]+[\"']?[A-Za-z0-9._-]+[\"']?:[ \t]*[\"']?Ag[A-Za-z0-9+/=]{300}", latin1())


def tells_something(path: str, text: bytes) -> bool:
    """Whether an environment file sets more than a page may show: anything under the usual names, else a secret."""
    if text.startswith(_CIPHERTEXT) or _SOPS_MAC in text:
        return False
    is_plain = path.rsplit("/", 1)[-1].lower() in _PLAIN_NAMES
    for count, entry in enumerate(_ENTRY.finditer(text)):
        name, value = entry.group(1), entry.group(2)
        if count >= _MOST_ENTRIES:
            return True
        if _PUBLIC.search(name) or is_reference(value):
            continue
        is_told = promise_of(name) in (Promise.PASSWORD, Promise.TOKEN) and not says_secret(value.strip())
        if is_plain or (is_told and not is_placeholder(value)):
            return True
    return False


def sealed_lines(text: bytes) -> frozenset[int]:
    """The 1-based lines of a SealedSecret that hold ciphertext, which only its cluster can open."""
    if _SEALED_KIND not in text:
        return frozenset()
    starts = (found.start() for found in islice(_SEALED_VALUE.finditer(text), _MOST_ENTRIES))
    return frozenset(text.count(b"\n", 0, start) + 1 for start in starts)


def is_key_store(content: bytes) -> bool:
    """Whether the first bytes are those of a store of private keys."""
    head = content[:_HEAD]
    return head.startswith(_MAGICS) or _PKCS12.search(head) is not None
