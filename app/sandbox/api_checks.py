"""REST operations on check runs and suites."""

from app.sandbox import limits
from app.sandbox.operations import Answer, Call, Operation, listing
from app.sandbox.refusals import Refused, bad_request, not_found
from app.sandbox.shapes import repository
from app.sandbox.state import CheckRun, Json, now
from app.sandbox.written import annotation

_READ = ({"checks": "read"},)
_WRITE = ({"checks": "write"},)


def _create(call: Call) -> Answer:
    body = call.body
    limits.need_text(body, "name", "head_sha")
    _check(body, titled=True)
    sha = call.home.bare.resolve(body["head_sha"])
    if sha is None or sha != body["head_sha"]:
        raise Refused(422, f"No commit found for SHA: {body['head_sha']}")
    hub, home = call.hub, call.home
    suite = home.suites.setdefault(sha, hub.world.next_id())
    started = body.get("started_at") or now()
    run = CheckRun(hub.world.next_id(), body["name"], sha, suite, "queued", started)
    home.checks[run.id] = run
    _apply(run, body)
    _tell(call, run, "created")
    if run.status == "completed":
        _tell(call, run, "completed")
    return Answer(hub.shapes.check_run(run, home), status=201)


def _update(call: Call) -> Answer:
    run, body = _run(call), call.body
    _check(body, titled=False)
    was = run.status
    _apply(run, body)
    if was != "completed" and run.status == "completed":
        _tell(call, run, "completed")
    return Answer(call.hub.shapes.check_run(run, call.home))


def _check(body: Json, *, titled: bool) -> None:
    limits.check_choice(body, "status", limits.STATUSES)
    limits.check_choice(body, "conclusion", limits.CONCLUSIONS)
    if body.get("status") == "completed" and "conclusion" not in body:
        raise bad_request('"conclusion" wasn\'t supplied.')
    if "output" in body:
        limits.check_output(body["output"], titled=titled)
    if "actions" in body:
        limits.check_actions(body["actions"])


def _apply(run: CheckRun, body: Json) -> None:
    """Write the sent fields; annotations are added to those already there."""
    run.name = body.get("name", run.name)
    run.details_url = body.get("details_url", run.details_url)
    run.external_id = body.get("external_id", run.external_id)
    run.status = body.get("status", run.status)
    if "conclusion" in body:
        run.status, run.conclusion = "completed", body["conclusion"]
        run.completed_at = body.get("completed_at") or now()
    elif body.get("status") in ("queued", "in_progress"):
        run.conclusion = run.completed_at = None
    output = body.get("output", {})
    run.title = output.get("title", run.title)
    run.summary = output.get("summary", run.summary)
    run.text = output.get("text", run.text)
    run.annotations += output.get("annotations", [])
    run.actions = body.get("actions", run.actions)


def _tell(call: Call, run: CheckRun, action: str) -> None:
    shown = call.hub.shapes.check_run(run, call.home)
    shown["check_suite"] = call.hub.shapes.check_suite(run.head_sha, call.home)
    call.hub.emit("check_run", call.home, {"action": action, "check_run": shown}, call.hub.bot)


def _run(call: Call) -> CheckRun:
    run = call.home.checks.get(call.values["run"])
    if run is None:
        raise not_found()
    return run


def _show(call: Call) -> Answer:
    return Answer(call.hub.shapes.check_run(_run(call), call.home))


def _annotations(call: Call) -> Answer:
    run = _run(call)
    return listing(call, [annotation(found, run, call.home, call.hub.links) for found in run.annotations])


def _of_commit(call: Call) -> Answer:
    return _filtered(call, call.home.checks_of(call.commit(str(call.values["ref"]))))


def _of_suite(call: Call) -> Answer:
    return _filtered(call, [run for run in call.home.checks.values() if run.suite_id == call.values["suite"]])


def _filtered(call: Call, runs: list[CheckRun]) -> Answer:
    """Newest first; `filter=latest` (the default) keeps the newest run of each name."""
    query = call.query
    runs = call.hub.world.listed(runs)
    if query.get("app_id") and query["app_id"] != str(call.hub.app()["id"]):
        runs = []
    runs = [run for run in reversed(runs) if query.get("check_name", run.name) == run.name]
    runs = [run for run in runs if query.get("status", run.status) == run.status]
    if query.get("filter", "latest") == "latest":
        newest: dict[str, CheckRun] = {}
        for run in runs:
            newest.setdefault(run.name, run)
        runs = list(newest.values())
    return listing(call, [call.hub.shapes.check_run(run, call.home) for run in runs], "check_runs")


def _suites(call: Call) -> Answer:
    sha = call.commit(str(call.values["ref"]))
    suites = [_suite_with_home(call, sha)] if sha in call.home.suites else []
    return listing(call, suites, "check_suites")


def _suite_with_home(call: Call, sha: str) -> Json:
    return call.hub.shapes.check_suite(sha, call.home) | {"repository": repository(call.home, call.hub.links)}


def _suite(call: Call) -> Answer:
    for sha, number in call.home.suites.items():
        if number == call.values["suite"]:
            return Answer(_suite_with_home(call, sha))
    raise not_found()


def _rerequest(call: Call) -> Answer:
    run = _run(call)
    _tell(call, run, "rerequested")
    return Answer({}, status=201)


_REPO = "/repos/{owner}/{repo}"
_RUN = f"{_REPO}/check-runs/{{run:int}}"
OPERATIONS = (
    Operation("POST", f"{_REPO}/check-runs", _create, _WRITE),
    Operation("GET", _RUN, _show, _READ),
    Operation("PATCH", _RUN, _update, _WRITE),
    Operation("GET", f"{_RUN}/annotations", _annotations, _READ),
    Operation("POST", f"{_RUN}/rerequest", _rerequest, _WRITE),
    Operation("GET", f"{_REPO}/commits/{{ref:path}}/check-runs", _of_commit, _READ),
    Operation("GET", f"{_REPO}/commits/{{ref:path}}/check-suites", _suites, _READ),
    Operation("GET", f"{_REPO}/check-suites/{{suite:int}}", _suite, _READ),
    Operation("GET", f"{_REPO}/check-suites/{{suite:int}}/check-runs", _of_suite, _READ),
)
