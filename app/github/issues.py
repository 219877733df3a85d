"""Issues and comments: one write at a time, at a pace that people and GitHub can bear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.github.addresses import RepositoryRef, repository_path
from app.github.answers import items, number, optional_text, text, value
from app.github.calls import Calls
from app.github.errors import GitHubError, Later, Unprocessable
from app.github.tokens import writing

# https://docs.github.com/en/rest/issues/issues#create-an-issue
MAX_TITLE = 256
MAX_BODY = 65536
MAX_LABEL = 50
MAX_ASSIGNEES = 10

State = Literal["open", "closed"]
StateReason = Literal["completed", "not_planned", "reopened"]


@dataclass(frozen=True, slots=True)
class IssueSeen:
    """An issue as GitHub shows it; `closed_by` is known only when a single issue was read or changed."""

    number: int
    id: int
    state: str
    state_reason: str | None
    title: str
    body: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    author: str
    closed_by: str | None
    html_url: str


@dataclass(frozen=True, slots=True)
class CommentSeen:
    """A comment on an issue or pull request."""

    id: int
    author: str
    body: str


class Issues(Calls):
    """What is kept as issues."""

    async def create_issue(
        self, repo: RepositoryRef, title: str, body: str, labels: Sequence[str] = (), assignees: Sequence[str] = ()
    ) -> IssueSeen:
        """The new issue; GitHub makes labels it does not know. People who cannot be assigned are left out.

        Raises Gone where issues are off; OutcomeUnknown: look for the marker in the body before another attempt.
        """
        draft: dict[str, object] = {"title": title, "body": body}
        if labels:
            draft["labels"] = list(labels)
        _refuse_beyond_limits(draft)
        path = repository_path(repo, "issues")
        issue = _seen(await self._paced(repo, "POST", path, draft, creates=True))
        if not assignees:
            return issue
        # With one name it does not know, GitHub would have refused the whole issue.
        try:
            return await self.assign(repo, issue.number, assignees)
        except (GitHubError, Later):
            return issue  # it exists now: a failure here must not make the caller create it again

    async def assign(self, repo: RepositoryRef, issue_number: int, people: Sequence[str]) -> IssueSeen:
        """The issue with these people added, ten at most; GitHub leaves out whom it cannot assign."""
        path = repository_path(repo, "issues", issue_number, "assignees")
        return await self._changed_issue(repo, "POST", path, {"assignees": list(people)[:MAX_ASSIGNEES]})

    async def update_issue(
        self,
        repo: RepositoryRef,
        issue_number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        labels: Sequence[str] | None = None,
        state: State | None = None,
        state_reason: StateReason | None = None,
    ) -> IssueSeen:
        """The issue after the change; None leaves a field alone, `labels` replaces all of them."""
        fields: dict[str, object] = {"title": title, "body": body, "state": state, "state_reason": state_reason}
        change = {key: entry for key, entry in fields.items() if entry is not None}
        if labels is not None:
            change["labels"] = list(labels)
        _refuse_beyond_limits(change)
        return await self._changed_issue(repo, "PATCH", repository_path(repo, "issues", issue_number), change)

    async def comment(self, repo: RepositoryRef, issue_number: int, body: str) -> int:
        """The id of the new comment, on an issue or a pull request."""
        draft = {"body": body}
        _refuse_beyond_limits(draft)
        path = repository_path(repo, "issues", issue_number, "comments")
        return number(await self._paced(repo, "POST", path, draft, creates=True), "id")

    async def issue(self, repo: RepositoryRef, issue_number: int) -> IssueSeen:
        return _seen(await self._get(writing(repo), repository_path(repo, "issues", issue_number)))

    async def find_issues(
        self,
        repo: RepositoryRef,
        *,
        creator: str | None = None,
        labels: Sequence[str] = (),
        state: Literal["open", "closed", "all"] = "all",
    ) -> list[IssueSeen]:
        """Issues, newest first, without pull requests. `creator` is a login; an App's is `<slug>[bot]`."""
        params = {"state": state, "sort": "created", "direction": "desc"}
        if creator:
            params["creator"] = creator
        if labels:
            params["labels"] = ",".join(labels)
        entries = self._pages(writing(repo), repository_path(repo, "issues"), params)
        return [_seen(entry) async for entry in entries if value(entry, "pull_request") is None]

    async def find_comments(self, repo: RepositoryRef, issue_number: int) -> list[CommentSeen]:
        """All comments, oldest first."""
        entries = self._pages(writing(repo), repository_path(repo, "issues", issue_number, "comments"))
        return [
            CommentSeen(number(entry, "id"), _login(entry, "user") or "", optional_text(entry, "body") or "")
            async for entry in entries
        ]

    async def _changed_issue(
        self, repo: RepositoryRef, method: str, path: str, change: Mapping[str, object]
    ) -> IssueSeen:
        return _seen(await self._paced(repo, method, path, change, creates=False))

    async def _paced(
        self, repo: RepositoryRef, method: str, path: str, body: Mapping[str, object], *, creates: bool
    ) -> object:
        # A token that has to be minted first would make the write late for its place in the line.
        await self._tokens.token(writing(repo))
        async with self._pace.turn(repo.installation_id, creates=creates):
            return await self._write(writing(repo), method, path, body)


def _refuse_beyond_limits(fields: Mapping[str, object]) -> None:
    title, body, labels = fields.get("title"), fields.get("body"), fields.get("labels")
    if isinstance(title, str) and not 1 <= len(title.strip()) <= len(title) <= MAX_TITLE:
        raise Unprocessable(f"the title of an issue is 1 to {MAX_TITLE} characters, not {len(title)}")
    if isinstance(body, str) and len(body) > MAX_BODY:
        raise Unprocessable(f"the body of an issue or comment is {len(body)} characters, GitHub takes {MAX_BODY}")
    for label in labels if isinstance(labels, list) else []:
        if not 1 <= len(label.strip()) <= len(label) <= MAX_LABEL:
            raise Unprocessable(f"a label is 1 to {MAX_LABEL} characters, not {len(label)}")


def _login(answer: object, *path: str) -> str | None:
    return optional_text(answer, *path, "login")


def _seen(answer: object) -> IssueSeen:
    return IssueSeen(
        number=number(answer, "number"),
        id=number(answer, "id"),
        state=text(answer, "state"),
        state_reason=optional_text(answer, "state_reason"),
        title=text(answer, "title"),
        body=optional_text(answer, "body") or "",
        labels=tuple(label if isinstance(label, str) else text(label, "name") for label in items(answer, "labels")),
        assignees=tuple(text(person, "login") for person in items(answer, "assignees")),
        author=_login(answer, "user") or "",
        closed_by=_login(answer, "closed_by"),
        html_url=text(answer, "html_url"),
    )
