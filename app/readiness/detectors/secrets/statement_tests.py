"""The tests of statements and lines that hold a credential without an assignment."""

from collections.abc import Mapping

import re2

from app.readiness.detectors.secrets.candidate import Candidate, Told, ValueTest
from app.readiness.detectors.secrets.names import Promise, name_at, promise_of
from app.readiness.detectors.secrets.pack import latin1
from app.readiness.detectors.secrets.url_test import opens_at
from app.readiness.detectors.secrets.weighing import counts, is_sure

# A line of its own, a definition in C, or a keyword of Clojure.
_BEFORE_SPACED = re2.compile(rb"(?i)[ \t]*(?:#[ \t]*define[ \t]+)?|.*(?:^|[\s({\[,]):", latin1())
_NEIGHBOUR = re2.compile(rb"(?i)\b(?:host|hostaddr|user|dbname|port|sslmode)=", latin1())
_HOST_AND_PAIRS = re2.compile(rb"(?i).*:[0-9]{2,5},(?:[a-z]{1,20}=[^\s,\"']*,)*", latin1())
_WHOLE_LINE = re2.compile(rb"[^\s:]{1,200}", latin1())


def is_spaced(found: Candidate) -> Told | None:
    """A quoted value behind its name and nothing but blanks."""
    start, name = name_at(found.content, found.start)
    promise = promise_of(name)
    if promise is Promise.NOTHING or not _BEFORE_SPACED.fullmatch(found.before[: start - found.span[0]]):
        return None
    return found.told() if counts(found, promise) else None


def is_spoken(found: Candidate) -> Told | None:
    """A password in a sentence."""
    return found.told() if is_sure(found.value) and counts(found, Promise.PASSWORD) else None


def is_piped(found: Candidate) -> Told | None:
    """A user and a password on the way to a command."""
    user, _, rest = found.value.partition(b":")
    password = rest.partition(b"|")[0].rstrip(b" \t\"'")
    first = found.span[0] + len(user) + 1
    inner = Candidate(
        found.kind, found.content, found.start, (first, first + len(password)), found.file_class, found.shows
    )
    return inner.told() if counts(inner, Promise.PASSWORD) else None


def is_keyword(found: Candidate) -> Told | None:
    """A password among the pairs of a connection string without semicolons, or of a host in an inventory."""
    before, text = found.before[: found.start - found.span[0]], found.content[found.start : found.span[0]]
    if text.startswith(b","):
        is_told = _HOST_AND_PAIRS.fullmatch(before + b",")
    else:
        is_told = b"ansible_" in text or _NEIGHBOUR.search(before + b" " + found.behind)
    return found.told() if is_told and counts(found, Promise.PASSWORD) else None


def is_source(found: Candidate) -> Told | None:
    """The data source names of Go's MySQL driver and of Oracle."""
    login, _, host = found.value.rpartition(b"@")
    is_oracle = login[:5].lower() == b"jdbc:"
    user, _, password = login.rpartition(b":")[2].partition(b"/") if is_oracle else login.partition(b":")
    name = host.partition(b"(")[2] or host.lstrip(b"/")
    last = found.span[0] + len(login)
    is_prose = found.file_class == "prose"
    kind = opens_at(b"mysql", user, password, name.partition(b":")[0], shows=found.shows, prose=is_prose)
    return found.told(kind, (last - len(password), last)) if kind else None


def is_passfile(found: Candidate) -> Told | None:
    """A line of host, port, database, user and password, as PostgreSQL's clients read them."""
    if not _WHOLE_LINE.fullmatch(found.before[: found.start - found.span[0]]) or found.behind.strip():
        return None
    return found.told() if counts(found, Promise.PASSWORD) else None


STATEMENT_TESTS: Mapping[str, ValueTest] = {
    "spaced": is_spaced,
    "spoken": is_spoken,
    "piped": is_piped,
    "keyword": is_keyword,
    "source": is_source,
    "passfile": is_passfile,
}
