"""An issue as it is known, as it should read, and the step from one to the other."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal


@dataclass(frozen=True, slots=True)
class IssueLink:
    """An issue we know: number is None while its creation is not confirmed.

    closed_by: None on a closed issue counts as a human, so that we never open again what somebody put away.
    opened: the day it was opened or opened again, when known; its due date counts from there.
    """

    key: str
    number: int | None
    state: Literal["open", "closed"]
    digest: str
    closed_by: Literal["app", "human"] | None = None
    opened: date | None = None


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """An issue as it should read; digest is over title, body and labels without what only time changes."""

    key: str
    title: str
    body: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class IssueChange:
    """One step; number is None when no issue is known yet. An empty comment is not posted.

    withdraw: written anew and closed, whatever it said and whoever closed it (`closed_by`).
    """

    kind: Literal["create", "update", "close", "reopen", "withdraw"]
    draft: IssueDraft
    number: int | None
    comment: str = ""
    closed_by: Literal["app", "human"] = "app"


def digest_of(title: str, body: str, labels: tuple[str, ...]) -> str:
    return sha256("\0".join([title, body, *labels]).encode(errors="replace")).hexdigest()
