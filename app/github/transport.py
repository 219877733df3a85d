"""The last thing before the wire: it asks the rate gate, closes it, and caps what comes back."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.request import getproxies, proxy_bypass

import httpx

from app.github.errors import Later, TooLarge
from app.github.gate import RateGate
from app.github.permit import LastQuestions

# A 20 MiB blob, the largest that is scanned, is under 28 MiB in base64.
MAX_ANSWER_BYTES = 32 * 1024 * 1024
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api: at least a minute, then growing.
FIRST_PAUSE = 60.0
LONGEST_PAUSE = 3600.0
# Limits are counted by the hour: an end further away than that is a mistake of some clock.
_FURTHEST_END = 2 * 3600.0
_LIMIT_STATUSES = (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
_LIMIT_TEXTS = (b"secondary rate", b"abuse detection", b"rate limit exceeded")


class GatedTransport(httpx.AsyncBaseTransport):
    """One installation's way to a transport that all of them share."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, gate: RateGate, installation_id: int, clock: Callable[[], float]
    ) -> None:
        self._inner = inner
        self._gate = gate
        self._installation_id = installation_id
        self._clock = clock
        self._pause = FIRST_PAUSE

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer; Later, without sending, while the gate is closed, and for an answer that closes it."""
        questions = LastQuestions(request, self._gate, self._installation_id, self._clock)
        await questions.ask()
        request.extensions["trace"] = questions.trace
        response = await self._inner.handle_async_request(request)
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _CappedStream(response.stream, str(request.url))
        if response.status_code in _LIMIT_STATUSES:
            await self._close_when_limited(response)
        else:
            await self._close_when_spent(response)
        return response

    async def aclose(self) -> None:
        """Nothing: the shared transport outlives every client that uses it."""

    async def _close_when_limited(self, response: httpx.Response) -> None:
        body = (await response.aread()).lower()
        now = self._clock()
        until = _end_of_limit(response.headers, now)
        if until is None:
            is_limited = response.status_code == HTTPStatus.TOO_MANY_REQUESTS or any(t in body for t in _LIMIT_TEXTS)
            if not is_limited:
                return
            until = now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        await self._gate.close(self._installation_id, until)
        raise Later(until)

    async def _close_when_spent(self, response: httpx.Response) -> None:
        if response.is_success:
            self._pause = FIRST_PAUSE
        now = self._clock()
        is_core = response.headers.get("x-ratelimit-resource", "core") == "core"
        if is_core and (until := _end_of_primary_limit(response.headers, now)) is not None:
            await self._gate.close(self._installation_id, until)


class _CappedStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, url: str) -> None:
        self._inner = inner
        self._url = url

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = 0
        async for chunk in self._inner:
            received += len(chunk)
            if received > MAX_ANSWER_BYTES:
                raise TooLarge(HTTPStatus.OK, f"the answer is over {MAX_ANSWER_BYTES // 2**20} MiB", where=self._url)
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


def direct_transport(api_url: str) -> httpx.AsyncBaseTransport:
    """Connections to the API, through the proxy that the environment names for its host."""
    url = httpx.URL(api_url)
    proxy = None if proxy_bypass(url.host) else getproxies().get(url.scheme) or getproxies().get("all")
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=15)
    return httpx.AsyncHTTPTransport(limits=limits, proxy=proxy)


def _end_of_limit(headers: httpx.Headers, now: float) -> float | None:
    if (seconds := _retry_after(headers.get("retry-after", ""), now)) is not None:
        return now + min(max(seconds, 1.0), _FURTHEST_END)
    return _end_of_primary_limit(headers, now)


def _end_of_primary_limit(headers: httpx.Headers, now: float) -> float | None:
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") != "0" or not reset.isdecimal():
        return None
    # Our clock may be ahead of GitHub's: a reset that seems to have passed still costs a second.
    return min(max(float(reset), now + 1.0), now + _FURTHEST_END)


def _retry_after(text: str, now: float) -> float | None:
    if not text:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        end = parsedate_to_datetime(text)
    except ValueError:
        return FIRST_PAUSE
    return (end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp() - datetime.fromtimestamp(now, UTC).timestamp()
