"""The App itself, where it is installed, and on which repositories."""

from dataclasses import dataclass
from datetime import datetime

from app.github.addresses import RepositoryRef, repository_path
from app.github.answers import is_set, items, number, optional_number, optional_text, text, texts, value
from app.github.calls import Calls
from app.github.tokens import listing, surveying, writing

# https://docs.github.com/en/rest/repos/repos#get-a-repository: `private` is true of such a repository too.
INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class AppInfo:
    """The App as GitHub knows it; permissions are name to level."""

    id: int
    slug: str
    name: str
    events: tuple[str, ...]
    permissions: dict[str, str]


@dataclass(frozen=True, slots=True)
class InstallationSeen:
    """One installation; `permissions` are the ones the account has granted, perhaps fewer than the App asks for."""

    id: int
    account: str
    account_id: int
    account_type: str
    is_suspended: bool
    events: tuple[str, ...]
    permissions: dict[str, str]


@dataclass(frozen=True, slots=True)
class RepositorySeen:
    """A repository of an installation; `full_name` is owner/name.

    private: read by nobody but those who were let in; false of one that a whole enterprise reads.
    pushed_at is the last push to any branch in Unix seconds, open_count the open issues and pull requests; None where
    GitHub does not say.
    """

    id: int
    full_name: str
    private: bool
    default_branch: str
    archived: bool
    pushed_at: float | None = None
    open_count: int | None = None


class Installations(Calls):
    """What is asked about the App."""

    async def app_info(self) -> AppInfo:
        """Unauthorized when GitHub does not accept the App's id and key."""
        answer = await self._get(None, "app")
        return AppInfo(
            id=number(answer, "id"),
            slug=text(answer, "slug"),
            name=text(answer, "name"),
            events=_names(answer, "events"),
            permissions=texts(answer, "permissions"),
        )

    async def installations(self) -> list[InstallationSeen]:
        return [_installation(entry) async for entry in self._pages(None, "app/installations")]

    async def installation(self, installation_id: int) -> InstallationSeen:
        """NotFound when the App was removed from the account."""
        return _installation(await self._get(None, f"app/installations/{installation_id}"))

    async def installation_repositories(self, installation_id: int) -> list[RepositorySeen]:
        entries = self._pages(listing(installation_id), "installation/repositories", within="repositories")
        return [_repository(entry) async for entry in entries]

    async def repository(self, repo: RepositoryRef) -> RepositorySeen:
        """The repository as it is now, under its newest name; NotFound when it is not open to the App."""
        return _repository(await self._get(writing(repo), repository_path(repo)))

    async def open_heads(self, repo: RepositoryRef) -> list[tuple[int, str]]:
        """Number and head of every open pull request, newest first."""
        entries = self._pages(surveying(repo.installation_id), repository_path(repo, "pulls"), {"state": "open"})
        return [(number(entry, "number"), text(entry, "head", "sha")) async for entry in entries]


def _repository(entry: object) -> RepositorySeen:
    pushed = optional_text(entry, "pushed_at")
    return RepositorySeen(
        id=number(entry, "id"),
        full_name=text(entry, "full_name"),
        private=is_set(entry, "private") and optional_text(entry, "visibility") != INTERNAL,
        default_branch=text(entry, "default_branch"),
        archived=is_set(entry, "archived"),
        pushed_at=datetime.fromisoformat(pushed).timestamp() if pushed else None,
        open_count=optional_number(entry, "open_issues_count"),
    )


def _installation(answer: object) -> InstallationSeen:
    # An enterprise has a slug where a person or an organisation has a login.
    account = optional_text(answer, "account", "login") or text(answer, "account", "slug")
    return InstallationSeen(
        id=number(answer, "id"),
        account=account,
        account_id=number(answer, "account", "id"),
        account_type=optional_text(answer, "target_type") or "",
        is_suspended=value(answer, "suspended_at") is not None,
        events=_names(answer, "events"),
        permissions=texts(answer, "permissions"),
    )


def _names(answer: object, key: str) -> tuple[str, ...]:
    return tuple(str(name) for name in items(answer, key))
