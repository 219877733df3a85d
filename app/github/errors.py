"""What can go wrong when we talk to GitHub, without a credential in any text."""

import re2

from app.errors import ReadygateError

# The 2026 installation tokens are about 520 characters of letters, digits, dots, dashes and underscores.
_TOKENS = re2.compile(r"(?:gh[a-z]_|github_pat_)[A-Za-z0-9._-]{16,}|eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
_MESSAGE_CHARACTERS = 500


def redact(text: str) -> str:
    """The text with every GitHub token and JWT replaced, cut to 500 characters."""
    return str(_TOKENS.sub("[redacted]", text))[:_MESSAGE_CHARACTERS]


class Later(ReadygateError):
    """GitHub asked us to wait: nothing was done, and nothing may be sent before `until` (Unix seconds)."""

    def __init__(self, until: float) -> None:
        super().__init__("GitHub's rate limit is reached", mend="the work goes on by itself when the limit has passed")
        self.until = until


class GitHubError(ReadygateError):
    """GitHub refused a request; `status` is the HTTP status, 0 when there was no answer."""

    def __init__(self, status: int, message: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(redact(message), where=redact(where), mend=mend)
        self.status = status
        self.message = self.what


class Unreachable(GitHubError):
    """No usable answer, and for certain nothing was changed: the request may be sent again later."""


class OutcomeUnknown(GitHubError):
    """A write that may or may not have happened: look for its result before it is sent again."""


class TooLarge(GitHubError):
    """An answer above the size that we are willing to hold in memory."""


class Unauthorized(GitHubError):
    """GitHub does not accept the App's key or token."""


class Forbidden(GitHubError):
    """The installation lacks a permission, is suspended, or the repository is read-only."""

    def __init__(self, status: int, message: str, *, where: str = "", accepted_permissions: str = "") -> None:
        mend = f"one of these permissions would do: {accepted_permissions}" if accepted_permissions else ""
        super().__init__(status, message, where=where, mend=mend)
        self.accepted_permissions = accepted_permissions


class NotFound(GitHubError):
    """It does not exist, or the installation cannot see it."""


class Gone(GitHubError):
    """It is switched off or deleted: issues of a repository without issues."""


class Unprocessable(GitHubError):
    """The request itself is wrong: GitHub's limits or rules were not kept, and a repetition would not help."""

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(422, message, where=where)
