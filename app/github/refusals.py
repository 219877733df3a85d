"""From an HTTP error status to the error that says what to do about it."""

from collections.abc import Mapping
from http import HTTPStatus

import httpx

from app.github.errors import (
    Forbidden,
    GitHubError,
    Gone,
    NotFound,
    OutcomeUnknown,
    Unauthorized,
    Unprocessable,
    Unreachable,
)

_PERMISSIONS_HEADER = "x-accepted-github-permissions"
_MEND_KEY = "check the App's id, its private key, the installation and the clock of this machine"
_PLAIN: dict[int, type[GitHubError]] = {
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.GONE: Gone,
}


def refusal(method: str, place: str, response: httpx.Response) -> GitHubError:
    """The error for a status of 400 and above; a 5xx leaves the outcome of a write unknown."""
    status, message = response.status_code, _message(response)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kind: type[GitHubError] = Unreachable if method == "GET" else OutcomeUnknown
        return kind(status, message, where=place)
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return Unprocessable(message, where=place)
    if status == HTTPStatus.UNAUTHORIZED:
        return Unauthorized(status, message, where=place, mend=_MEND_KEY)
    if status == HTTPStatus.FORBIDDEN:
        accepted = response.headers.get(_PERMISSIONS_HEADER, "")
        return Forbidden(status, message, where=place, accepted_permissions=accepted)
    return _PLAIN.get(status, GitHubError)(status, message, where=place)


def _message(response: httpx.Response) -> str:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, Mapping) or "message" not in body:
        return f"HTTP {response.status_code} {response.reason_phrase}".strip()
    details = [detail for entry in body.get("errors") or [] if (detail := _detail(entry))]
    return "; ".join([str(body["message"]), *details])


def _detail(entry: object) -> str:
    if isinstance(entry, Mapping):
        parts = [str(entry[key]) for key in ("resource", "field", "code", "message") if entry.get(key)]
        return " ".join(parts)
    return str(entry)
