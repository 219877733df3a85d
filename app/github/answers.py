"""Typed reading of the JSON that GitHub answers; a missing field names itself."""

from collections.abc import Mapping

from app.github.errors import GitHubError


def value(answer: object, *path: str) -> object:
    """What lies at the path; None when a part of the path is null or absent."""
    for key in path:
        if not isinstance(answer, Mapping):
            return None
        answer = answer.get(key)
    return answer


def text(answer: object, *path: str) -> str:
    found = value(answer, *path)
    if not isinstance(found, str):
        raise _unexpected(path, "text")
    return found


def optional_text(answer: object, *path: str) -> str | None:
    return None if value(answer, *path) is None else text(answer, *path)


def number(answer: object, *path: str) -> int:
    found = value(answer, *path)
    if not isinstance(found, int) or isinstance(found, bool):
        raise _unexpected(path, "a whole number")
    return found


def optional_number(answer: object, *path: str) -> int | None:
    return None if value(answer, *path) is None else number(answer, *path)


def is_set(answer: object, *path: str) -> bool:
    """True only for a JSON true; an absent flag is false."""
    return value(answer, *path) is True


def items(answer: object, *path: str) -> list[object]:
    found = value(answer, *path)
    if not isinstance(found, list):
        raise _unexpected(path, "a list")
    return found


def texts(answer: object, *path: str) -> dict[str, str]:
    """An object of names and texts; empty when absent."""
    found = value(answer, *path)
    return {str(key): str(entry) for key, entry in found.items()} if isinstance(found, Mapping) else {}


def _unexpected(path: tuple[str, ...], kind: str) -> GitHubError:
    return GitHubError(200, f"GitHub's answer has no {'.'.join(path) or 'body'} that is {kind}")
