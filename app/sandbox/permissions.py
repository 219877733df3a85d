"""What the App was granted, read from its manifest, and whether a token may do something."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from app.errors import InvalidInput, Unreadable
from app.sandbox.refusals import Refused

Permissions = dict[str, str]

_LEVELS = {"read": 1, "write": 2, "admin": 3}
_HERE = Path(__file__).resolve()
# In a checkout the manifest lies beside the package; in an installed wheel it is part of its data.
_MANIFESTS = (_HERE.parents[2] / "app.yml", _HERE.parents[1] / "_data" / "app.yml")


@dataclass(frozen=True, slots=True)
class Grant:
    """What the installation gives the App: a level for each permission, and the events it hears."""

    permissions: Permissions
    events: frozenset[str]


def read_grant(manifest: Path | None = None) -> Grant:
    """The grant an `app.yml` asks for; without a path, Readygate's own manifest."""
    path = manifest or next((place for place in _MANIFESTS if place.is_file()), None)
    if path is None:
        raise Unreadable("app.yml was not found", mend="install Readygate again; its manifest is part of it")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or not isinstance(content.get("default_permissions"), dict):
        raise InvalidInput(f"{path.name} has no default_permissions")
    permissions = {str(name): str(level) for name, level in content["default_permissions"].items()}
    wrong = [f"{name}: {level}" for name, level in permissions.items() if level not in _LEVELS]
    if wrong:
        raise InvalidInput(f"{path.name}: unknown permission levels: {', '.join(wrong)}", mend="use read or write")
    return Grant({"metadata": "read"} | permissions, frozenset(map(str, content.get("default_events", ()))))


def allows(held: Mapping[str, str], needed: Mapping[str, str]) -> bool:
    """Whether every needed permission is held at that level or above."""
    return all(
        _LEVELS[held.get(name, "")] >= _LEVELS[level] if name in held else False for name, level in needed.items()
    )


def demand(held: Mapping[str, str], alternatives: Iterable[Mapping[str, str]]) -> None:
    """Refuse with 403 and X-Accepted-GitHub-Permissions unless one alternative is covered."""
    choices = list(alternatives)
    if not choices or any(allows(held, needed) for needed in choices):
        return
    accepted = "; ".join(",".join(f"{name}={level}" for name, level in needed.items()) for needed in choices)
    headers = {"X-Accepted-GitHub-Permissions": accepted}
    raise Refused(403, "Resource not accessible by integration", headers=headers)


def narrow(granted: Permissions, wanted: Any) -> Permissions:
    """The permissions of a token that asks for fewer than the installation has; asking for more is 422."""
    if not wanted:
        return dict(granted)
    if not isinstance(wanted, dict) or not all(level in _LEVELS for level in wanted.values()):
        raise Refused(422, "Invalid request.\n\nPermissions must be an object of read, write or admin.")
    if not allows(granted, wanted):
        raise Refused(422, "The permissions requested are not granted to this installation.")
    return {"metadata": "read"} | wanted
