"""Names in webhooks that people outside choose: kept only where a job needs them."""

import json
from typing import Any

import pytest

from app.jobs.intake import slim, slim_body

REPOSITORY = {"id": 7, "default_branch": "main"}


def kept(payload: dict[str, Any], event: str = "push") -> dict[str, Any]:
    """What both ways of intake keep, which is the same."""
    quick = slim_body(guid="g", event=event, body=json.dumps(payload).encode(), received_at=0.0)
    slow = slim(guid="g", event=event, payload=payload, received_at=0.0, via="webhook")
    assert json.loads(quick.fields) == json.loads(slow.fields)
    found: dict[str, Any] = json.loads(quick.fields)
    return found


@pytest.mark.parametrize(
    ("ref", "expected"), [("refs/heads/main", "refs/heads/main"), ("refs/heads/x", ""), ("refs/tags/main", "")]
)
def test_a_branch_is_named_only_when_it_is_the_default_one(ref: str, expected: str) -> None:
    assert kept({"ref": ref, "repository": REPOSITORY}) == {"ref": expected, "repository": REPOSITORY}


def test_what_no_job_reads_is_dropped() -> None:
    payload = {
        "action": "requested_action",
        "requested_action": {"identifier": "somebody else's"},
        "changes": {"default_branch": {"from": "old"}},
        "sender": {"login": "ann", "type": "User"},
        "before": "0",
    }
    assert kept(payload, "check_run") == {
        "action": "requested_action",
        "requested_action": {},
        "changes": {"default_branch": {"from": ""}},
        "sender": {"type": "User"},
    }
    ours = {"requested_action": {"identifier": "recheck"}}
    assert kept(ours, "check_run") == ours


def test_an_action_that_is_no_word_is_none() -> None:
    assert kept({"action": "Opened-By 7"}, "issues") == {"action": ""}
