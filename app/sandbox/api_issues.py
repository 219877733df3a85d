"""REST operations on issues and their comments."""

from app.sandbox import limits
from app.sandbox.operations import Answer, Call, Operation, listing
from app.sandbox.refusals import Refused, invalid_field, not_found
from app.sandbox.shapes import person
from app.sandbox.state import Comment, Issue, Json, Label, Repository, now

ISSUES = ({"issues": "read"}, {"pull_requests": "read"})
WRITE = ({"issues": "write"}, {"pull_requests": "write"})


def find_issue(call: Call) -> Issue:
    """The issue of the path; 410 where issues are switched off, 404 without one."""
    _check_open(call.home)
    issue = call.home.issues.get(call.values["number"])
    if issue is None:
        raise not_found()
    return issue


def _check_open(home: Repository) -> None:
    if not home.has_issues:
        raise Refused(410, "Issues has been disabled in this repository.")


def tell(call: Call, issue: Issue, action: str, **more: Json) -> None:
    parts = {"action": action, "issue": call.hub.shapes.issue(issue, call.home), **more}
    call.hub.emit("issues", call.home, parts, call.hub.bot)


def _create(call: Call) -> Answer:
    body, home = call.body, call.home
    _check_open(home)
    if "title" not in body:
        raise invalid_field("Issue", "title", "missing_field")
    limits.check_issue(body)
    time = now()
    issue = Issue(call.hub.world.next_id(), home.next_number(), "", None, call.hub.bot, time, time)
    _apply(call, issue, {name: value for name, value in body.items() if name not in ("state", "state_reason")})
    home.issues[issue.number] = issue
    tell(call, issue, "opened")
    return Answer(call.hub.shapes.issue(issue, home), status=201)


def _update(call: Call) -> Answer:
    issue, body = find_issue(call), call.body
    limits.check_issue(body)
    was, text = issue.state, (issue.title, issue.body)
    _apply(call, issue, body)
    issue.updated_at = now()
    if issue.state != was:
        issue.closed_by = call.hub.bot if issue.state == "closed" else None
        tell(call, issue, "closed" if issue.state == "closed" else "reopened")
    elif (issue.title, issue.body) != text:
        tell(call, issue, "edited", changes={})
    return _alone(call, issue)


def _apply(call: Call, issue: Issue, body: Json) -> None:
    """Write the sent fields once all of them have been found acceptable."""
    home = call.home
    logins = _logins(home, body.get("assignees"))
    milestone = _milestone(home, body.get("milestone"))
    if body.get("labels") is not None:
        issue.labels = [name_of(entry) for entry in body["labels"]]
        use_labels(call, issue.labels)
    if body.get("assignees") is not None:
        issue.assignees = logins
    if "milestone" in body:
        issue.milestone = milestone
    if body.get("title") is not None:
        issue.title = str(body["title"])
    if "body" in body:
        issue.body = body["body"]
    _apply_state(issue, body)


def _apply_state(issue: Issue, body: Json) -> None:
    state = body.get("state", issue.state)
    if state == issue.state and "state_reason" not in body:
        return
    issue.closed_at = None if state == "open" else issue.closed_at or now()
    if state == "closed":
        issue.state_reason = body.get("state_reason") or "completed"
    elif issue.state == "closed":
        issue.state_reason = "reopened"
    issue.state = state


def _logins(home: Repository, logins: object) -> list[str]:
    wanted = [str(login) for login in logins] if isinstance(logins, list) else []
    for login in wanted:
        if login not in home.roles:
            raise Refused(422, "Validation Failed", errors=[_unassignable(login)])
    return wanted


def _unassignable(login: str) -> Json:
    return {"resource": "Issue", "field": "assignees", "code": "invalid", "value": login}


def _milestone(home: Repository, number: object) -> int | None:
    if number is None:
        return None
    if not isinstance(number, int) or number not in home.milestones:
        raise invalid_field("Issue", "milestone", "invalid")
    return number


def name_of(entry: object) -> str:
    """A label given as a name or as an object with a name."""
    name = entry.get("name") if isinstance(entry, dict) else entry
    if not isinstance(name, str) or not name.strip():
        raise invalid_field("Label", "name", "missing_field")
    return name


def use_labels(call: Call, names: list[str]) -> None:
    """Labels that are not there yet are made on use, grey and without a description."""
    for name in names:
        if name.lower() not in call.home.labels:
            call.home.labels[name.lower()] = Label(call.hub.world.next_id(), name)


def _show(call: Call) -> Answer:
    return _alone(call, find_issue(call))


def _alone(call: Call, issue: Issue) -> Answer:
    """A single issue tells who closed it; a list does not."""
    by = person(issue.closed_by, call.hub.links) if issue.closed_by else None
    return Answer(call.hub.shapes.issue(issue, call.home) | {"closed_by": by})


def _list(call: Call) -> Answer:
    _check_open(call.home)
    query, state = call.query, call.query.get("state", "open")
    issues = [issue for issue in call.hub.world.listed(call.home.issues.values()) if state in ("all", issue.state)]
    if query.get("creator"):
        issues = [issue for issue in issues if issue.author.login == query["creator"]]
    if query.get("labels"):
        wanted = {name.strip().lower() for name in query["labels"].split(",")}
        issues = [issue for issue in issues if wanted <= {name.lower() for name in issue.labels}]
    if query.get("since"):
        issues = [issue for issue in issues if issue.updated_at >= query["since"]]
    issues.sort(key=lambda issue: issue.number, reverse=query.get("direction", "desc") == "desc")
    return listing(call, [call.hub.shapes.issue(issue, call.home) for issue in issues])


def _comments(call: Call) -> Answer:
    issue = find_issue(call)
    return listing(call, [call.hub.shapes.comment(comment, issue, call.home) for comment in issue.comments])


def _add_comment(call: Call) -> Answer:
    issue, body = find_issue(call), call.body
    limits.need_text(body, "body")
    limits.check_body("IssueComment", body["body"])
    time = now()
    comment = Comment(call.hub.world.next_id(), call.hub.bot, body["body"], time, time)
    issue.comments.append(comment)
    shown = call.hub.shapes.comment(comment, issue, call.home)
    parts = {"action": "created", "issue": call.hub.shapes.issue(issue, call.home), "comment": shown}
    call.hub.emit("issue_comment", call.home, parts, call.hub.bot)
    return Answer(shown, status=201)


def _find_comment(call: Call) -> tuple[Comment, Issue]:
    for issue in call.home.issues.values():
        for comment in issue.comments:
            if comment.id == call.values["comment"]:
                return comment, issue
    raise not_found()


def _show_comment(call: Call) -> Answer:
    comment, issue = _find_comment(call)
    return Answer(call.hub.shapes.comment(comment, issue, call.home))


def _edit_comment(call: Call) -> Answer:
    comment, issue = _find_comment(call)
    limits.need_text(call.body, "body")
    limits.check_body("IssueComment", call.body["body"])
    comment.body, comment.updated_at = call.body["body"], now()
    return Answer(call.hub.shapes.comment(comment, issue, call.home))


def _delete_comment(call: Call) -> Answer:
    comment, issue = _find_comment(call)
    issue.comments.remove(comment)
    return Answer(status=204)


_REPO = "/repos/{owner}/{repo}"
_ISSUE = f"{_REPO}/issues/{{number:int}}"
_COMMENT = f"{_REPO}/issues/comments/{{comment:int}}"
OPERATIONS = (
    Operation("GET", f"{_REPO}/issues", _list, ({"issues": "read"},)),
    Operation("POST", f"{_REPO}/issues", _create, ({"issues": "write"},)),
    Operation("GET", _COMMENT, _show_comment, ISSUES),
    Operation("PATCH", _COMMENT, _edit_comment, WRITE),
    Operation("DELETE", _COMMENT, _delete_comment, WRITE),
    Operation("GET", _ISSUE, _show, ISSUES),
    Operation("PATCH", _ISSUE, _update, WRITE),
    Operation("GET", f"{_ISSUE}/comments", _comments, ISSUES),
    Operation("POST", f"{_ISSUE}/comments", _add_comment, WRITE),
)
