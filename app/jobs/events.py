"""Which webhooks mean work: a pure table from event, action and fields to what has to happen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.jobs.fields import look_up, number_at, text_at

# Actions of pull_request after which the verdict may be another one.
_PULL_ACTIONS = frozenset({"opened", "synchronize", "reopened", "ready_for_review", "converted_to_draft", "edited"})
_ROUTED: dict[str, frozenset[str]] = {
    "pull_request": _PULL_ACTIONS | {"closed"},
    "check_run": frozenset({"rerequested", "requested_action"}),
    "check_suite": frozenset({"rerequested"}),
    "merge_group": frozenset({"checks_requested", "destroyed"}),
    "push": frozenset({""}),
    "issues": frozenset({"closed", "reopened", "deleted", "transferred"}),
    "installation": frozenset({"created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"}),
    "installation_repositories": frozenset({"added", "removed"}),
    "installation_target": frozenset({"renamed"}),
    "repository": frozenset(
        {"created", "renamed", "transferred", "archived", "unarchived", "privatized", "publicized", "edited", "deleted"}
    ),
}


def is_routed(event: str, action: str) -> bool:
    """Whether any job handles this kind of delivery."""
    return action in _ROUTED.get(event, frozenset())


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target to make due; `by_head` or `by_check_run` finds targets of earlier runs instead of naming one."""

    kind: str
    name: str = ""
    detail: Mapping[str, Any] | None = None
    new_attempt: bool = False
    by_head: str = ""
    by_check_run: int = 0


@dataclass(frozen=True, slots=True)
class IssueNews:
    """An issue somebody closed, reopened or removed."""

    number: int
    state: str
    closed_by: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """What one delivery asks for.

    was_silent: GitHub may have told us nothing of the installation before, so all of it is compared with GitHub again.
    needs_roster: the installation's repositories have to be listed, the payload does not say enough of them.
    """

    wanted: tuple[Wanted, ...] = ()
    issue: IssueNews | None = None
    installation_state: str = ""
    was_silent: bool = False
    needs_roster: bool = False
    repository_gone: bool = False
    added: tuple[Mapping[str, Any], ...] = ()
    removed: tuple[int, ...] = field(default=())


def route(event: str, action: str, fields: Mapping[str, Any], *, app_id: str) -> Work:
    """The work of one delivery; nothing for shapes that lack what is needed."""
    if not is_routed(event, action):
        return Work()
    return _ROUTES[event](action, fields, app_id)


def _pull_request(action: str, fields: Mapping[str, Any], _app_id: str) -> Work:
    number = number_at(fields, "pull_request.number")
    return Work(wanted=(Wanted("pull", str(number)),)) if number else Work()


def _check_run(action: str, fields: Mapping[str, Any], app_id: str) -> Work:
    check_run_id = number_at(fields, "check_run.id")
    if not check_run_id or not _is_ours(fields, "check_run.app.id", app_id):
        return Work()
    if action == "requested_action" and text_at(fields, "requested_action.identifier") != "recheck":
        return Work()
    return Work(wanted=(Wanted("any", by_check_run=check_run_id, new_attempt=True),))


def _check_suite(_action: str, fields: Mapping[str, Any], app_id: str) -> Work:
    head = text_at(fields, "check_suite.head_sha")
    if not head or not _is_ours(fields, "check_suite.app.id", app_id):
        return Work()
    listed = look_up(fields, "check_suite.pull_requests")
    numbers = [number_at(item, "number") for item in listed] if isinstance(listed, list) else []
    pulls = tuple(Wanted("pull", str(number), new_attempt=True) for number in numbers if number)
    return Work(wanted=pulls or (Wanted("any", by_head=head, new_attempt=True),))


def _merge_group(action: str, fields: Mapping[str, Any], _app_id: str) -> Work:
    head, base = text_at(fields, "merge_group.head_sha"), text_at(fields, "merge_group.base_sha")
    if not head or not base:
        return Work()
    branch = text_at(fields, "merge_group.base_ref").removeprefix("refs/heads/")
    detail = {
        "head_sha": head,
        "head_ref": text_at(fields, "merge_group.head_ref"),
        "base_sha": base,
        "base_ref": branch,
        "destroyed": action == "destroyed",
    }
    return Work(wanted=(Wanted("merge_group", head, detail),))


def _push(_action: str, fields: Mapping[str, Any], _app_id: str) -> Work:
    branch = text_at(fields, "repository.default_branch")
    if not branch or text_at(fields, "ref") != f"refs/heads/{branch}" or look_up(fields, "deleted"):
        return Work()
    return Work(wanted=(Wanted("branch", branch),))


def _issues(action: str, fields: Mapping[str, Any], _app_id: str) -> Work:
    number = number_at(fields, "issue.number")
    if not number or look_up(fields, "issue.pull_request.url"):
        return Work()
    by_app = text_at(fields, "sender.type") == "Bot"
    state = "open" if action == "reopened" else "closed"
    closed_by = None if state == "open" else ("app" if by_app else "human")
    if by_app:
        return Work()
    return Work(issue=IssueNews(number, state, closed_by))


def _installation(action: str, fields: Mapping[str, Any], _app_id: str) -> Work:
    state = {"deleted": "removed", "suspend": "suspended"}.get(action, "active")
    is_back = state == "active"
    return Work(
        installation_state=state, added=_items(fields, "repositories"), was_silent=is_back, needs_roster=is_back
    )


def _installation_repositories(_action: str, fields: Mapping[str, Any], _app_id: str) -> Work:
    removed = [number_at(item, "id") for item in _items(fields, "repositories_removed")]
    added = _items(fields, "repositories_added")
    gone = tuple(number for number in removed if number)
    return Work(added=added, removed=gone, needs_roster=bool(added))


def _installation_target(_action: str, _fields: Mapping[str, Any], _app_id: str) -> Work:
    """The account has a new name, and so has every repository of it."""
    return Work(needs_roster=True)


def _repository(action: str, fields: Mapping[str, Any], _app_id: str) -> Work:
    """Names, visibility and archiving are learnt from the payload itself; here is what has to be done about them."""
    branch = text_at(fields, "repository.default_branch")
    wanted: list[Wanted] = []
    if action in ("created", "transferred", "unarchived"):
        wanted.append(Wanted("reconcile", "repository", {"pulls": True, "branch": True}))
    if branch and (action == "transferred" or look_up(fields, "changes.default_branch") is not None):
        # Another organisation's policy, or another branch: both may have another verdict.
        wanted.append(Wanted("branch", branch))
    if branch and action in ("publicized", "privatized"):
        # Where everybody reads the issues, the places of secrets must go from them.
        wanted.append(Wanted("issues", branch))
    return Work(wanted=tuple(wanted), repository_gone=action == "deleted")


def _items(fields: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], ...]:
    listed = look_up(fields, path)
    return tuple(item for item in listed if isinstance(item, Mapping)) if isinstance(listed, list) else ()


def _is_ours(fields: Mapping[str, Any], path: str, app_id: str) -> bool:
    """The setting may hold the App's client id instead of its number: then GitHub's own routing is trusted."""
    return not app_id.isdigit() or str(number_at(fields, path) or "") == app_id


_ROUTES = {
    "pull_request": _pull_request,
    "check_run": _check_run,
    "check_suite": _check_suite,
    "merge_group": _merge_group,
    "push": _push,
    "issues": _issues,
    "installation": _installation,
    "installation_repositories": _installation_repositories,
    "installation_target": _installation_target,
    "repository": _repository,
}
