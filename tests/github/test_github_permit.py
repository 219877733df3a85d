"""The last questions: what is refused between the wish to send and the wire, however long that takes."""

import httpx
import pytest

from app.github import permit
from app.github.app import GitHubApp
from app.github.checks import CheckRunDraft
from app.github.errors import Later, Unreachable
from app.github.gate import MemoryGate
from app.github.permit import LastQuestions, asked_before_writes

DRAFT = CheckRunDraft("readygate", "a" * 40, "attempt", "in_progress")


class Refused(Exception):
    """What a worker's permit says when another worker has its work."""


class Permit:
    """Allows writing for some seconds from the question, or not at all."""

    def __init__(self, clock, seconds=30.0):
        self.clock, self.seconds, self.asked = clock, seconds, 0
        self.is_withdrawn = False

    async def __call__(self) -> float:
        self.asked += 1
        if self.is_withdrawn:
            raise Refused
        return self.clock() + self.seconds


def questions(gate, clock, method="POST"):
    return LastQuestions(httpx.Request(method, "http://github.test"), gate, 77, clock)


async def test_a_write_is_asked_for_and_a_read_is_not(gate: MemoryGate, clock) -> None:
    may = Permit(clock)
    with asked_before_writes(may):
        await questions(gate, clock, "GET").ask()
        assert may.asked == 0
        await questions(gate, clock, "PATCH").ask()
        assert may.asked == 1
    await questions(gate, clock).ask()
    assert may.asked == 1


async def test_a_refused_write_never_reaches_github(github: GitHubApp, hub, repo, clock) -> None:
    may = Permit(clock)
    may.is_withdrawn = True
    with asked_before_writes(may), pytest.raises(Refused):
        await github.create_check_run(repo, DRAFT)
    assert hub.requests("POST") == []


async def test_who_slept_on_the_way_to_the_wire_is_asked_again(
    github: GitHubApp, hub, repo, clock, monkeypatch
) -> None:
    may = Permit(clock)
    first = LastQuestions.ask

    async def ask_then_sleep(self: LastQuestions) -> None:
        await first(self)
        if may.asked and not may.is_withdrawn:
            # The process is stopped here, for longer than the lease, and somebody else takes over.
            clock.now += 100
            may.is_withdrawn = True

    monkeypatch.setattr(permit.LastQuestions, "ask", ask_then_sleep)
    with asked_before_writes(may), pytest.raises(Refused):
        await github.create_check_run(repo, DRAFT)
    assert hub.requests("POST") == []
    assert may.asked == 2


async def test_a_gate_that_was_closed_on_the_way_is_seen(gate: MemoryGate, clock) -> None:
    asked = questions(gate, clock, "GET")
    await asked.ask()
    await gate.close(77, clock() + 60)
    await asked.trace("http11.send_request_headers.started", {})
    clock.now += 1
    with pytest.raises(Later):
        await asked.trace("http11.send_request_headers.started", {})


async def test_between_headers_and_body_it_is_asked_again(gate: MemoryGate, clock) -> None:
    may = Permit(clock)
    with asked_before_writes(may):
        asked = questions(gate, clock)
    await asked.ask()
    clock.now += 10
    await asked.trace("http11.receive_response_headers.started", {})
    assert may.asked == 1
    await asked.trace("http11.send_request_body.started", {})
    assert may.asked == 2


async def test_an_answer_that_takes_too_long_is_none(gate: MemoryGate, clock) -> None:
    async def slow() -> float:
        clock.now += 5
        return clock.now - 5 + 1

    with asked_before_writes(slow):
        asked = questions(gate, clock)
    with pytest.raises(Unreachable, match="not sent"):
        await asked.ask()


async def test_a_permit_that_cannot_be_asked_sends_nothing_and_says_so(github: GitHubApp, hub, repo) -> None:
    async def away() -> float:
        raise ConnectionRefusedError(111, "the database is away")

    with asked_before_writes(away), pytest.raises(Unreachable, match="not sent"):
        await github.create_check_run(repo, DRAFT)
    assert hub.requests("POST") == []
