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
from app.readiness.detectors.secrets.values import Strength, strength_of
from app.readiness.detectors.secrets.weighing import (
    counts,
    is_meant,
    is_no_name,
    is_sure,
    line_of,
    says_secret,
    tells_of_another,
)

_LONG = 20
_JWT_PARTS = 3
_SHORTEST, _LONGEST_LOGIN = 5, 400
_BASE64 = re2.compile(rb"[A-Za-z0-9+/]+", latin1())
_TOKEN = re2.compile(rb"[A-Za-z0-9+/=_.~-]+", latin1())
_OPENED = re2.compile(rb"\(|[\[{][ \t]*[\"'`]?$", latin1())
_AFTER_BARE = re2.compile(rb"[\"']?[ \t\r]*(?:$|[;,#])", latin1())
_BEFORE_BARE = re2.compile(
    rb"(?i)\s*(?:(?:export|set|setx|env|arg|declare|local|readonly|define|-e|--env|-|//|#+|;|\*|\d+[.)])[ \t]+|environment=){0,3}[\"'#;]?(?://[^\s=]{1,120}:)?",
    latin1(),
)
_CODE = re2.compile(rb"[(){}\[\]<>]|(?:^|[^A-Za-z0-9])\$|[a-z]\$[A-Z_]{3}|::|->|=>|&&|\|\||;.|,.|[.]{3}", latin1())
_MADE_UP = re2.compile(rb"John Doe|1234567890|\"sub\":\"(?:user|test|foo)", latin1())


def is_named(found: Candidate) -> Told | None:
    """A quoted value beside a telling name."""
    start, name = name_at(found.content, found.start)
    promise = promise_of(name)
    between = found.content[found.start : found.span[0]]
    if b"," in between and b"{" not in between and not _OPENED.search(found.before[: start - found.span[0]]):
        return None  # an item of a list and the next one
    return found.told() if promise is not Promise.NOTHING and counts(found, promise) else None


def is_bare(found: Candidate) -> Told | None:
    """A value without quotes: a random one, or one on a line that is an assignment and nothing else."""
    start, name = name_at(found.content, found.start)
    promise = promise_of(name)
    if promise is Promise.NOTHING or _CODE.search(found.value):
        return None
    before = found.before[: start - found.span[0]]
    if not _BEFORE_BARE.fullmatch(before) or not _AFTER_BARE.match(found.behind) or found.file_class == "code":
        is_told = promise is Promise.PASSWORD and is_no_name(found) and is_sure(found.value)
        if not is_told and not _is_long(found.value):
            return None
        return found.told() if counts(found, promise if is_told else Promise.LOOSE) else None
    return found.told() if counts(found, promise) else None


def is_paired(found: Candidate) -> Told | None:
    """A value in a pair of entries, of which the first gives the name."""
    _, name = name_at(found.content, found.start)
    promise = promise_of(name)
    if promise is Promise.NOTHING or _CODE.search(found.value):
        return None
    return found.told() if counts(found, promise) else None


def is_keyed(found: Candidate) -> Told | None:
    """A random value beside a key of any sort, but a public one."""
    _, name = name_at(found.content, found.start)
    return None if promise_of(name) is Promise.NOTHING else is_random(found)


def is_element(found: Candidate) -> Told | None:
    """The text of an element of XML."""
    return is_named(found) if found.behind.lstrip().startswith((b"</", b"]]>")) else None


def is_option(found: Candidate) -> Told | None:
    """A value behind an option of a command line; help texts and manuals are full of them."""
    if found.shows or _CODE.search(found.value):
        return None
    least = Strength.PASSWORD if found.file_class in ("config", "other") else Strength.RANDOM
    return found.told() if strength_of(found.value) >= least and is_meant(found) else None


def is_listed(found: Candidate) -> Told | None:
    """A password in a connection string or a statement."""
    return found.told() if counts(found, Promise.PASSWORD) else None


def is_random(found: Candidate) -> Told | None:
    """A value that only a machine makes."""
    return found.told() if counts(found, Promise.LOOSE) else None


def is_basic(found: Candidate) -> Told | None:
    """The base64 of a user name and a password."""
    value = found.value.rstrip(b"=")
    if len(value) > _LONGEST_LOGIN or not _BASE64.fullmatch(value):
        return None
    text = b64decode(value + b"=" * (-len(value) % 4)) if len(value) % 4 != 1 else b""
    user, colon, password = text.partition(b":")
    if not colon or not user or not text.isascii() or not text.decode().isprintable() or b" " in user:
        return None
    if says_secret(password) or password == user or len(password) < _SHORTEST or is_placeholder(text):
        return None
    return None if found.shows or tells_of_another(line_of(found)) else found.told()


def is_account(found: Candidate) -> Told | None:
    """The user and password of a curl command."""
    first, last = found.span[0] - 1, found.span[1]
    user, colon, password = found.content[first:last].partition(b":")
    if found.shows or not colon or says_secret(password) or password == user or len(password) < _SHORTEST:
        return None
    if is_placeholder(password) or _CODE.search(password) or strength_of(password) < Strength.WEAK:
        return None
    return None if tells_of_another(line_of(found)) else found.told(span=(last - len(password), last))


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
        or tells_of_another(line_of(found))
    )
    return None if made_up else found.told()


def is_open_url(found: Candidate) -> Told | None:
    """An address with a user and a password in front of the host."""
    scheme, _, rest = found.value.partition(b"://")
    login, _, host = rest.rpartition(b"@")
    user, _, password = login.partition(b":")
    kind = opens_at(scheme, user, password, host, shows=found.shows, prose=found.file_class == "prose")
    last = found.span[1] - len(host) - 1
    return None if kind is None else found.told(kind, (last - len(password), last))


def _is_long(value: bytes) -> bool:
    return len(value) >= _LONG and _TOKEN.fullmatch(value) is not None


def _json(part: bytes) -> object:
    try:
        return json.loads(urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None


TESTS: Mapping[str, ValueTest] = {
    "named": is_named,
    "keyed": is_keyed,
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
