"""REST operations on what issues carry: labels, assignees, milestones, sub-issues."""

import re

from app.sandbox import limits, shapes
from app.sandbox.api_issues import ISSUES, WRITE, find_issue, name_of, tell, use_labels
from app.sandbox.operations import Answer, Call, Operation, listing
from app.sandbox.refusals import bad_request, invalid_field, not_found
from app.sandbox.state import Issue, Json, Label, Milestone, now

_COLOR = re.compile(r"[0-9a-fA-F]{6}")
# docs.github.com/issues/tracking-your-work-with-issues: sub-issues of one parent, closed ones included.
_CHILDREN = 100


def _labels(call: Call) -> Answer:
    return listing(call, [shapes.label(found, call.home, call.hub.links) for found in call.home.labels.values()])


def _label(call: Call) -> Label:
    found = call.home.labels.get(str(call.values["name"]).lower())
    if found is None:
        raise not_found()
    return found


def _show_label(call: Call) -> Answer:
    return Answer(shapes.label(_label(call), call.home, call.hub.links))


def _create_label(call: Call) -> Answer:
    limits.need_text(call.body, "name")
    name = call.body["name"]
    if name.lower() in call.home.labels:
        raise invalid_field("Label", "name", "already_exists")
    found = Label(call.hub.world.next_id(), name)
    _paint(found, call.body)
    call.home.labels[name.lower()] = found
    return Answer(shapes.label(found, call.home, call.hub.links), status=201)


def _edit_label(call: Call) -> Answer:
    found = _label(call)
    _paint(found, call.body)
    return Answer(shapes.label(found, call.home, call.hub.links))


def _paint(found: Label, body: Json) -> None:
    color = body.get("color", found.color)
    if not isinstance(color, str) or not _COLOR.fullmatch(color):
        raise invalid_field("Label", "color", "invalid")
    found.color, found.description = color, body.get("description", found.description)


def _issue_labels(call: Call) -> Answer:
    return listing(call, _shown_labels(call, find_issue(call)))


def _shown_labels(call: Call, issue: Issue) -> list[Json]:
    return [shapes.label(call.home.labels[name.lower()], call.home, call.hub.links) for name in issue.labels]


def _sent_names(call: Call) -> list[str]:
    sent = call.sent.get("labels") if isinstance(call.sent, dict) else call.sent
    if not isinstance(sent, list):
        raise bad_request("labels is not an array.")
    return [name_of(entry) for entry in sent]


def _add_labels(call: Call) -> Answer:
    issue, names = find_issue(call), _sent_names(call)
    use_labels(call, names)
    issue.labels += [name for name in names if name.lower() not in {had.lower() for had in issue.labels}]
    return Answer(_shown_labels(call, issue))


def _set_labels(call: Call) -> Answer:
    issue, names = find_issue(call), _sent_names(call)
    use_labels(call, names)
    issue.labels = names
    return Answer(_shown_labels(call, issue))


def _remove_label(call: Call) -> Answer:
    issue, name = find_issue(call), str(call.values["name"]).lower()
    if name not in {had.lower() for had in issue.labels}:
        raise not_found()
    issue.labels = [had for had in issue.labels if had.lower() != name]
    return Answer(_shown_labels(call, issue))


def _add_assignees(call: Call) -> Answer:
    """People who cannot be assigned are left out without a word, as on GitHub."""
    issue = find_issue(call)
    wanted = [str(login) for login in call.body.get("assignees", [])]
    issue.assignees += [login for login in wanted if login in call.home.roles and login not in issue.assignees]
    return Answer(call.hub.shapes.issue(issue, call.home), status=201)


def _remove_assignees(call: Call) -> Answer:
    issue = find_issue(call)
    gone = {str(login) for login in call.body.get("assignees", [])}
    issue.assignees = [login for login in issue.assignees if login not in gone]
    return Answer(call.hub.shapes.issue(issue, call.home))


def _milestones(call: Call) -> Answer:
    state = call.query.get("state", "open")
    found = [one for one in call.home.milestones.values() if state in ("all", one.state)]
    return listing(call, [shapes.milestone(one, call.home, call.hub.links) for one in found])


def _create_milestone(call: Call) -> Answer:
    limits.need_text(call.body, "title")
    home, body = call.home, call.body
    if any(one.title == body["title"] for one in home.milestones.values()):
        raise invalid_field("Milestone", "title", "already_exists")
    number = max(home.milestones, default=0) + 1
    made = Milestone(call.hub.world.next_id(), number, body["title"], created_at=now())
    home.milestones[number] = made
    return _edited_milestone(call, made)


def _edit_milestone(call: Call) -> Answer:
    found = call.home.milestones.get(call.values["number"])
    if found is None:
        raise not_found()
    answer = _edited_milestone(call, found)
    answer.status = 200
    return answer


def _edited_milestone(call: Call, found: Milestone) -> Answer:
    body = call.body
    limits.check_choice(body, "state", ("open", "closed"))
    for name in ("title", "description", "state", "due_on"):
        setattr(found, name, body.get(name, getattr(found, name)))
    return Answer(shapes.milestone(found, call.home, call.hub.links), status=201)


def _sub_issues(call: Call) -> Answer:
    numbers = find_issue(call).children
    return listing(call, [call.hub.shapes.issue(call.home.issues[number], call.home) for number in numbers])


def _add_sub_issue(call: Call) -> Answer:
    """The body names the child by its id, not its number."""
    issue = find_issue(call)
    child = next((one for one in call.home.issues.values() if one.id == call.body.get("sub_issue_id")), None)
    if child is None:
        raise not_found()
    if child.number in issue.children or len(issue.children) >= _CHILDREN:
        raise invalid_field("Issue", "sub_issue_id", "invalid")
    issue.children.append(child.number)
    tell(call, issue, "edited", changes={})
    return Answer(call.hub.shapes.issue(issue, call.home), status=201)


_REPO = "/repos/{owner}/{repo}"
_ISSUE = f"{_REPO}/issues/{{number:int}}"
_LABEL = f"{_REPO}/labels/{{name:path}}"
OPERATIONS = (
    Operation("GET", f"{_REPO}/labels", _labels, ISSUES),
    Operation("POST", f"{_REPO}/labels", _create_label, WRITE),
    Operation("GET", _LABEL, _show_label, ISSUES),
    Operation("PATCH", _LABEL, _edit_label, WRITE),
    Operation("GET", f"{_ISSUE}/labels", _issue_labels, ISSUES),
    Operation("POST", f"{_ISSUE}/labels", _add_labels, WRITE),
    Operation("PUT", f"{_ISSUE}/labels", _set_labels, WRITE),
    Operation("DELETE", f"{_ISSUE}/labels/{{name:path}}", _remove_label, WRITE),
    Operation("POST", f"{_ISSUE}/assignees", _add_assignees, WRITE),
    Operation("DELETE", f"{_ISSUE}/assignees", _remove_assignees, WRITE),
    Operation("GET", f"{_REPO}/milestones", _milestones, ISSUES),
    Operation("POST", f"{_REPO}/milestones", _create_milestone, WRITE),
    Operation("PATCH", f"{_REPO}/milestones/{{number:int}}", _edit_milestone, WRITE),
    Operation("GET", f"{_ISSUE}/sub_issues", _sub_issues, ({"issues": "read"},)),
    Operation("POST", f"{_ISSUE}/sub_issues", _add_sub_issue, ({"issues": "write"},)),
)
