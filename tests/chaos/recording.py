"""What GitHub has seen at the end of a run: all that the judge reads."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.sandbox.sandbox import Sandbox
from app.sandbox.state import CheckRun, RecordedRequest


@dataclass(frozen=True, slots=True)
class Check:
    """A check run; annotations as text, so that two lists of them compare."""

    id: int
    head: str
    external_id: str
    status: str
    conclusion: str | None
    title: str
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssueSeen:
    """An issue the App wrote: the rule named by its marker."""

    number: int
    rule: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Home:
    """One repository: the heads of its open pull requests and of its default branch, and what the App wrote."""

    heads: tuple[str, ...]
    checks: tuple[Check, ...]
    issues: tuple[IssueSeen, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery in GitHub's log; is_lost when it was never on its way."""

    id: int
    guid: str
    event: str
    is_lost: bool
    is_ok: bool


@dataclass(frozen=True, slots=True)
class Outage:
    """Something was killed or paused, from when to when in Unix seconds."""

    name: str
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Recording:
    homes: dict[str, Home]
    requests: tuple[RecordedRequest, ...] = ()
    deliveries: tuple[Sent, ...] = ()
    outages: tuple[Outage, ...] = field(default=())


def record(sandbox: Sandbox, outages: Iterable[Outage] = ()) -> Recording:
    """A copy of the sandbox's state."""
    world = sandbox.hub.world
    with world.lock:
        homes = {name: _home(sandbox, name) for name in world.repositories}
        log = [Sent(one.id, one.guid, one.event, one.is_lost, one.ok) for one in sandbox.deliveries]
        return Recording(homes, tuple(world.requests), tuple(log), tuple(outages))


def _home(sandbox: Sandbox, name: str) -> Home:
    home = sandbox.repository(name)
    heads = [pull.head_sha for pull in home.pulls.values() if home.issues[pull.number].state == "open"]
    heads.append(home.bare.resolve(home.default_branch) or "")
    marker = f"<!-- readygate:v1 key={home.id}:"
    written = [issue for issue in sandbox.issues(name) if marker in (issue.body or "")]
    issues = [
        IssueSeen(issue.number, (issue.body or "").partition(marker)[2].partition(" ")[0], issue.state == "open")
        for issue in written
    ]
    return Home(tuple(heads), tuple(_check(run) for run in home.checks.values()), tuple(issues))


def _check(run: CheckRun) -> Check:
    lines = (f"{one['path']}:{one['start_line']}-{one['end_line']} {one['message']}" for one in run.annotations)
    return Check(
        run.id, run.head_sha, run.external_id, run.status, run.conclusion, run.title or "", tuple(sorted(lines))
    )
