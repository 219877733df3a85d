"""The App manifest asks for what the client uses, and for no more than was decided."""

from pathlib import Path

import pytest
import yaml

from app.github.addresses import RepositoryRef
from app.github.tokens import listing, reading, surveying, writing

MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "app.yml").read_text())
LEVELS = {"read": 1, "write": 2}
REPO = RepositoryRef(1, "acme", "shop", 77)


@pytest.mark.parametrize("scope", [reading(REPO), writing(REPO), listing(77), surveying(77)])
def test_every_token_is_covered(scope):
    for name, level in scope.permissions:
        assert LEVELS[MANIFEST["default_permissions"][name]] >= LEVELS[level]


def test_permissions_are_the_decided_ones():
    reads = {"actions", "contents", "merge_queues", "metadata", "pull_requests"}
    assert MANIFEST["default_permissions"] == {**dict.fromkeys(reads, "read"), "checks": "write", "issues": "write"}


def test_events_are_the_decided_ones():
    assert set(MANIFEST["default_events"]) == {
        "check_run",
        "check_suite",
        "issue_comment",
        "issues",
        "merge_group",
        "pull_request",
        "pull_request_review",
        "push",
        "repository",
        "workflow_run",
    }


def test_registration_page_would_take_it():
    known = {
        "name",
        "url",
        "hook_attributes",
        "public",
        "default_events",
        "default_permissions",
        "description",
    }
    assert set(MANIFEST) == known
    assert len(MANIFEST["name"]) <= 34
    assert MANIFEST["public"] is False
    assert MANIFEST["hook_attributes"]["url"].startswith("https://")
