"""Files and commits through the API, for when git over HTTPS fails."""

import binascii
from base64 import b64decode
from dataclasses import dataclass

from app.github.addresses import RepositoryRef, branch_path, object_id, repository_path
from app.github.answers import is_set, items, number, optional_number, text
from app.github.calls import Calls
from app.github.errors import GitHubError, TooLarge
from app.github.tokens import reading
from app.github.wire import Request

MAX_BLOB_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One entry; `type` is blob, tree or commit, `size` is in bytes and known for blobs."""

    path: str
    mode: str
    type: str
    sha: str
    size: int | None


@dataclass(frozen=True, slots=True)
class TreeSeen:
    """A tree; when `truncated` (above 100,000 entries or 7 MB) entries are missing: read the subtrees one by one."""

    sha: str
    truncated: bool
    entries: tuple[TreeEntry, ...]


class Contents(Calls):
    """What is read of a repository."""

    async def read_token(self, repo: RepositoryRef) -> str:
        """A token for git over HTTPS, user name `x-access-token`; good for some minutes, never to be logged."""
        return await self._tokens.token(reading(repo))

    def drop_read_token(self, repo: RepositoryRef, token: str) -> None:
        """Forget a token that git was refused with; the next one is new."""
        self._tokens.drop(reading(repo), token)

    async def tree(self, repo: RepositoryRef, sha: str, *, recursive: bool) -> TreeSeen:
        """The tree of a tree or commit id."""
        params = {"recursive": "1"} if recursive else None
        answer = await self._get(reading(repo), repository_path(repo, "git", "trees", object_id(sha)), params)
        entries = tuple(_entry(entry) for entry in items(answer, "tree"))
        return TreeSeen(text(answer, "sha"), is_set(answer, "truncated"), entries)

    async def blob(self, repo: RepositoryRef, sha: str) -> bytes:
        """The bytes of a blob; TooLarge above 20 MiB, and for what comes to over 32 MiB on the wire."""
        # Uncompressed, so that the cap on the wire is a cap on memory: the content is not ours.
        request = Request("GET", repository_path(repo, "git", "blobs", object_id(sha)), is_compressed=False)
        answer = (await self._read(reading(repo), request)).content
        if number(answer, "size") > MAX_BLOB_BYTES:
            raise TooLarge(200, f"the blob is over {MAX_BLOB_BYTES // 2**20} MiB", where=request.place)
        if text(answer, "encoding") != "base64":
            raise GitHubError(200, f"the blob is encoded as {text(answer, 'encoding')}", where=request.place)
        try:
            return b64decode(text(answer, "content"))
        except binascii.Error:
            raise GitHubError(200, "the blob is not base64", where=request.place) from None

    async def commit(self, repo: RepositoryRef, sha: str) -> tuple[str, tuple[str, ...]]:
        """The id of the commit's tree and those of its parents."""
        answer = await self._get(reading(repo), repository_path(repo, "git", "commits", object_id(sha)))
        return text(answer, "tree", "sha"), tuple(text(parent, "sha") for parent in items(answer, "parents"))

    async def compare(self, repo: RepositoryRef, base: str, head: str) -> str:
        """The merge base of two commits; NotFound when they share no history."""
        path = repository_path(repo, "compare", f"{object_id(base)}...{object_id(head)}")
        return text(await self._get(reading(repo), path, {"per_page": "1"}), "merge_base_commit", "sha")

    async def branch_head(self, repo: RepositoryRef, branch: str) -> str:
        """The commit at the tip of a branch; NotFound when there is no such branch."""
        path = f"{repository_path(repo, 'git', 'ref', 'heads')}/{branch_path(branch)}"
        return text(await self._get(reading(repo), path), "object", "sha")


def _entry(answer: object) -> TreeEntry:
    return TreeEntry(
        path=text(answer, "path"),
        mode=text(answer, "mode"),
        type=text(answer, "type"),
        sha=text(answer, "sha"),
        size=optional_number(answer, "size"),
    )
