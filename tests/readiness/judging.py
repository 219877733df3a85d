"""A small catalogue and short constructors for the tests of policy and judgement."""

import json
from datetime import date
from typing import Any

from app.readiness.catalogue import Catalogue, load_catalogue
from app.readiness.policy import Layer, Origin, Waiver

TODAY = date(2026, 11, 1)


def rule(rule_id: str, category: str, priority: str = "P1", **keys: Any) -> dict[str, Any]:
    """The text of a rule that is implemented by a file `<id>.ok` and partial by `<id>.part`."""
    decided = {} if "detector" in keys else {"implemented": {"path": [f"**/{rule_id}.ok"]}}
    started = {} if "detector" in keys else {"partial": {"path": [f"**/{rule_id}.part"]}}
    head = {"schema": "readygate/rule/v1", "id": rule_id, "title": f"Title of {rule_id}"}
    return {**head, "category": category, "priority": priority, **decided, **started, **keys}


def parameters(**defaults: Any) -> dict[str, Any]:
    return {name: {"default": default, "tighter": "higher"} for name, default in defaults.items()}


def catalogue(*rules: dict[str, Any]) -> Catalogue:
    return load_catalogue({f"{one['category']}/{one['id']}.yml": json.dumps(one) for one in rules})


SMALL = catalogue(
    rule("no-secrets", "security", "P0", detector="secrets"),
    rule("tls", "security"),
    rule("coverage", "testing", aliases=["coverage-gate"], parameters=parameters(project=80, paths=["src"])),
    rule("health", "operations", "P0"),
    rule("restore-testing", "backup-recovery", "P2", parameters=parameters(strict=False, tool="any")),
    rule("backup-schedule", "backup-recovery", attestation="backup-drill"),
)


def org(text: str) -> Layer:
    return Layer("org", "acme/.github:rules.yml", text, "1f3c9a2b")


def repository(text: str) -> Layer:
    return Layer("repository", ".github/rules.yml", text, "77aa88bb")


def waiver(rule_id: str, *, path: str | None = None, fingerprint: str | None = None, until: date = TODAY) -> Waiver:
    return Waiver(rule_id, "a reason", "ann", until, Origin("repository", ".github/rules.yml", 3), path, fingerprint)
