"""REST operations about repositories, pull requests, reviews and people."""

from app.sandbox import pull_shapes, shapes
from app.sandbox.api_commits import changed_files, commit_entry
from app.sandbox.api_contents import READ
from app.sandbox.operations import Answer, Call, Operation, listing
from app.sandbox.refusals import not_found
from app.sandbox.state import Json, PullRequest

_PULLS = ({"pull_requests": "read"},)
_METADATA = ({"metadata": "read"},)
# docs.github.com/rest/pulls/pulls
_PULL_COMMITS = 250
_PULL_FILES = 3000


def _show(call: Call) -> Answer:
    return Answer(shapes.repository_details(call.home, call.hub.links))


def _properties(call: Call) -> Answer:
    return Answer([{"property_name": name, "value": value} for name, value in call.home.properties.items()])


def _pull(call: Call) -> PullRequest:
    pull = call.home.pulls.get(call.values["number"])
    if pull is None:
        raise not_found()
    return pull


def _show_pull(call: Call) -> Answer:
    return Answer(call.hub.pull(_pull(call), call.home))


def _list_pulls(call: Call) -> Answer:
    home, state = call.home, call.query.get("state", "open")
    pulls = [pull for pull in home.pulls.values() if state in ("all", home.issues[pull.number].state)]
    if call.query.get("base"):
        pulls = [pull for pull in pulls if pull.base_ref == call.query["base"]]
    if call.query.get("head"):
        pulls = [
            pull for pull in pulls if f"{call.hub.head_owner(pull, home).login}:{pull.head_ref}" == call.query["head"]
        ]
    newest_first = call.query.get("direction", "desc") == "desc"
    pulls.sort(key=lambda pull: pull.number, reverse=newest_first)
    return listing(call, [_brief(call, pull) for pull in pulls])


def _brief(call: Call, pull: PullRequest) -> Json:
    return pull_shapes.pull_request(pull, call.home, call.hub.head_owner(pull, call.home), call.hub.links)


def _start(call: Call, pull: PullRequest) -> str:
    """The commit a pull request is compared with: the merge base of its two sides."""
    base = call.home.bare.resolve(pull.base_ref) or pull.head_sha
    return call.home.bare.merge_base(base, pull.head_sha) or base


def _pull_files(call: Call) -> Answer:
    pull = _pull(call)
    return listing(call, changed_files(call, _start(call, pull), pull.head_sha, _PULL_FILES))


def _pull_commits(call: Call) -> Answer:
    pull = _pull(call)
    shas = call.home.bare.commits_between(_start(call, pull), pull.head_sha)[:_PULL_COMMITS]
    shown, headers = call.page(shas)
    return Answer([commit_entry(call, sha) for sha in shown], headers=headers)


def _reviews(call: Call) -> Answer:
    pull = _pull(call)
    return listing(call, [pull_shapes.review(found, pull, call.home, call.hub.links) for found in pull.reviews])


def _commit_pulls(call: Call) -> Answer:
    sha = call.commit(str(call.values["sha"]))
    home = call.home

    def holds(pull: PullRequest) -> bool:
        return sha in (pull.head_sha, pull.merge_sha) or sha in home.bare.commits_between(
            _start(call, pull), pull.head_sha
        )

    return listing(call, [_brief(call, pull) for pull in home.pulls.values() if holds(pull)])


def _role(call: Call) -> Answer:
    login = str(call.values["user"])
    role = call.home.roles.get(login, "read" if not call.home.private else "none")
    classic = {"maintain": "write", "triage": "read"}.get(role, role)
    user = shapes.person(call.hub.world.person(login), call.hub.links) | {"role_name": role}
    return Answer({"permission": classic, "role_name": role, "user": user})


def _assignees(call: Call) -> Answer:
    people = [call.hub.world.person(login) for login in call.home.roles]
    return listing(call, [shapes.person(who, call.hub.links) for who in people])


def _assignee(call: Call) -> Answer:
    if call.values["user"] not in call.home.roles:
        raise not_found()
    return Answer(status=204)


_REPO = "/repos/{owner}/{repo}"
_PULL = f"{_REPO}/pulls/{{number:int}}"
OPERATIONS = (
    Operation("GET", _REPO, _show, _METADATA),
    Operation("GET", f"{_REPO}/properties/values", _properties, _METADATA),
    Operation("GET", f"{_REPO}/pulls", _list_pulls, _PULLS),
    Operation("GET", _PULL, _show_pull, _PULLS),
    Operation("GET", f"{_PULL}/files", _pull_files, _PULLS),
    Operation("GET", f"{_PULL}/commits", _pull_commits, _PULLS),
    Operation("GET", f"{_PULL}/reviews", _reviews, _PULLS),
    Operation("GET", f"{_REPO}/commits/{{sha}}/pulls", _commit_pulls, (*_PULLS, *READ)),
    Operation("GET", f"{_REPO}/collaborators/{{user}}/permission", _role, _METADATA),
    Operation("GET", f"{_REPO}/assignees", _assignees, _METADATA),
    Operation("GET", f"{_REPO}/assignees/{{user}}", _assignee, _METADATA),
)
