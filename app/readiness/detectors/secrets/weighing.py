"""Weighs a value against what its name promises and where it stands."""

import re2

from app.readiness.detectors.secrets.candidate import Candidate
from app.readiness.detectors.secrets.letters import share_of_words
from app.readiness.detectors.secrets.names import Promise
from app.readiness.detectors.secrets.pack import latin1
from app.readiness.detectors.secrets.placeholders import is_placeholder
from app.readiness.detectors.secrets.values import Strength, changes, decoded_text, strength_of

# In tests and examples, shorter values are nobody's.
SHORTEST_SHOWN = 20
_SHORTEST, _LONGER, _LONGEST = 6, 20, 25
_SURE, _SURE_CHANGES = 12, 4
_FEW_WORDS, _SOME_WORDS = 0.1, 0.3
_LEAST_SEALED, _LARGEST_SEALED = 200, 65_536
_MINIFIED = 400
_COMMENT = re2.compile(rb"\s*(?://|#(?:[\s#!]|$)|\*|/\*|--|\.\.)", latin1())
_SPEAKING = re2.compile(
    rb"(?i)passw|token|secret|passphrase|credential|^(?:sha|md|rs|hs|es|ps|aes|utf|base|oauth|http|tls|ssl|v)[_-]?[0-9]+",
    latin1(),
)
_DRAWN = re2.compile(rb"[A-Za-z0-9!#%*+_]*(?:[a-z][A-Z0-9]|[0-9A-Z][a-z])[A-Za-z0-9!#%*+_]*", latin1())
_DIGIT = re2.compile(rb"[0-9]", latin1())
_TOLD = re2.compile(rb"(?i)example|placeholder|dummy|\bfake|\be\.g\.|for instance|\bsample|translat|regex", latin1())
_ELSEWHERE = re2.compile(
    rb"(?i)^(?:\.{0,2}/[a-z._-]|(?:uniq|idx|fk|uk|pk)_|(?-i:[A-Z0-9]{1,20}(?:_[A-Z0-9]{1,20})+$)|~/|[a-z]:\\|sha(?:1|256|384|512)[:-]|arn:|urn:|projects/|data:|file:|cn=|uid=|ls0tls1crudjti|phc_|\$2[aby]\$|\$argon2|\$[156]\$|\{s?sha|pbkdf2"
    rb"|(?:var|local|data|module|each|self|env|secrets|vars|inputs|steps|github|settings|config|process|this|params|request|options)\."
    rb"|[0-9]{4}-[0-9]{2}-[0-9]{2})|[a-z]://|::|%\]|%[sdv]|\\[(un]|\.(?:json|ya?ml|pem|key|crt|cer|txt|env|py|jsx?|tsx?|go|rb|java|conf|php|html?|svg|png|css)$|@[a-z0-9-]+\.[a-z]{2,}$",
    latin1(),
)
_WEAK = re2.compile(
    rb"(?i)(?:my|our|the|new|old|super|very|some|a|db|local|dev)?[_-]?(?:pass(?:w(?:or)?d|phrase)?|pw|pwd|secret|root|admin|user(?:name)?|test(?:ing|er)?|guest|postgres(?:ql)?|mysql|redis|mongo(?:db)?"
    rb"|rabbitmq|toor|qwerty|letmein|token|key|api[_-]?key|oauth2?|credentials?|dev|demo|app|db|foo|bar|baz|hello|welcome|abc|client|value|string|hunter)"
    rb"[_-]?(?:pass(?:word)?|secret|token|key|user|test|db|value)?[_-]?[0-9!@#$]{0,6}[a-c]?",
    latin1(),
)


def counts(found: Candidate, promise: Promise) -> bool:
    """Whether the value is strong enough for what its name promises and for where it stands."""
    value = found.value
    if len(value) < (SHORTEST_SHOWN if found.shows else _SHORTEST) or says_secret(value):
        return False
    if _is_sealed(found) or not is_meant(found) or _is_minified(found) or _is_encoded_text(value):
        return False
    if found.shows or promise is Promise.LOOSE:
        return _is_random_beside(found, promise)
    if found.file_class == "prose" or is_commented(found):
        return is_sure(value)
    strength = strength_of(value)
    return strength >= Strength.PASSWORD if promise is Promise.TOKEN else _is_password(found, strength)


def is_sure(value: bytes) -> bool:
    """Whether nobody writes such a value for a reader, even in a sentence."""
    if len(value) < _SURE:
        return False
    strength = strength_of(value)
    if strength is Strength.RANDOM and len(value) >= _LONGEST:
        return True
    is_drawn = _DRAWN.fullmatch(value) is not None and share_of_words(value) < _SOME_WORDS
    return is_drawn and strength >= Strength.PASSWORD and changes(value) >= _SURE_CHANGES


def is_no_name(found: Candidate) -> bool:
    """Whether a value without quotes cannot be the name of a variable."""
    return found.file_class != "code" or is_commented(found)


def is_commented(found: Candidate) -> bool:
    return found.file_class == "code" and _COMMENT.match(found.before) is not None


def says_secret(value: bytes) -> bool:
    """Whether the value is itself a word for a secret or a user, or one that everybody tries first."""
    return _WEAK.fullmatch(value) is not None


def is_meant(found: Candidate) -> bool:
    """Whether neither the value nor its line says that it stands for something else."""
    return not (_ELSEWHERE.search(found.value) or is_placeholder(found.value) or tells_of_another(line_of(found)))


def line_of(found: Candidate) -> bytes:
    return found.before + b" " + found.behind


def tells_of_another(line: bytes) -> bool:
    return _TOLD.search(line) is not None


def _is_random_beside(found: Candidate, promise: Promise) -> bool:
    """Random values alone count beside a key of any sort, and in tests beside a strong name, sessions aside."""
    value = found.value
    if strength_of(value) is not Strength.RANDOM or len(value) < _LONGER:
        return False
    if not found.shows:
        return found.file_class != "prose"
    if promise is Promise.LOOSE or found.file_class == "prose" or value.startswith(b"eyJ"):
        return False
    return share_of_words(value) < _FEW_WORDS


def _is_password(found: Candidate, strength: Strength) -> bool:
    """A word counts when it has a digit, does not speak of passwords itself, and is no algorithm's name."""
    if strength in (Strength.UUID, Strength.WEAK):
        is_word = strength is Strength.WEAK and _DIGIT.search(found.value) and not _SPEAKING.search(found.value)
        return bool(is_word) or (strength is Strength.UUID and found.file_class != "code")
    return strength >= Strength.PASSWORD


def _is_encoded_text(value: bytes) -> bool:
    """Whether the value is the base64 of something that nobody would call a secret."""
    decoded = decoded_text(value)
    return bool(decoded) and (is_placeholder(decoded) or strength_of(decoded) < Strength.WEAK)


def _is_sealed(found: Candidate) -> bool:
    """Whether the value is the ciphertext of a SealedSecret, which begins with the length of its key, 512."""
    return (
        len(found.value) >= _LEAST_SEALED
        and found.value.startswith(b"Ag")
        and found.content.rfind(b"encryptedData", max(0, found.start - _LARGEST_SEALED), found.start) >= 0
    )


def _is_minified(found: Candidate) -> bool:
    """Whether the line goes on and on before and behind, as in what a build has written."""
    if found.file_class != "code":
        return False
    start, end = found.span
    least = max(0, start - _MINIFIED)
    is_long = (
        start - found.content.rfind(b"\n", least, start) - 1 >= _MINIFIED
        or found.content.rfind(b"\n", least, start) < 0 < least
    )
    return is_long and found.content.find(b"\n", end, end + _MINIFIED) < 0
