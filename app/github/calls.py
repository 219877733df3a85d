"""Reads that are repeated, writes that are not, pages, and the token each of them needs."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from random import SystemRandom
from types import TracebackType
from typing import Self

import httpx

from app.github import answers
from app.github.errors import Forbidden, GitHubError, NotFound, OutcomeUnknown, Unauthorized, Unprocessable, Unreachable
from app.github.gate import APP, RateGate, refuse_when_closed
from app.github.pace import ContentPace, Places
from app.github.tokens import AppSigner, GitHubCredentials, Token, TokenCache, TokenScope
from app.github.transport import direct_transport
from app.github.wire import Answer, Request, Wire

_PAUSES = (0.5, 2.0)  # before the first and the second repetition, in seconds, give or take half
_PAGE = "100"
_MOST_PAGES = 200
_JITTER = SystemRandom()


class Calls:
    """The conversation with one GitHub, in the name of one App."""

    def __init__(
        self,
        credentials: GitHubCredentials,
        gate: RateGate,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        places: Places | None = None,
    ) -> None:
        self._wire = Wire(credentials.api_url, gate, transport or direct_transport(credentials.api_url), clock)
        self._signer = AppSigner(credentials, clock)
        self._tokens = TokenCache(self._mint, clock)
        self._pace = ContentPace(clock, sleep, places)
        self._sleep = sleep
        self._gate = gate
        self._clock = clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._wire.aclose()

    async def _read(self, scope: TokenScope | None, request: Request) -> Answer:
        """A GET, repeated twice at most; without a scope it is the App itself that asks."""
        return await self._repeated(lambda: self._send(scope, request))

    async def _get(self, scope: TokenScope | None, path: str, params: Mapping[str, str] | None = None) -> object:
        return (await self._read(scope, Request("GET", path, params))).content

    async def _pages(
        self, scope: TokenScope | None, path: str, params: Mapping[str, str] | None = None, *, within: str = ""
    ) -> AsyncIterator[object]:
        """Every entry of a paginated list, or of the list `within` each page; an endless list is an error."""
        request = Request("GET", path, {**(params or {}), "per_page": _PAGE})
        for _ in range(_MOST_PAGES):
            answer = await self._read(scope, request)
            for entry in answers.items(answer.content, *([within] if within else [])):
                yield entry
            if not answer.next_page:
                return
            request = Request("GET", answer.next_page)
        raise GitHubError(0, f"the list is longer than {_MOST_PAGES * int(_PAGE)} entries", where=f"GET /{path}")

    async def _write(self, scope: TokenScope, method: str, path: str, body: Mapping[str, object]) -> object:
        """A POST or PATCH, sent once; OutcomeUnknown when nobody can say whether it happened."""
        return (await self._send(scope, Request(method, path, body=body))).content

    async def _send(self, scope: TokenScope | None, request: Request) -> Answer:
        if scope is None:
            return await self._wire.send(APP, request, self._signer.jwt())
        token = await self._tokens.token(scope)
        try:
            return await self._wire.send(scope.installation_id, request, token)
        except Unauthorized:
            # Tokens can be revoked before their hour is over. What GitHub refused it has not done, writes included.
            self._tokens.drop(scope, token)
            return await self._wire.send(scope.installation_id, request, await self._tokens.token(scope))

    async def _mint(self, scope: TokenScope) -> Token:
        body: dict[str, object] = {"permissions": dict(scope.permissions)}
        if scope.repository_id is not None:
            body["repository_ids"] = [scope.repository_id]
        request = Request("POST", f"app/installations/{scope.installation_id}/access_tokens", body=body)
        # GitHub counts this for the App, whose JWT it carries; while it wants no more of the installation, there is no
        # use for a token.
        await refuse_when_closed(self._gate, scope.installation_id, self._clock)
        try:
            answer = await self._repeated(lambda: self._wire.send(APP, request, self._signer.jwt()))
        except OutcomeUnknown as error:
            # The request that needed the token has not been sent, so its own outcome is known: nothing happened.
            raise Unreachable(error.status, error.message, where=error.where) from None
        except Unprocessable as error:
            raise _not_granted(error, scope) from None
        expires_at = datetime.fromisoformat(answers.text(answer.content, "expires_at")).timestamp()
        return Token(answers.text(answer.content, "token"), expires_at)

    async def _repeated(self, send: Callable[[], Awaitable[Answer]]) -> Answer:
        for pause in _PAUSES:
            try:
                return await send()
            except (Unreachable, OutcomeUnknown):
                await self._sleep(pause * _JITTER.uniform(0.5, 1.5))
        return await send()


def _not_granted(error: Unprocessable, scope: TokenScope) -> GitHubError:
    if "permission" in error.message.lower():
        wanted = ", ".join(f"{name}={level}" for name, level in scope.permissions)
        return Forbidden(error.status, error.message, where=error.where, accepted_permissions=wanted)
    if "repositor" in error.message.lower():
        return NotFound(error.status, error.message, where=error.where)
    return error
