"""What can go wrong with git: a repository that cannot be read, or a server that cannot be reached."""

from app.errors import Unreadable


class GitError(Unreadable):
    """Git answered with an error, ran out of time, or said more than the limit allows."""


class GitTransportError(GitError):
    """Fetching failed: network, credentials, or an object the server does not give; another way may still work."""
