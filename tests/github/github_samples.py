"""Answers shaped like GitHub's, with ids above 32 bits."""

from typing import Any

SHA = "a" * 40
OTHER_SHA = "b" * 40


def pull(**changes: Any) -> dict[str, Any]:
    repository = {"id": 3_000_000_001, "default_branch": "main", "private": True}
    return {
        "number": 5,
        "state": "open",
        "draft": False,
        "head": {"sha": SHA, "ref": "topic", "repo": {"id": 3_000_000_001}},
        "base": {"sha": OTHER_SHA, "ref": "main", "repo": repository},
        "user": {"login": "ann"},
        "title": "Change",
        "html_url": "https://github.example/acme/shop/pull/5",
        **changes,
    }


def check_run(check_run_id: int = 31_000_000_007, **changes: Any) -> dict[str, Any]:
    return {
        "id": check_run_id,
        "name": "readygate",
        "head_sha": SHA,
        "external_id": "x1",
        "status": "completed",
        "conclusion": "success",
        "output": {"title": None, "summary": None, "text": None, "annotations_count": 0},
        **changes,
    }


def issue(number: int = 9, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "id": 2_400_000_000 + number,
        "state": "open",
        "state_reason": None,
        "title": "Gap",
        "body": None,
        "labels": [{"name": "readiness"}],
        "assignees": [],
        "user": {"login": "readygate[bot]"},
        "html_url": f"https://github.example/acme/shop/issues/{number}",
        **changes,
    }
