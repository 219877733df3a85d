"""Pull requests: where their head and base are now."""

from dataclasses import dataclass

from app.github.addresses import RepositoryRef, repository_path
from app.github.answers import is_set, number, optional_number, optional_text, text
from app.github.calls import Calls
from app.github.tokens import reading


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request at the moment of reading; `head_repository_id` is None when the fork was deleted."""

    number: int
    state: str
    draft: bool
    head_sha: str
    head_ref: str
    head_repository_id: int | None
    base_ref: str
    base_sha: str
    default_branch: str
    author: str
    title: str
    html_url: str
    private: bool
    is_fork: bool


@dataclass(frozen=True, slots=True)
class Review:
    """One review; `commit_sha` is None when the reviewed commit is gone."""

    id: int
    author: str
    state: str
    commit_sha: str | None
    submitted_at: str | None


class Pulls(Calls):
    """What is asked about pull requests."""

    async def pull_request(self, repo: RepositoryRef, pull_number: int) -> PullRequest:
        """One request; NotFound when there is no such pull request."""
        return _seen(await self._get(reading(repo), repository_path(repo, "pulls", pull_number)))

    async def open_pull_requests(self, repo: RepositoryRef) -> list[PullRequest]:
        entries = self._pages(reading(repo), repository_path(repo, "pulls"), {"state": "open"})
        return [_seen(entry) async for entry in entries]

    async def reviews(self, repo: RepositoryRef, pull_number: int) -> list[Review]:
        """All reviews, oldest first; a reviewer's last one counts."""
        entries = self._pages(reading(repo), repository_path(repo, "pulls", pull_number, "reviews"))
        return [
            Review(
                id=number(entry, "id"),
                author=optional_text(entry, "user", "login") or "",
                state=text(entry, "state"),
                commit_sha=optional_text(entry, "commit_id"),
                submitted_at=optional_text(entry, "submitted_at"),
            )
            async for entry in entries
        ]

    async def role(self, repo: RepositoryRef, login: str) -> str:
        """A person's role in the repository: admin, maintain, write, triage, read, none, or an own role's name."""
        path = repository_path(repo, "collaborators", login, "permission")
        answer = await self._get(reading(repo), path)
        return optional_text(answer, "role_name") or text(answer, "permission")


def _seen(answer: object) -> PullRequest:
    head_repository = optional_number(answer, "head", "repo", "id")
    return PullRequest(
        number=number(answer, "number"),
        state=text(answer, "state"),
        draft=is_set(answer, "draft"),
        head_sha=text(answer, "head", "sha"),
        head_ref=text(answer, "head", "ref"),
        head_repository_id=head_repository,
        base_ref=text(answer, "base", "ref"),
        base_sha=text(answer, "base", "sha"),
        default_branch=text(answer, "base", "repo", "default_branch"),
        author=optional_text(answer, "user", "login") or "",
        title=text(answer, "title"),
        html_url=text(answer, "html_url"),
        private=is_set(answer, "base", "repo", "private"),
        # A head repository that is gone was a fork: the base repository is the one that we have just read.
        is_fork=head_repository != number(answer, "base", "repo", "id"),
    )
