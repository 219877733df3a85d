"""The answers GitHub gives when it says no, in its own shapes."""

from collections.abc import Mapping
from typing import Any

_DOCS = "https://docs.github.com/rest"


class Refused(Exception):
    """An error answer: status, message, and GitHub's list of field errors."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"message": self.message}
        if self.errors:
            shown["errors"] = self.errors
        return shown | {"documentation_url": _DOCS, "status": str(self.status)}


def not_found() -> Refused:
    return Refused(404, "Not Found")


def bad_credentials() -> Refused:
    return Refused(401, "Bad credentials")


def bad_request(why: str) -> Refused:
    """The shape GitHub uses when a body does not fit its schema."""
    return Refused(422, f"Invalid request.\n\n{why}")


def invalid_field(resource: str, field: str, code: str, message: str = "") -> Refused:
    """The shape GitHub uses when a value is refused by the model behind the schema."""
    error = {"resource": resource, "field": field, "code": code}
    if message:
        error["message"] = message
    return Refused(422, "Validation Failed", errors=[error])
