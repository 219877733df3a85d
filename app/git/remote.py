"""Fetching over HTTP: the address, the token, and what a failure means."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from app.git.errors import GitError, GitTransportError
from app.git.process import Git

FETCH_SECONDS = 900
_FETCH = (
    "fetch",
    "--quiet",
    "--force",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--no-recurse-submodules",
    "--filter=blob:none",
    "--stdin",
    "origin",
)
_DAMAGED = re.compile(
    r"corrupt|not a git repository|bad object|bad tree|bad config|loose object"
    r"|unable to (?:read|parse) (?:tree|sha1|object|[0-9a-f]{7})"
    r"|does not point to a valid object|garbage at end|file .* is (?:empty|too small)"
)
_FULL = re.compile(r"No space left on device|Disk quota exceeded|Read-only file system|Permission denied")


_LEFT_LOCKED = "may have crashed in this repository"


class DamagedMirror(GitError):
    """The local copy is broken; it can be thrown away and fetched again."""


class LeftLocked(GitError):
    """A git that was killed has left a ref locked, for ever."""


def fetch(git: Git, url: str, refspecs: Sequence[str], token: str | None, *, for_objects: bool = False) -> None:
    """One `git fetch` of refspecs or object ids; needs protocol version 2 for ids that no branch names.

    The remote is described only in the environment of this one process, so nothing read later can fetch by itself.
    Raises `GitTransportError` for the network and the server, `DamagedMirror` or `GitError` for the local side.
    """
    remote = _with_remote(git, url, token)
    # Objects have no history to agree on. For commits the default walks through all of it where dates are out of order.
    negotiation = ("-c", f"fetch.negotiationAlgorithm={'noop' if for_objects else 'skipping'}")
    asked = "".join(f"{refspec}\n" for refspec in refspecs).encode()
    try:
        remote.run(*negotiation, *_FETCH, stdin=asked, timeout=FETCH_SECONDS)
    except GitError as error:
        raise _explained(error, url) from None


def _with_remote(git: Git, url: str, token: str | None) -> Git:
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or "\n" in url:
        raise GitError("a repository is fetched over https, from an address without a user name")
    config = {
        "remote.origin.url": url,
        "remote.origin.promisor": "true",
        "remote.origin.partialCloneFilter": "blob:none",
        "protocol.version": "2",
        f"protocol.{parts.scheme}.allow": "always",
        "http.lowSpeedLimit": "1000",
        "http.lowSpeedTime": "60",
        "http.followRedirects": "initial",
    }
    if token:
        basic = b64encode(f"x-access-token:{token}".encode()).decode()
        config[f"http.{parts.scheme}://{parts.netloc}/.extraHeader"] = f"AUTHORIZATION: basic {basic}"
    return replace(git, config=config).with_environment(GIT_ALLOW_PROTOCOL=parts.scheme)


def _explained(error: GitError, url: str) -> GitError:
    where = urlsplit(url)._replace(query="", fragment="").geturl()
    if _FULL.search(error.what):
        return GitError(error.what, mend="The disk that holds the mirrors is full or not writable.")
    if _LEFT_LOCKED in error.what:
        return LeftLocked(error.what)
    if _DAMAGED.search(error.what):
        return DamagedMirror(error.what)
    return GitTransportError(error.what, where=where)
