"""When a job of GitLab CI runs, in GitHub's words for events."""

from collections.abc import Mapping
from typing import Any

from app.readiness.formats.pipelines.pipeline import EVERY_PUSH, listed
from app.readiness.patterns import compile_pattern

_KEYWORDS = {
    "merge_requests": "pull_request",
    "external_pull_requests": "pull_request",
    "schedules": "schedule",
    "web": "workflow_dispatch",
    "api": "workflow_dispatch",
    "triggers": "workflow_dispatch",
}
_VARIABLES = (
    (r"merge_request_event|CI_MERGE_REQUEST|external_pull_request_event", "pull_request", ""),
    (r"[\"']schedule[\"']", "schedule", ""),
    (r"[\"'](?:web|api|trigger|pipeline|parent_pipeline)[\"']", "workflow_dispatch", ""),
    (r"CI_COMMIT_TAG", "push", "tags"),
    (r"CI_COMMIT_(?:BRANCH|REF_NAME|REF_SLUG)|CI_DEFAULT_BRANCH", "push", "branches"),
    (r"[\"']push[\"']", "push", ""),
)
_UNLIKE = r"\$\w+\s*!(?:=|~)\s*(?:\"[^\"]*\"|'[^']*'|/[^/]*/|\$?\w+)"
_LENGTH = 2_000


def events_of(job: Mapping[str, Any], fallback: Mapping[str, Any] | None = EVERY_PUSH) -> dict[str, Any] | None:
    """The events of `rules` or `only`, else the fallback, which is every push; None when it never runs."""
    if isinstance(job.get("rules"), list):
        return _events_of_rules(job["rules"], fallback)
    if job.get("only") is not None:
        return _events_of_only(job["only"])
    return dict(EVERY_PUSH if fallback is None else fallback)


def _events_of_rules(rules: list[Any], fallback: Mapping[str, Any] | None) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    stated = [rule for rule in rules if isinstance(rule, Mapping)]
    live = [rule for rule in stated if rule.get("when") != "never"]
    if stated and not live:
        return None
    for rule in live:
        for text in str(rule.get("if", ""))[:_LENGTH].split("||"):
            for event, settings in _events_of_text(text, fallback or EVERY_PUSH).items():
                found[event] = {**found.get(event, {}), **settings} if isinstance(settings, Mapping) else settings
    return found or dict(fallback or EVERY_PUSH)


def _events_of_text(text: str, fallback: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event one comparison means; what only says which events it does not mean leaves the others."""
    positive = compile_pattern(_UNLIKE).sub(b"", text.encode(errors="replace"))
    for pattern, event, key in _VARIABLES:
        if compile_pattern(pattern).search(positive):
            return {event: {key: [text.strip()]} if key else {}}
    return fallback


def _events_of_only(only: Any) -> dict[str, Any]:
    refs = listed(only.get("refs")) if isinstance(only, Mapping) else listed(only)
    found: dict[str, Any] = {}
    for ref in refs:
        if ref in _KEYWORDS:
            found[_KEYWORDS[ref]] = {}
        elif ref in ("branches", "pushes"):
            found.setdefault("push", {})
        elif isinstance(ref, str):
            key, name = ("tags", "*") if ref == "tags" else ("branches", ref)
            push = found.setdefault("push", {})
            push[key] = [*push.get(key, []), name]
    return found or dict(EVERY_PUSH)
