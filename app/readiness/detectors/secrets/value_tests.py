"""The tests of the generic forms: each says of what kind the value is, or None when it is no secret."""

import json
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Mapping

import re2

from app.readiness.detectors.secrets.candidate import Candidate, Told, ValueTest
from app.readiness.detectors.secrets.names import Promise, name_at, promise_of
from app.readiness.detectors.secrets.pack import latin1
from app.readiness.detectors.secrets.placeholders import is_placeholder
from app.readiness.detectors.secrets.url_test import opens_at
from app.readiness.detectors.secrets.values import Strength, decoded_text, strength_of

_LONGER, _LONGEST = 20, 25
_JWT_PARTS = 3
_SHORTEST, _SHORTEST_PASSWORD, _LONGEST_LOGIN = 5, 6, 400
_MINIFIED = 400
_BASE64 = re2.compile(rb"[A-Za-z0-9+/]+", latin1())
_COMMENT = re2.compile(rb"\s*(?://|#|\*|/\*|--|\.\.)", latin1())
_TOKEN = re2.compile(rb"[A-Za-z0-9+/=_.~-]+", latin1())
_SPEAKING = re2.compile(
    rb"(?i)passw|token|secret|passphrase|credential|^(?:sha|md|rs|hs|es|ps|aes|utf|base|oauth|http|tls|ssl|v)[_-]?[0-9]+",
    latin1(),
)
_DIGIT = re2.compile(rb"[0-9]", latin1())
_OPENED = re2.compile(rb"\(|[\[{][ \t]*[\"'`]?$", latin1())
_AFTER_BARE = re2.compile(rb"[\"']?[ \t\r]*(?:$|[;,#])", latin1())
_TOLD = re2.compile(rb"(?i)example|placeholder|dummy|\bfake|\be\.g\.|for instance|\bsample|translat|regex", latin1())
_BEFORE_BARE = re2.compile(
    rb"(?i)\s*(?:(?:export|set|setx|env|arg|declare|local|readonly|define|-e|--env|-|//|#+|;|\*|\d+[.)])[ \t]+){0,3}[\"'#;]?(?://[^\s=]{1,120}:)?",
    latin1(),
)
_CODE = re2.compile(rb"[(){}\[\]<>$]|::|->|=>|&&|\|\||;.|,.|[.]{3}", latin1())
_ELSEWHERE = re2.compile(
    rb"(?i)^(?:\.{0,2}/[a-z._-]|(?:uniq|idx|fk|uk|pk)_|(?-i:[A-Z0-9]{1,20}(?:_[A-Z0-9]{1,20})+$)|~/|[a-z]:\\|sha(?:1|256|384|512)[:-]|arn:|urn:|projects/|data:|file:|cn=|uid=|ls0tls1crudjti|\$2[aby]\$|\$argon2|\$[156]\$|\{s?sha|pbkdf2"
    rb"|(?:var|local|data|module|each|self|env|secrets|vars|inputs|steps|github|settings|config|process|this|params|request|options)\."
    rb"|[0-9]{4}-[0-9]{2}-[0-9]{2})|[a-z]://|::|%\]|%[sdv]|\\[(un]|\.(?:json|ya?ml|pem|key|crt|cer|txt|env|py|jsx?|tsx?|go|rb|java|conf|php|html?|svg|png|css)$|@[a-z0-9-]+\.[a-z]{2,}$",
    latin1(),
)
_MADE_UP = re2.compile(rb"John Doe|1234567890|\"sub\":\"(?:user|test|foo)", latin1())
_WEAK = re2.compile(
    rb"(?i)(?:my|our|the|new|old|super|very|some|a|db|local|dev)?[_-]?(?:pass(?:w(?:or)?d|phrase)?|pw|pwd|secret|root|admin|user(?:name)?|test(?:ing|er)?|guest|postgres(?:ql)?|mysql|redis|mongo(?:db)?"
    rb"|rabbitmq|toor|qwerty|letmein|token|key|api[_-]?key|oauth2?|credentials?|dev|demo|app|db|foo|bar|baz|hello|welcome|abc|client|value|string|hunter)"
    rb"[_-]?(?:pass(?:word)?|secret|token|key|user|test|db|value)?[_-]?[0-9!@#$]{0,6}[a-c]?",
    latin1(),
)


def is_named(found: Candidate) -> Told | None:
    """A quoted value beside a telling name."""
    start, name = name_at(found.content, found.start)
    promise = promise_of(name)
    if b"," in found.content[found.start : found.span[0]] and not _OPENED.search(found.before[: start - found.span[0]]):
        return None  # an item of a list and the next one
    return found.told() if promise is not Promise.NOTHING and _counts(found, promise) else None


def is_bare(found: Candidate) -> Told | None:
    """A value without quotes: a random one, or one on a line that is an assignment and nothing else."""
    start, name = name_at(found.content, found.start)
    promise = promise_of(name)
    if promise is Promise.NOTHING or _CODE.search(found.value):
        return None
    before = found.before[: start - found.span[0]]
    if not _BEFORE_BARE.fullmatch(before) or not _AFTER_BARE.match(found.behind) or found.file_class == "code":
        return found.told() if _is_long(found.value) and _counts(found, Promise.LOOSE) else None
    return found.told() if _counts(found, promise) else None


def is_paired(found: Candidate) -> Told | None:
    """A value in a pair of entries, of which the first gives the name."""
    return None if _CODE.search(found.value) else is_named(found)


def is_element(found: Candidate) -> Told | None:
    """The text of an element of XML."""
    return is_named(found) if found.behind.lstrip().startswith((b"</", b"]]>")) else None


def is_option(found: Candidate) -> Told | None:
    """A value behind an option of a command line; help texts and manuals are full of them."""
    if found.shows or _CODE.search(found.value):
        return None
    least = Strength.PASSWORD if found.file_class in ("config", "other") else Strength.RANDOM
    return found.told() if strength_of(found.value) >= least and _is_meant(found) else None


def is_listed(found: Candidate) -> Told | None:
    """A password in a connection string or a statement."""
    return found.told() if _counts(found, Promise.PASSWORD) else None


def is_random(found: Candidate) -> Told | None:
    """A value that only a machine makes."""
    return found.told() if _counts(found, Promise.LOOSE) else None


def is_basic(found: Candidate) -> Told | None:
    """The base64 of a user name and a password."""
    value = found.value.rstrip(b"=")
    if len(value) > _LONGEST_LOGIN or not _BASE64.fullmatch(value):
        return None
    text = b64decode(value + b"=" * (-len(value) % 4)) if len(value) % 4 != 1 else b""
    user, colon, password = text.partition(b":")
    if not colon or not user or not text.isascii() or not text.decode().isprintable() or b" " in user:
        return None
    if _WEAK.fullmatch(password) or password == user or len(password) < _SHORTEST or is_placeholder(text):
        return None
    return None if found.shows or _TOLD.search(_line(found)) else found.told()


def is_account(found: Candidate) -> Told | None:
    """The user and password of a curl command."""
    first, last = found.span[0] - 1, found.span[1]
    user, colon, password = found.content[first:last].partition(b":")
    if found.shows or not colon or _WEAK.fullmatch(password) or password == user or len(password) < _SHORTEST:
        return None
    if is_placeholder(password) or _CODE.search(password) or strength_of(password) < Strength.WEAK:
        return None
    return None if _TOLD.search(_line(found)) else found.told(span=(last - len(password), last))


def is_web_token(found: Candidate) -> Told | None:
    """A token whose head names its algorithm; those of tests and tutorials are nobody's."""
    parts = found.value.split(b".")
    head, body = _json(parts[0]), _json(parts[1])
    if len(parts) != _JWT_PARTS or not isinstance(head, dict) or not ({"alg", "typ", "kid"} & head.keys()):
        return None
    made_up = (
        found.shows
        or is_placeholder(found.value)
        or _MADE_UP.search(json.dumps(body).encode())
        or _TOLD.search(_line(found))
    )
    return None if made_up else found.told()


def is_open_url(found: Candidate) -> Told | None:
    """An address with a user and a password in front of the host."""
    scheme, _, rest = found.value.partition(b"://")
    login, _, host = rest.rpartition(b"@")
    user, _, password = login.partition(b":")
    kind = opens_at(scheme, user, password, host, shows=found.shows or found.file_class == "prose")
    last = found.span[1] - len(host) - 1
    return None if kind is None else found.told(kind, (last - len(password), last))


def _counts(found: Candidate, promise: Promise) -> bool:
    """Whether the value is strong enough for what its name promises and for where it stands."""
    value = found.value
    if found.shows or len(value) < _SHORTEST_PASSWORD or _WEAK.fullmatch(value):
        return False
    if not _is_meant(found) or _is_minified(found) or _is_encoded_text(value):
        return False
    strength = strength_of(value)
    if found.file_class == "prose":
        return promise is not Promise.LOOSE and strength is Strength.RANDOM and len(value) >= _LONGER
    if promise is Promise.LOOSE or (found.file_class == "code" and _COMMENT.match(found.before)):
        return strength is Strength.RANDOM and len(value) >= (_LONGER if promise is Promise.LOOSE else _LONGEST)
    if promise is Promise.TOKEN:
        return strength >= Strength.PASSWORD
    return _is_password(found, strength)


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


def _is_long(value: bytes) -> bool:
    return len(value) >= _LONGER and _TOKEN.fullmatch(value) is not None


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


def _line(found: Candidate) -> bytes:
    return found.before + b" " + found.behind


def _is_meant(found: Candidate) -> bool:
    """Whether neither the value nor its line says that it stands for something else."""
    return not (_ELSEWHERE.search(found.value) or is_placeholder(found.value) or _TOLD.search(_line(found)))


def _json(part: bytes) -> object:
    try:
        return json.loads(urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None


TESTS: Mapping[str, ValueTest] = {
    "named": is_named,
    "bare": is_bare,
    "paired": is_paired,
    "element": is_element,
    "random": is_random,
    "option": is_option,
    "listed": is_listed,
    "basic": is_basic,
    "account": is_account,
    "url": is_open_url,
    "web-token": is_web_token,
}
