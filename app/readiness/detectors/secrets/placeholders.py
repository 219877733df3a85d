"""Values that only stand where a secret would be: placeholders, references and ciphertext."""

from hashlib import sha256

import re2

from app.readiness.detectors.secrets.pack import latin1

LONGEST_PLACEHOLDER = 400
_RUN = 6

# The start of the SHA-256 of keys that manuals print and that open nothing: those of Azure's storage and Cosmos DB
# emulators, and of Stripe's examples.
_DOCUMENTED = frozenset({"0011cc25eb432071", "aa6547439583c3a2", "2cafc0970149a84f", "f2d6ca16515033e5"})
_WORDS = re2.compile(
    rb"(?i)example|sample|dummy|placeholder|change[_-]?(?:me|this|it)|replace[_-]?(?:me|this|with)|redacted|removed"
    rb"|your[ _-]|_here\b|-here\b|x{4}|\*{3}|\.{3}|insert[_-]|todo|fixme|foo_?bar|lorem|not[_-]?a[_-]?real|fake"
    rb"|undefined|^null$|^none$|1234567|abcdefg|deadbeef|0{8}|my[_-]?(?:secret|password|token)",
    latin1(),
)
# Those of them that the body of a real key does not hold by chance.
_LONG_WORDS = re2.compile(
    rb"(?i)example|sample|placeholder|redacted|removed|change[_-]?me|replace[_-]?me|your[ _-]|\*{3}|\.{3}|insert[_-]"
    rb"|foo_?bar|undefined|1234567|abcdefg|deadbeef|0{8}",
    latin1(),
)
_REFERENCES = re2.compile(
    rb"(?i)\$\{|\$\(|(?:^|[^a-z0-9])\$[a-z_]|[a-z]\$(?-i:[A-Z_]{3})"
    rb"|\{\{|\}\}|#\{|%\{|%\(|%[a-z_]+%|<[a-z_ -]+>|\{[a-z_][a-z0-9_.]*\}"
    rb"|getenv|environ|process\.env|vault:|secretkeyref|enc\[|sops|op://|ssm:|secretsmanager|keyvault|!ref|!sub|!vault|^@|@[a-z_.]+@$",
    latin1(),
)


def is_reference(value: bytes) -> bool:
    """Whether the value names a place where a secret is kept, or is ciphertext."""
    return _REFERENCES.search(value) is not None


def is_placeholder(value: bytes) -> bool:
    """Whether the value was put there for a reader; long random values hold any word by chance and are let through."""
    if len(value) > LONGEST_PLACEHOLDER:
        return False
    return (
        is_reference(value)
        or _WORDS.search(value) is not None
        or _longest_run(value) >= _RUN
        or sha256(value).hexdigest()[:16] in _DOCUMENTED
    )


def is_made_up_key(value: bytes) -> bool:
    """The same of the body of a key that parses: some hundred random letters hold any short word by chance."""
    return len(value) <= LONGEST_PLACEHOLDER and (_LONG_WORDS.search(value) is not None or _longest_run(value) >= _RUN)


def _longest_run(value: bytes) -> int:
    longest, run, previous = 0, 0, -1
    for byte in value:
        run = run + 1 if byte == previous else 1
        previous = byte
        longest = max(longest, run)
    return longest
