"""A payload of every event a GitHub App can be sent is answered politely, whether anything comes of it or not."""

import hmac
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import httpx
import pytest

from app.jobs.events import is_routed
from app.store import inbox
from app.store.database import Database
from app.store.fast_inbox import open_inbox
from app.web.webhook import PATH, Webhook

# https://docs.github.com/webhooks/webhook-events-and-payloads: each event and its actions.
EVENTS = {
    "branch_protection_configuration": "disabled enabled",
    "branch_protection_rule": "created deleted edited",
    "check_run": "completed created requested_action rerequested",
    "check_suite": "completed requested rerequested",
    "code_scanning_alert": "appeared_in_branch closed_by_user created fixed reopened reopened_by_user",
    "commit_comment": "created",
    "create": "",
    "custom_property": "created deleted promote_to_enterprise updated",
    "custom_property_values": "updated",
    "delete": "",
    "dependabot_alert": "auto_dismissed auto_reopened created dismissed fixed reintroduced reopened",
    "deploy_key": "created deleted",
    "deployment": "created",
    "deployment_protection_rule": "requested",
    "deployment_review": "approved rejected requested",
    "deployment_status": "created",
    "discussion": "answered category_changed closed created deleted edited labeled locked pinned reopened transferred "
    "unanswered unlabeled unlocked unpinned",
    "discussion_comment": "created deleted edited",
    "fork": "",
    "github_app_authorization": "revoked",
    "gollum": "",
    "installation": "created deleted new_permissions_accepted suspend unsuspend",
    "installation_repositories": "added removed",
    "installation_target": "renamed",
    "issue_comment": "created deleted edited pinned unpinned",
    "issue_dependencies": "blocked_by_added blocked_by_removed blocking_added blocking_removed",
    "issues": "assigned closed deleted demilestoned edited labeled locked milestoned opened pinned reopened "
    "transferred typed unassigned unlabeled unlocked unpinned untyped",
    "label": "created deleted edited",
    "marketplace_purchase": "cancelled changed pending_change pending_change_cancelled purchased",
    "member": "added edited removed",
    "membership": "added removed",
    "merge_group": "checks_requested destroyed",
    "meta": "deleted",
    "milestone": "closed created deleted edited opened",
    "org_block": "blocked unblocked",
    "organization": "deleted member_added member_invited member_removed renamed",
    "package": "published updated",
    "page_build": "",
    "personal_access_token_request": "approved cancelled created denied",
    "ping": "",
    "project": "closed created deleted edited reopened",
    "project_card": "converted created deleted edited moved",
    "project_column": "created deleted edited moved",
    "projects_v2": "closed created deleted edited reopened",
    "projects_v2_item": "archived converted created deleted edited reordered restored",
    "projects_v2_status_update": "created deleted edited",
    "public": "",
    "pull_request": "assigned auto_merge_disabled auto_merge_enabled closed converted_to_draft demilestoned dequeued "
    "edited enqueued labeled locked milestoned opened ready_for_review reopened review_request_removed "
    "review_requested synchronize unassigned unlabeled unlocked",
    "pull_request_review": "dismissed edited submitted",
    "pull_request_review_comment": "created deleted edited",
    "pull_request_review_thread": "resolved unresolved",
    "push": "",
    "registry_package": "published updated",
    "release": "created deleted edited prereleased published released unpublished",
    "repository": "archived created deleted edited privatized publicized renamed transferred unarchived",
    "repository_advisory": "published reported",
    "repository_dispatch": "anything-at-all",
    "repository_import": "",
    "repository_ruleset": "created deleted edited",
    "repository_vulnerability_alert": "create dismiss reopen resolve",
    "secret_scanning_alert": "created publicly_leaked reopened resolved validated",
    "secret_scanning_alert_location": "created",
    "secret_scanning_scan": "completed",
    "security_advisory": "published updated withdrawn",
    "security_and_analysis": "",
    "sponsorship": "cancelled created edited pending_cancellation pending_tier_change tier_changed",
    "star": "created deleted",
    "status": "",
    "sub_issues": "parent_issue_added parent_issue_removed sub_issue_added sub_issue_removed",
    "team": "added_to_repository created deleted edited removed_from_repository",
    "team_add": "",
    "watch": "started",
    "workflow_dispatch": "",
    "workflow_job": "completed in_progress queued waiting",
    "workflow_run": "completed in_progress requested",
}
WHO = {"id": 1, "login": "ann", "type": "User"}
REPOSITORY = {
    "id": 7,
    "name": "shop",
    "full_name": "acme/shop",
    "private": True,
    "owner": WHO,
    "default_branch": "main",
}
CASES = [(event, action) for event, actions in EVENTS.items() for action in actions.split() or [""]]


def payload_of(event: str, action: str) -> dict[str, Any]:
    """What GitHub sends around every event, and under the event's own name an object, a text, or nothing."""
    own: Any = {"id": 5, "number": 3, "node_id": "x", "state": "open", "user": WHO, "app": None, "head_sha": "a" * 40}
    payload: dict[str, Any] = {event: own, "repository": REPOSITORY, "sender": WHO, "installation": {"id": 9}}
    if event == "repository":
        payload[event] = REPOSITORY
    if event in ("installation", "security_advisory", "github_app_authorization", "marketplace_purchase"):
        del payload["repository"]
    if event == "status":
        payload |= {"state": "success", "sha": "a" * 40, "context": "ci"}
    if event in ("create", "delete", "push", "workflow_dispatch"):
        payload |= {"ref": "refs/heads/main", "ref_type": "branch", "before": "0" * 40, "after": "a" * 40}
    if event == "ping":
        payload |= {"zen": "Keep it logically awesome.", "hook_id": 1}
    return payload | ({"action": action} if action else {})


@pytest.fixture
async def client(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    keeper = open_inbox(database.url)
    transport = httpx.ASGITransport(app=Webhook(keeper, (b"s",), None))
    async with httpx.AsyncClient(transport=transport, base_url="http://readygate") as opened:
        yield opened
    await keeper.close()


async def test_every_event_is_answered_politely(client: httpx.AsyncClient, database: Database) -> None:
    expected = {}
    for number, (event, action) in enumerate(CASES):
        body = json.dumps(payload_of(event, action)).encode()
        signature = "sha256=" + hmac.new(b"s", body, sha256).hexdigest()
        headers = {"X-GitHub-Event": event, "X-GitHub-Delivery": f"g{number}", "X-Hub-Signature-256": signature}
        answer = await client.post(PATH, content=body, headers=headers)
        state = "received" if is_routed(event, action) else "ignored"
        assert (answer.status_code, answer.json()) == (202, {"delivery": f"g{number}", "state": state}), (event, action)
        expected[f"g{number}"] = (event, action, state)
    async with database.transaction() as connection:
        kept = await inbox.newest(connection, 1000)
    assert {row.guid: (row.event, row.action, row.state) for row in kept} == expected
    assert {"received", "ignored"} == {row.state for row in kept}
