"""The bounds GitHub puts on what an App writes; outside them the answer is 422 in GitHub's words.

Source: docs.github.com/rest/checks/runs and docs.github.com/rest/issues/issues.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from app.sandbox.refusals import bad_request, invalid_field
from app.sandbox.state import Json

ANNOTATIONS = 50
TEXT_BYTES = 65_535
ANNOTATION_TITLE = 255
ANNOTATION_BYTES = 64 * 1024
ACTIONS = 3
ISSUE_TITLE = 256
ISSUE_BODY = 65_536

STATUSES = ("queued", "in_progress", "completed")
CONCLUSIONS = ("action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out")
_LEVELS = ("notice", "warning", "failure")
_ACTION_LENGTHS = {"label": 20, "description": 40, "identifier": 20}


def need_text(body: Mapping[str, Any], *names: str) -> None:
    """Refuse a body in which a named field is missing or not a text."""
    for name in names:
        if name not in body:
            raise bad_request(f'"{name}" wasn\'t supplied.')
        if not isinstance(body[name], str):
            raise bad_request(f"For 'properties/{name}', {body[name]!r} is not a string.")


def check_choice(body: Mapping[str, Any], name: str, choices: Iterable[str | None]) -> None:
    """Refuse a value that is none of the choices; an absent field is fine."""
    known = tuple(choices)
    if name in body and body[name] not in known:
        raise bad_request(f"For 'properties/{name}', {body[name]!r} is not a member of {list(known)}")


def check_output(output: Any, *, titled: bool) -> None:
    """Refuse an output of a check run that GitHub would refuse; `titled` on creation, when a title is required."""
    if not isinstance(output, dict):
        raise bad_request(f"For 'properties/output', {output!r} is not an object.")
    need_text(output, *(("title", "summary") if titled else ("summary",)))
    for name in ("summary", "text"):
        _check_bytes(output.get(name), TEXT_BYTES, name)
    annotations = output.get("annotations", [])
    if not isinstance(annotations, list):
        raise bad_request("annotations is not an array.")
    if len(annotations) > ANNOTATIONS:
        raise bad_request(f"No more than {ANNOTATIONS} items are allowed; {len(annotations)} were supplied.")
    for annotation in annotations:
        _check_annotation(annotation)


def _check_bytes(text: Any, most: int, name: str) -> None:
    if text is None:
        return
    if not isinstance(text, str):
        raise bad_request(f"For 'properties/{name}', {text!r} is not a string.")
    size = len(text.encode("utf-8", "replace"))
    if size > most:
        raise bad_request(f"Only {most} characters are allowed; {size} were supplied.")


def _check_annotation(annotation: Any) -> None:
    if not isinstance(annotation, dict):
        raise bad_request("An annotation is not an object.")
    need_text(annotation, "path", "message", "annotation_level")
    check_choice(annotation, "annotation_level", _LEVELS)
    _check_lines(annotation)
    if len(annotation.get("title") or "") > ANNOTATION_TITLE:
        raise bad_request(f"Only {ANNOTATION_TITLE} characters are allowed in an annotation's title.")
    for name in ("message", "raw_details"):
        _check_bytes(annotation.get(name), ANNOTATION_BYTES, name)


def _check_lines(annotation: Json) -> None:
    start, end = (_line(annotation, name) for name in ("start_line", "end_line"))
    if end < start:
        raise invalid_field("CheckRun", "annotations", "invalid", "end_line must not be before start_line")
    has_columns = annotation.get("start_column") is not None or annotation.get("end_column") is not None
    if has_columns and start != end:
        raise invalid_field("CheckRun", "annotations", "invalid", "columns need start_line and end_line to be equal")


def _line(annotation: Json, name: str) -> int:
    line = annotation.get(name)
    if not isinstance(line, int) or isinstance(line, bool) or line < 0:
        raise bad_request(f"For 'properties/{name}', {line!r} is not an integer.")
    return line


def check_actions(actions: Any) -> None:
    """Refuse more than three buttons or texts that do not fit on them."""
    if not isinstance(actions, list) or len(actions) > ACTIONS:
        raise bad_request(f"No more than {ACTIONS} items are allowed.")
    for action in actions:
        if not isinstance(action, dict):
            raise bad_request("An action is not an object.")
        need_text(action, *_ACTION_LENGTHS)
        for name, most in _ACTION_LENGTHS.items():
            if len(action[name]) > most:
                raise bad_request(f"Only {most} characters are allowed; {len(action[name])} were supplied.")


def check_issue(body: Json) -> None:
    """Refuse titles and bodies that are too long, and lists that are not lists of texts."""
    if "title" in body:
        title = body["title"]
        if not isinstance(title, str) or not title.strip():
            raise invalid_field("Issue", "title", "missing_field")
        if len(title) > ISSUE_TITLE:
            raise invalid_field("Issue", "title", "custom", f"title is too long (maximum is {ISSUE_TITLE} characters)")
    check_body("Issue", body.get("body"))
    check_choice(body, "state", ("open", "closed"))
    check_choice(body, "state_reason", ("completed", "not_planned", "duplicate", "reopened", None))
    for name in ("labels", "assignees"):
        if not isinstance(body.get(name, []), list):
            raise bad_request(f"For 'properties/{name}', {body[name]!r} is not an array.")


def check_body(resource: str, text: Any) -> None:
    """Refuse the body of an issue or comment above 65,536 characters."""
    if text is not None and not isinstance(text, str):
        raise bad_request("For 'properties/body', the value is not a string.")
    if text is not None and len(text) > ISSUE_BODY:
        raise invalid_field(resource, "body", "custom", f"body is too long (maximum is {ISSUE_BODY} characters)")
