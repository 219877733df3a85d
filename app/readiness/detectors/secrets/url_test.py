"""Whether an address with a user and a password opens something that is not on the writer's own machine."""

import re2

from app.readiness.detectors.secrets.pack import latin1
from app.readiness.detectors.secrets.placeholders import is_placeholder, is_reference
from app.readiness.detectors.secrets.values import Strength, strength_of

_DATABASES = re2.compile(
    rb"(?i)(?:postgres|postgresql|mysql|mariadb|mongodb|rediss?|valkey|amqps?|mssql|sqlserver|clickhouse|cockroachdb|oracle|cassandra|neo4j|bolt)(?:\+.*)?",
    latin1(),
)
_NOBODYS = re2.compile(
    rb"(?i)localhost|127\.[0-9.]+|0\.0\.0\.0|\[?::1?\]?|host\.docker\.internal|(?:.*\.)?example(?:\.[a-z]+)?|example[a-z0-9-]*\..*"
    rb"|.*\.(?:example|invalid|localhost|localdomain)|(?:.*\.)?(?:foo|bar|foobar|domain|acme|mydomain|yourdomain|my-?host|some-?host|site|mysite)\.(?:com|org|net|tld|io)"
    rb"|(?:my|your|the|some|a)?[_-]?(?:host(?:name)?|server(?:name)?|proxy|url|ip|address|endpoint|domain)|.*your.*|x+\..*|.*\.\.\..*|1\.2\.3\.4|[a-c]|foo|bar",
    latin1(),
)
_SAID = re2.compile(
    rb"(?i)pass(?:w(?:or)?d|phrase)?|pw|pwd|secret|root|admin|user(?:name)?|test|guest|postgres(?:ql)?|mysql|redis|mongo(?:db)?|rabbitmq|token|key|api|oauth2?|x-oauth-basic|credentials?"
    rb"|dev|demo|app|db|foo|bar|baz|super|some|thing|one|else|my|your|the|hunter2?|qwerty|letmein|changeme|hello|world|word|login|email|mail|auth|basic|bob|alice|joe|[^a-z0-9]",
    latin1(),
)
_LEAST_LEFT = 4


def opens_at(scheme: bytes, user: bytes, password: bytes, host: bytes, *, shows: bool, prose: bool) -> str | None:
    """The kind of address, None when its password is a word for one or its host is nobody's."""
    if is_placeholder(password) or is_reference(host) or is_reference(user) or _NOBODYS.fullmatch(host):
        return None
    if password[:1] in b"[<({$%*:" or b"{" in password or b"[" in host or password.lower() == user.lower():
        return None
    left = _SAID.sub(b"", password.lower().replace(user.lower(), b"") if user else password.lower())
    left = left.replace(host.partition(b".")[0].lower(), b"")
    strength = strength_of(password)
    if len(left) < _LEAST_LEFT or strength is Strength.NONE:
        return None
    least = Strength.RANDOM if shows else Strength.WORDS if b"." in host and not prose else Strength.PASSWORD
    if strength < least:
        return None
    return "database-url" if _DATABASES.fullmatch(scheme) else "url-with-password"
