"""One request and its outcome, as an answer or as one of our errors."""

import json
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

import httpx
from githubkit import GitHub, UnauthAuthStrategy
from githubkit.exception import RequestError, RequestFailed

from app.github import refusals
from app.github.errors import GitHubError, OutcomeUnknown, Unreachable
from app.github.gate import RateGate
from app.github.transport import GatedTransport

# 2026-03-10 is unknown to older GitHub Enterprise Servers; this one is promised until March 2028 at least.
API_VERSION = "2022-11-28"
_TIMEOUT = httpx.Timeout(20, connect=10)
_CLIENTS = 256
_REDIRECTS = 3
# Failures before the first byte of the request was sent.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Request:
    """A path below the API's address, or a full address that GitHub gave us."""

    method: str
    path: str
    params: Mapping[str, str] | None = None
    body: Mapping[str, object] | None = None
    is_compressed: bool = True

    @property
    def place(self) -> str:
        return f"{self.method} /{self.path.lstrip('/')}"

    @property
    def content(self) -> bytes | None:
        """The body as JSON; half a surrogate pair, which a file name can hold, becomes a question mark."""
        return None if self.body is None else json.dumps(self.body, ensure_ascii=False).encode("utf-8", "replace")

    def headers(self, token: str) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {token}", "X-GitHub-Api-Version": API_VERSION}
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        if not self.is_compressed:
            headers["Accept-Encoding"] = "identity"
        return headers


@dataclass(frozen=True, slots=True)
class Answer:
    """The decoded JSON and the address of the next page, "" on the last."""

    content: object
    next_page: str


class _Client(GitHub[UnauthAuthStrategy]):
    """githubkit keeps an entered client in a context variable, out of sight of other tasks; this one is shared."""

    def __init__(self, api_url: str, transport: httpx.AsyncBaseTransport) -> None:
        super().__init__(
            UnauthAuthStrategy(),
            base_url=api_url,
            user_agent="readygate",
            follow_redirects=False,
            timeout=_TIMEOUT,
            trust_env=False,
            async_transport=transport,
            http_cache=False,
            auto_retry=False,
        )
        self._shared: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def get_async_client(self) -> AsyncGenerator[httpx.AsyncClient, None]:
        if self._shared is None:
            self._shared = await self._create_async_client()
        yield self._shared


class Wire:
    """Sends requests, through the gate of the installation they belong to; never repeats one."""

    def __init__(
        self, api_url: str, gate: RateGate, transport: httpx.AsyncBaseTransport, clock: Callable[[], float]
    ) -> None:
        self._api_url = httpx.URL(api_url.rstrip("/") + "/")
        self._gate = gate
        self._transport = transport
        self._clock = clock
        self._clients: OrderedDict[int, _Client] = OrderedDict()

    async def aclose(self) -> None:
        """Close all connections; the installations' clients hold nothing else."""
        self._clients.clear()
        await self._transport.aclose()

    async def send(self, installation_id: int, request: Request, token: str) -> Answer:
        """The answer to one request; a redirect within the API is followed with the same method and body.

        Raises the errors of app.github.errors: OutcomeUnknown for a write that may have been done.
        """
        url = self._within_api(request.path, request)
        for _ in range(_REDIRECTS):
            response = await self._exchange(self._client(installation_id), request, url, token)
            if not response.has_redirect_location:
                return _answer(request, response)
            url = self._within_api(str(url.join(response.headers["location"])), request)
        raise GitHubError(HTTPStatus.LOOP_DETECTED, "GitHub redirects in circles", where=request.place)

    async def _exchange(self, client: _Client, request: Request, url: httpx.URL, token: str) -> httpx.Response:
        try:
            answered = await client.arequest(
                request.method,
                url,
                params=dict(request.params) if request.params else None,
                content=request.content,
                headers=request.headers(token),
            )
        except RequestFailed as failure:
            raise refusals.refusal(request.method, request.place, failure.response.raw_response) from None
        except RequestError as failure:
            raise _broken(request, failure.exc) from None
        return answered.raw_response

    def _client(self, installation_id: int) -> _Client:
        if installation_id not in self._clients:
            transport = GatedTransport(self._transport, self._gate, installation_id, self._clock)
            self._clients[installation_id] = _Client(str(self._api_url), transport)
        self._clients.move_to_end(installation_id)
        if len(self._clients) > _CLIENTS:
            self._clients.popitem(last=False)
        return self._clients[installation_id]

    def _within_api(self, path: str, request: Request) -> httpx.URL:
        """The full address; a token must never follow a link to another host."""
        url = self._api_url.join(path)
        ours = self._api_url
        if (url.scheme, url.host, url.port) != (ours.scheme, ours.host, ours.port):
            raise GitHubError(0, f"GitHub points to another host, {url.host}", where=request.place)
        return url


def _answer(request: Request, response: httpx.Response) -> Answer:
    try:
        content = response.json()
    except (ValueError, RecursionError):
        raise _without_result(request, response.status_code, "GitHub's answer is not JSON") from None
    return Answer(content, response.links.get("next", {}).get("url", ""))


def _broken(request: Request, cause: Exception) -> Exception:
    if not isinstance(cause, (httpx.HTTPError, httpx.StreamError, OSError)):
        return cause  # ours, from the gate, or a mistake: not the connection's fault
    name = type(cause).__name__
    if isinstance(cause, _UNSENT):
        return Unreachable(0, f"GitHub cannot be reached ({name})", where=request.place)
    return _without_result(request, 0, f"the connection to GitHub broke ({name})")


def _without_result(request: Request, status: int, message: str) -> GitHubError:
    kind = Unreachable if request.method == "GET" else OutcomeUnknown
    return kind(status, message, where=request.place)
