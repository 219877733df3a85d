"""Which repository is meant, and the escaped path of what is in it."""

from dataclasses import dataclass
from urllib.parse import quote

from app.github.errors import Unprocessable

_HASH_LENGTHS = (40, 64)
_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class RepositoryRef:
    """A repository as one installation sees it; `id` stays when owner or name change."""

    id: int
    owner: str
    name: str
    installation_id: int


def repository_path(repo: RepositoryRef, *segments: str | int) -> str:
    """`repos/<owner>/<name>/<segments>`, each escaped; Unprocessable for a segment that would climb out."""
    return "/".join(["repos", *(segment(str(part)) for part in (repo.owner, repo.name, *segments))])


def segment(text: str) -> str:
    """One path segment, slashes escaped."""
    if text in ("", ".", ".."):
        raise Unprocessable(f"{text!r} cannot be part of an address")
    return quote(text, safe="")


def branch_path(branch: str) -> str:
    """A branch name of several segments, its slashes kept."""
    return "/".join(segment(part) for part in branch.split("/"))


def object_id(text: str) -> str:
    """The text, when it is a full Git object id (40 or 64 lower-case hexadecimal digits)."""
    if len(text) not in _HASH_LENGTHS or not _HEXADECIMAL.issuperset(text):
        raise Unprocessable(f"{text[:80]!r} is not a full Git object id")
    return text
