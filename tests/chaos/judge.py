"""The judge: compares what GitHub has seen of a run full of faults with what it has seen of a calm one."""

from collections import Counter
from collections.abc import Iterator

from recording import Check, Home, Recording, Sent

from app.sandbox.state import RecordedRequest

# What was on its way when GitHub said wait was sent before the limit could be known.
UNDER_WAY_SECONDS = 0.3
# A process that is killed or stopped within this time of the answer may have told nobody of the limit.
TELLING_SECONDS = 1.0


def judge(seen: Recording, calm: Recording) -> list[str]:
    """Everything that is wrong, in words; nothing when all is well."""
    complaints: list[str] = []
    for name, home in seen.homes.items():
        found = [*heads(home, calm.homes[name]), *attempts(home), *issues(home, calm.homes[name])]
        complaints += [f"{name}: {complaint}" for complaint in found]
    return [*complaints, *limits(seen), *deliveries(seen)]


def heads(home: Home, calm: Home) -> Iterator[str]:
    """Every newest head has one completed check run of its last attempt, and it says what it says in calm."""
    if set(home.heads) != set(calm.heads):
        yield "the calm run had other heads"
    for head in home.heads:
        runs = [check for check in home.checks if check.head == head]
        wanted = [check for check in calm.checks if check.head == head and not _is_passed_over(check)]
        if len(wanted) != 1:
            yield f"{head[:7]}: the calm run has {len(wanted)} check runs"
            continue
        if not runs:
            yield f"{head[:7]}: no check run"
            continue
        *earlier, last = sorted(runs, key=lambda check: check.id)
        if (last.status, last.conclusion, last.title) != ("completed", wanted[0].conclusion, wanted[0].title):
            yield f"{head[:7]}: {last.status}, {last.conclusion}, {last.title!r} and not {wanted[0].title!r}"
        if last.annotations != wanted[0].annotations:
            yield f"{head[:7]}: {_difference(last, wanted[0])}"
        if extra := [check for check in earlier if not _is_passed_over(check)]:
            yield f"{head[:7]}: {len(extra) + 1} check runs where one was wanted"


def _is_passed_over(check: Check) -> bool:
    """An attempt whose place another one took: closed as superseded, or said that the commit could not be read."""
    return check.conclusion == "cancelled" or check.title.startswith("Incomplete")


def _difference(last: Check, wanted: Check) -> str:
    doubled = [line for line, count in (Counter(last.annotations) - Counter(wanted.annotations)).items() if count]
    return f"{len(last.annotations)} annotations instead of {len(wanted.annotations)}, {len(doubled)} of them too many"


def attempts(home: Home) -> Iterator[str]:
    """No attempt has two check runs, and none is left open, whatever became of its commit."""
    for external_id, count in Counter(check.external_id for check in home.checks).items():
        if count > 1 or not external_id:
            yield f"{count} check runs of attempt {external_id[:7]}"
    for check in home.checks:
        if check.status != "completed":
            yield f"check run {check.id} of {check.head[:7]} is {check.status}"


def issues(home: Home, calm: Home) -> Iterator[str]:
    """One issue a gap, and the same ones open as in calm."""
    for rule, count in Counter(issue.rule for issue in home.issues).items():
        if count > 1:
            yield f"{count} issues of {rule}"
    is_open = {issue.rule for issue in home.issues if issue.is_open}
    wanted = {issue.rule for issue in calm.issues if issue.is_open}
    for rule in is_open ^ wanted:
        yield f"the issue of {rule} is {'open' if rule in is_open else 'not open'}"


def limits(seen: Recording) -> Iterator[str]:
    """Nothing is sent for a credential that was told to wait, once that can be known everywhere."""
    known = [request for request in seen.requests if request.retry_after and is_heard(request, seen)]
    for request in seen.requests:
        for limit in known:
            if request.who == limit.who and _is_within(request.at, limit):
                early = limit.answered + limit.retry_after - request.at
                yield f"{request.method} {request.path} came {early:.2f} seconds before the end of a limit"
                break


def _is_within(at: float, limit: RecordedRequest) -> bool:
    return limit.answered + UNDER_WAY_SECONDS < at < limit.answered + limit.retry_after


def is_heard(limit: RecordedRequest, seen: Recording) -> bool:
    """Whether nothing was killed or stopped while the App could tell its other processes."""
    end = limit.answered + TELLING_SECONDS
    return not any(outage.since < end and limit.answered < outage.until for outage in seen.outages)


def deliveries(seen: Recording) -> Iterator[str]:
    """What never arrived was read from GitHub's log, or had another delivery of the same event arrive."""
    read = {
        int(request.path.rpartition("/")[2])
        for request in seen.requests
        if request.status == 200 and request.path.startswith("/app/hook/deliveries/")
    }
    by_guid: dict[str, list[Sent]] = {}
    for delivery in seen.deliveries:
        by_guid.setdefault(delivery.guid, []).append(delivery)
    for guid, sent in by_guid.items():
        if all(one.is_lost for one in sent) and not any(one.id in read for one in sent):
            yield f"the delivery {guid} of {sent[0].event} was lost for good"
