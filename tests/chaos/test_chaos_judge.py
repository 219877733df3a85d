"""The judge can fail: each doctored recording has one fault, and the judge names it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from judge import TELLING_SECONDS, UNDER_WAY_SECONDS, judge
from recording import Check, Home, IssueSeen, Outage, Recording, Sent

from app.sandbox.state import RecordedRequest

NAME = "acme/shop"
OLD, HEAD, MAIN = "0" * 40, "a" * 40, "b" * 40
NOTES = tuple(f"shop/main.py:{line}-{line} a secret" for line in range(1, 61))
LIMIT = RecordedRequest(
    "GET", "/repos/acme/shop/pulls/1", "", None, 403, 100.0, 100.1, who="installation", retry_after=3.0
)
LOST = Sent(7, "guid-7", "push", is_lost=True, is_ok=False)
READ = RecordedRequest("GET", "/app/hook/deliveries/7", "", None, 200, 200.0, 200.0, who="app")


def check(number: int, head: str, conclusion: str = "failure", **changes: object) -> Check:
    made = Check(number, head, f"attempt-{number}", "completed", conclusion, "Not ready: 60 secrets", NOTES)
    return replace(made, **changes)  # type: ignore[arg-type]


def request(at: float, who: str = "installation") -> RecordedRequest:
    return RecordedRequest("POST", "/repos/acme/shop/check-runs", "", None, 201, at, at, who=who)


CALM = Recording(
    {
        NAME: Home(
            heads=(HEAD, MAIN),
            checks=(check(1, HEAD), check(2, MAIN, "neutral", annotations=(), title="Ready")),
            issues=(IssueSeen(3, "health-endpoint", is_open=True), IssueSeen(4, "no-root", is_open=False)),
        )
    }
)
SEEN = Recording(
    {
        NAME: Home(
            heads=(HEAD, MAIN),
            checks=(
                check(11, OLD, "cancelled", title="Superseded by aaaaaaa, attempt 1", annotations=()),
                check(12, OLD),
                check(13, HEAD, title="Incomplete: this commit could not be judged", annotations=()),
                check(14, HEAD),
                check(15, MAIN, "neutral", annotations=(), title="Ready"),
            ),
            issues=(IssueSeen(9, "health-endpoint", is_open=True), IssueSeen(8, "no-root", is_open=False)),
        )
    },
    requests=(LIMIT, request(LIMIT.answered + UNDER_WAY_SECONDS / 2), request(104.0), request(101.0, "app"), READ),
    deliveries=(LOST, Sent(8, "guid-8", "push", is_lost=False, is_ok=True)),
)


def doctored(recording: Recording = SEEN, **changes: object) -> Recording:
    return replace(recording, homes={NAME: replace(recording.homes[NAME], **changes)})  # type: ignore[arg-type]


def with_check(number: int, **changes: object) -> Recording:
    checks = SEEN.homes[NAME].checks
    return doctored(checks=tuple(replace(one, **changes) if one.id == number else one for one in checks))  # type: ignore[arg-type]


def without_check(number: int) -> Recording:
    return doctored(checks=tuple(one for one in SEEN.homes[NAME].checks if one.id != number))


def and_check(added: Check) -> Recording:
    return doctored(checks=(*SEEN.homes[NAME].checks, added))


def with_issues(*found: IssueSeen) -> Recording:
    return doctored(issues=found)


def test_a_run_that_ended_as_it_ends_in_calm_is_not_complained_of() -> None:
    assert judge(SEEN, CALM) == []
    assert judge(CALM, CALM) == []


OPEN = IssueSeen(9, "health-endpoint", is_open=True)
FAULTS: dict[str, tuple[Callable[[], Recording], str]] = {
    "the newest head has no check run": (lambda: without_check(15), "bbbbbbb: no check run"),
    "nor any that counts": (lambda: without_check(14), "Incomplete"),
    "it is still in progress": (
        lambda: with_check(14, status="in_progress", conclusion=None),
        "check run 14 of aaaaaaa is in_progress",
    ),
    "it says something else": (lambda: with_check(14, conclusion="success"), "aaaaaaa: completed, success"),
    "in other words": (lambda: with_check(14, title="Ready"), "'Ready' and not 'Not ready"),
    "it was cut off after fifty annotations": (
        lambda: with_check(14, annotations=NOTES[:50]),
        "50 annotations instead of 60, 0 of them",
    ),
    "fifty annotations came twice": (
        lambda: with_check(14, annotations=(*NOTES, *NOTES[:50])),
        "110 annotations instead of 60, 50 of them too many",
    ),
    "an annotation has another one's place": (
        lambda: with_check(14, annotations=(*NOTES[:59], NOTES[0])),
        "60 annotations instead of 60, 1 of them too many",
    ),
    "the head was judged twice": (lambda: and_check(check(16, HEAD)), "2 check runs where one was wanted"),
    "one attempt has two check runs": (
        lambda: and_check(check(16, OLD, external_id="attempt-12")),
        "2 check runs of attempt attempt",
    ),
    "a superseded head was left open": (
        lambda: with_check(11, status="in_progress", conclusion=None),
        "check run 11 of 0000000 is in_progress",
    ),
    "a newer head is not known": (lambda: doctored(heads=(OLD, MAIN)), "other heads"),
    "an issue was written twice": (
        lambda: with_issues(OPEN, replace(OPEN, number=10, is_open=False)),
        "2 issues of health-endpoint",
    ),
    "an issue is missing": (with_issues, "the issue of health-endpoint is not open"),
    "an issue is closed that stands open in calm": (
        lambda: with_issues(replace(OPEN, is_open=False)),
        "the issue of health-endpoint is not open",
    ),
    "an issue is open that is closed in calm": (
        lambda: with_issues(OPEN, IssueSeen(8, "no-root", is_open=True)),
        "the issue of no-root is open",
    ),
    "a request came while GitHub wanted none": (
        lambda: replace(SEEN, requests=(*SEEN.requests, request(102.0))),
        "came 1.10 seconds before the end of a limit",
    ),
    "the App's own gate was not heeded": (
        lambda: replace(SEEN, requests=(*SEEN.requests, replace(LIMIT, who="app"))),
        "POST /repos/acme/shop/check-runs came",
    ),
    "a lost delivery was never read": (
        lambda: replace(SEEN, requests=()),
        "the delivery guid-7 of push was lost for good",
    ),
    "reading a lost delivery failed": (
        lambda: replace(SEEN, requests=(replace(READ, status=502),)),
        "the delivery guid-7 of push was lost for good",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_sees_a_fault(fault: str) -> None:
    make, words = FAULTS[fault]
    complaints = judge(make(), CALM)
    assert [complaint for complaint in complaints if words in complaint], complaints


def test_a_limit_that_nobody_could_tell_the_others_of_is_left_out() -> None:
    seen = replace(SEEN, requests=(*SEEN.requests, request(102.0)))
    killed = Outage("worker1", LIMIT.answered + TELLING_SECONDS / 2, LIMIT.answered + 1)
    assert judge(replace(seen, outages=(killed,)), CALM) == []
    asleep = Outage("worker1", LIMIT.answered - 5, LIMIT.answered + 0.1)
    assert judge(replace(seen, outages=(asleep,)), CALM) == []
    long_after = Outage("worker1", LIMIT.answered + TELLING_SECONDS + 0.1, LIMIT.answered + 9)
    long_before = Outage("worker2", LIMIT.answered - 9, LIMIT.answered - 1)
    assert len(judge(replace(seen, outages=(long_after, long_before)), CALM)) == 1


def test_a_lost_delivery_that_was_sent_again_has_arrived() -> None:
    again = replace(LOST, id=9, is_lost=False, is_ok=True)
    assert judge(replace(SEEN, requests=(), deliveries=(LOST, again)), CALM) == []
