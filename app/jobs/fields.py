"""The few fields of a webhook payload that the jobs use; everything else is dropped before it is stored."""

from collections.abc import Mapping
from typing import Any

# The fields kept, as dotted paths; a path through a list keeps that field of each item.
KEPT = (
    "action",
    "installation.id",
    "installation.account.login",
    "account.login",
    "changes.default_branch.from",
    "repository.id",
    "repository.name",
    "repository.owner.login",
    "repository.private",
    "repository.visibility",
    "repository.default_branch",
    "repository.archived",
    "sender.type",
    "pull_request.number",
    "pull_request.state",
    "pull_request.head.sha",
    "check_run.id",
    "check_run.head_sha",
    "check_run.external_id",
    "check_run.app.id",
    "check_suite.id",
    "check_suite.head_sha",
    "check_suite.app.id",
    "check_suite.pull_requests.number",
    "requested_action.identifier",
    "merge_group.head_sha",
    "merge_group.head_ref",
    "merge_group.base_sha",
    "merge_group.base_ref",
    "issue.number",
    "issue.state",
    "issue.state_reason",
    "issue.pull_request.url",
    "ref",
    "deleted",
    "repositories.id",
    "repositories.full_name",
    "repositories.private",
    "repositories_added.id",
    "repositories_added.full_name",
    "repositories_added.private",
    "repositories_removed.id",
)
# What our own buttons are called.
OUR_ACTIONS = frozenset({"recheck"})
# Text longer than this is no name, ref or sha.
MAX_TEXT = 1024
# An installation on more repositories than this is listed through the API instead.
MAX_ITEMS = 1000


def keep_fields(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The kept fields in the payload's own nesting; a field of an unexpected shape is left out."""
    kept: dict[str, Any] = {}
    for path in KEPT:
        _copy(payload, kept, path.split("."))
    return kept


def _copy(source: Mapping[str, Any], target: dict[str, Any], path: list[str]) -> None:
    name, rest = path[0], path[1:]
    value = source.get(name)
    if not rest:
        if isinstance(value, bool | int) or (isinstance(value, str) and len(value) <= MAX_TEXT):
            target[name] = value
    elif isinstance(value, Mapping):
        inner = target.setdefault(name, {})
        _copy(value, inner, rest)
    elif isinstance(value, list):
        items = [item for item in value[:MAX_ITEMS] if isinstance(item, Mapping)]
        kept = target.setdefault(name, [{} for _ in items])
        for item, place in zip(items, kept, strict=True):
            _copy(item, place, rest)


def without_names(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields without names that people outside choose and no job uses: a branch may be called after a secret."""
    branch = text_at(fields, "repository.default_branch")
    kept = dict(fields)
    if "ref" in kept and text_at(fields, "ref") != f"refs/heads/{branch}":
        kept["ref"] = ""
    if look_up(fields, "changes.default_branch.from") is not None:
        kept["changes"] = {"default_branch": {"from": ""}}
    if "requested_action" in kept and text_at(fields, "requested_action.identifier") not in OUR_ACTIONS:
        kept["requested_action"] = {}
    return kept


def look_up(fields: Mapping[str, Any], path: str) -> Any:
    """The field at a dotted path, None when any part of it is absent."""
    value: Any = fields
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def number_at(fields: Mapping[str, Any], path: str) -> int | None:
    """A positive whole number, None for anything else."""
    value = look_up(fields, path)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None


def text_at(fields: Mapping[str, Any], path: str) -> str:
    """A text, empty for anything else."""
    value = look_up(fields, path)
    return value if isinstance(value, str) else ""
