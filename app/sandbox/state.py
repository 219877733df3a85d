"""What the sandbox remembers: repositories, pull requests, check runs, issues, tokens and deliveries."""

import itertools
import random
import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from app.sandbox.bare import Bare

Json = dict[str, Any]

# GitHub's ids passed 32 bits long ago; ids that fit would hide a column that is too narrow.
_FIRST_ID = 40_000_000_001


@dataclass(slots=True)
class Person:
    """An account: `kind` is User, Organization or Bot."""

    login: str
    id: int
    kind: str = "User"


@dataclass(slots=True)
class Label:
    """A label of one repository; colour is six hex digits without the hash sign."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(slots=True)
class Milestone:
    """A milestone of one repository."""

    id: int
    number: int
    title: str
    description: str | None = None
    state: str = "open"
    due_on: str | None = None
    created_at: str = ""


@dataclass(slots=True)
class Comment:
    """One comment under an issue or pull request."""

    id: int
    author: Person
    body: str
    created_at: str
    updated_at: str


@dataclass(slots=True)
class Issue:
    """An issue, or the issue side of a pull request (which shares its number)."""

    id: int
    number: int
    title: str
    body: str | None
    author: Person
    created_at: str
    updated_at: str
    state: str = "open"
    state_reason: str | None = None
    closed_at: str | None = None
    closed_by: Person | None = None
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    milestone: int | None = None
    comments: list[Comment] = field(default_factory=list)
    children: list[int] = field(default_factory=list)
    is_pull_request: bool = False
    made: float = field(default_factory=time.time)


@dataclass(slots=True)
class Review:
    """One review of a pull request; state is APPROVED, CHANGES_REQUESTED, COMMENTED or DISMISSED."""

    id: int
    author: Person
    state: str
    body: str
    commit: str
    submitted_at: str


@dataclass(slots=True)
class PullRequest:
    """A pull request; its title, state and comments live in the issue of the same number."""

    id: int
    number: int
    base_ref: str
    head_ref: str
    head_sha: str
    fork_owner: str | None = None
    draft: bool = False
    merged_at: str | None = None
    merge_sha: str | None = None
    reviews: list[Review] = field(default_factory=list)


@dataclass(slots=True)
class CheckRun:
    """A check run as the App wrote it; annotations only ever grow, as on GitHub."""

    id: int
    name: str
    head_sha: str
    suite_id: int
    status: str
    started_at: str
    external_id: str = ""
    details_url: str | None = None
    conclusion: str | None = None
    completed_at: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[Json] = field(default_factory=list)
    actions: list[Json] = field(default_factory=list)
    made: float = field(default_factory=time.time)


@dataclass(slots=True)
class Repository:
    """A repository, its bare clone, and everything people and the App wrote about it."""

    id: int
    full_name: str
    owner: Person
    bare: Bare
    private: bool
    default_branch: str
    created_at: str
    properties: dict[str, Any] = field(default_factory=dict)
    has_issues: bool = True
    is_internal: bool = False
    archived: bool = False
    pushed_at: str = ""
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    checks: dict[int, CheckRun] = field(default_factory=dict)
    suites: dict[str, int] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.full_name.partition("/")[2]

    def next_number(self) -> int:
        """Issues and pull requests share one sequence."""
        return max(self.issues, default=0) + 1

    def checks_of(self, sha: str) -> list[CheckRun]:
        """The check runs of one commit, oldest first."""
        return [run for run in self.checks.values() if run.head_sha == sha]


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request and what was answered; the body is parsed JSON or None.

    status is 0 when the connection was closed instead. at and answered are when it arrived and when it was answered, in
    Unix seconds; who is the credential whose limits count; retry_after, in seconds, is what a limit told it.
    """

    method: str
    path: str
    query: str
    body: Any
    status: int
    at: float = 0.0
    answered: float = 0.0
    who: str = ""
    retry_after: float = 0.0


@dataclass(slots=True)
class Fault:
    """An answer to give instead of the real one, `left` times; after_apply does the work first.

    Status 0 closes the connection. chance is the share of the requests that match. With retry_after, in seconds, it is
    a limit: everything that this credential sends before it has passed is refused as well.
    """

    match: str
    status: int
    after_apply: bool = False
    left: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    chance: float = 1.0
    retry_after: float = 0.0


Listed = TypeVar("Listed", CheckRun, Issue)


class World:
    """All state of one sandbox; whoever reads or writes it holds `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.repositories: dict[str, Repository] = {}
        # Names that repositories had before, and where they are now.
        self.moved: dict[str, str] = {}
        self.people: dict[str, Person] = {}
        self.requests: deque[RecordedRequest] = deque(maxlen=20_000)
        self.faults: list[Fault] = []
        self.limits: dict[str, float] = {}
        self.draws = random.Random()  # noqa: S311 - for faults
        # GitHub's lists show new objects only after a moment, in seconds.
        self.list_lag = 0.0
        self._ids = itertools.count(_FIRST_ID)

    def next_id(self) -> int:
        return next(self._ids)

    def person(self, login: str, kind: str = "User") -> Person:
        """The account of that name, made on first use."""
        found = self.people.get(login)
        return found or self.people.setdefault(login, Person(login, self.next_id(), kind))

    def listed(self, made: Iterable[Listed]) -> list[Listed]:
        """Those that GitHub's lists show by now."""
        return [entry for entry in made if entry.made <= time.time() - self.list_lag]

    def repository(self, full_name: str) -> Repository | None:
        """Repository by owner/name, whatever the case."""
        return self.repositories.get(full_name.lower())


def now() -> str:
    """The time as GitHub writes it, whole seconds in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
