"""Workflow commands: annotations of a GitHub Actions step, without an App."""

from collections.abc import Iterator

from app.readiness.reports.annotations import Annotation, annotate, problem_message
from app.readiness.reports.escape import inert
from app.readiness.reports.grouping import group_rules
from app.readiness.reports.headline import headline
from app.readiness.snapshot import Change
from app.readiness.verdict import RuleVerdict, Verdict

# GitHub shows 10 errors and 10 warnings of a step and drops the rest (Actions, "Workflow commands" and runner limits).
SHOWN = 10

_COMMANDS = {"failure": "error", "warning": "warning", "notice": "notice"}


def render_github(verdict: Verdict, change: Change | None = None) -> str:
    """One command a line, errors first, then the answer as plain text."""
    annotations = annotate(verdict, change, most=None)
    errors = [_command(a) for a in annotations if a.level == "failure"]
    errors += _without_place(verdict, annotations)
    warnings = [_command(a) for a in annotations if a.level != "failure"]
    lines = [*errors[:SHOWN], *warnings[:SHOWN], *_left_out(len(errors), len(warnings)), headline(verdict)]
    return "\n".join(lines) + "\n"


def _without_place(verdict: Verdict, annotations: tuple[Annotation, ...]) -> Iterator[str]:
    """What fails the check and has no line in the head."""
    titles = {annotation.title.partition(": ")[0] for annotation in annotations}
    messages = {annotation.message for annotation in annotations}
    for message in map(problem_message, verdict.policy_note.problems):
        if message not in messages:
            yield f"::error title=Mistake in the policy::{_data(message)}"
    groups = group_rules(verdict)
    yield from (_rule(rule) for rule in groups.blocking + groups.failed if inert(rule.id) not in titles)


def _rule(rule: RuleVerdict) -> str:
    what = rule.error or rule.reason or rule.missing_evidence or rule.title
    fix = f"\nFix: {inert(rule.fix)}" if rule.fix else ""
    return f"::error title={_property(inert(f'{rule.id}: {rule.title}'))}::{_data(inert(what) + fix)}"


def _command(annotation: Annotation) -> str:
    properties = {
        "file": annotation.path,
        "line": str(annotation.start_line),
        "endLine": str(annotation.end_line),
        "title": annotation.title,
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[annotation.level]} {written}::{_data(annotation.message)}"


def _left_out(errors: int, warnings: int) -> list[str]:
    left = max(errors - SHOWN, 0) + max(warnings - SHOWN, 0)
    return [f"{left} more left out: GitHub shows {SHOWN} of a kind in one step."] if left else []


def _data(text: str) -> str:
    """The message of a command, as the Actions toolkit escapes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property of a command: also the characters that end one."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
