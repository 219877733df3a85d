"""The App's own JWT and the narrowed installation tokens, in memory only."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

import jwt

from app.github.addresses import RepositoryRef
from app.github.errors import Unauthorized

# GitHub refuses a JWT that lives over ten minutes or was issued in its future:
# https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
_JWT_BACKDATED = 60
_JWT_SECONDS = 540
_JWT_REUSED = 300
# A token handed out must outlive the fetch or the pages that it was asked for.
_LONGEST_MARGIN = 300.0
_CACHED_TOKENS = 2048


@dataclass(frozen=True, slots=True)
class GitHubCredentials:
    """The App's id, its private key as PEM text, and the address of the API (`https://host/api/v3` on a server)."""

    app_id: str
    private_key: str = field(repr=False)
    api_url: str = "https://api.github.com"


@dataclass(frozen=True, slots=True)
class TokenScope:
    """What a token may do: some permissions, in one repository or in all of an installation's."""

    installation_id: int
    repository_id: int | None
    permissions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Token:
    """A minted token and the Unix time when GitHub stops accepting it."""

    value: str = field(repr=False)
    expires_at: float


def reading(repo: RepositoryRef) -> TokenScope:
    """For evaluation: files and pull requests of one repository."""
    permissions = (("contents", "read"), ("metadata", "read"), ("pull_requests", "read"))
    return TokenScope(repo.installation_id, repo.id, permissions)


def writing(repo: RepositoryRef) -> TokenScope:
    """For posting: check runs and issues of one repository."""
    permissions = (("checks", "write"), ("issues", "write"), ("metadata", "read"))
    return TokenScope(repo.installation_id, repo.id, permissions)


def listing(installation_id: int) -> TokenScope:
    """For the list of an installation's repositories."""
    return TokenScope(installation_id, None, (("metadata", "read"),))


def surveying(installation_id: int) -> TokenScope:
    """For the lists of open pull requests of all its repositories; it can read no file and write nothing."""
    return TokenScope(installation_id, None, (("metadata", "read"), ("pull_requests", "read")))


class AppSigner:
    """Signs the App's JWT, and keeps it for five minutes; `clock` gives Unix seconds."""

    def __init__(self, credentials: GitHubCredentials, clock: Callable[[], float]) -> None:
        self._credentials = credentials
        self._clock = clock
        self._signed = ""
        self._fresh_until = 0.0

    def jwt(self) -> str:
        """Unauthorized when the private key cannot be read."""
        now = self._clock()
        if now >= self._fresh_until:
            self._signed = self._sign(int(now))
            self._fresh_until = now + _JWT_REUSED
        return self._signed

    def _sign(self, now: int) -> str:
        claims = {
            "iss": self._credentials.app_id,
            "iat": now - _JWT_BACKDATED,
            "exp": now - _JWT_BACKDATED + _JWT_SECONDS,
        }
        try:
            return jwt.encode(claims, self._credentials.private_key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            # The cause may quote the key, so it is not kept.
            raise Unauthorized(
                0,
                "the private key of the GitHub App cannot be read",
                mend="set READYGATE_GITHUB_PRIVATE_KEY to the whole PEM text, or to the path of the .pem file",
            ) from None


class TokenCache:
    """Tokens by scope; each scope is minted once, however many ask for it at the same time."""

    def __init__(self, mint: Callable[[TokenScope], Awaitable[Token]], clock: Callable[[], float]) -> None:
        self._mint = mint
        self._clock = clock
        self._tokens: OrderedDict[TokenScope, tuple[str, float]] = OrderedDict()
        self._locks: WeakValueDictionary[TokenScope, asyncio.Lock] = WeakValueDictionary()

    async def token(self, scope: TokenScope) -> str:
        """A token good for some minutes at least; raises what minting raises."""
        lock = self._locks.setdefault(scope, asyncio.Lock())
        async with lock:
            return self._cached(scope) or await self._minted(scope)

    def drop(self, scope: TokenScope, token: str) -> None:
        """Forget a token that GitHub refused, unless a newer one has taken its place."""
        if self._tokens.get(scope, ("", 0.0))[0] == token:
            del self._tokens[scope]

    def _cached(self, scope: TokenScope) -> str:
        token, fresh_until = self._tokens.get(scope, ("", 0.0))
        if self._clock() >= fresh_until:
            return ""
        self._tokens.move_to_end(scope)
        return token

    async def _minted(self, scope: TokenScope) -> str:
        minted = await self._mint(scope)
        margin = min(_LONGEST_MARGIN, (minted.expires_at - self._clock()) / 10)
        self._tokens[scope] = (minted.value, minted.expires_at - margin)
        self._tokens.move_to_end(scope)
        if len(self._tokens) > _CACHED_TOKENS:
            self._tokens.popitem(last=False)
        return minted.value
