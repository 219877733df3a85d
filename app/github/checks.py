"""Check runs: the answer on a commit, with its annotations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.github.addresses import RepositoryRef, object_id, repository_path
from app.github.answers import number, optional_text, text, value
from app.github.calls import Calls
from app.github.errors import Unprocessable
from app.github.tokens import writing

# https://docs.github.com/en/rest/checks/runs#create-a-check-run
MAX_ANNOTATIONS = 50
MAX_TEXT_BYTES = 65535
MAX_MESSAGE_BYTES = 64 * 1024
MAX_ANNOTATION_TITLE = 255
MAX_ACTIONS = 3
MAX_LABEL, MAX_DESCRIPTION, MAX_IDENTIFIER = 20, 40, 20

Status = Literal["queued", "in_progress", "completed"]
Conclusion = Literal["success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required"]


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark on lines of a file, 1-based; columns are sent only when it is a single line."""

    path: str
    start_line: int
    end_line: int
    level: Literal["notice", "warning", "failure"]
    message: str
    title: str = ""
    start_column: int | None = None
    end_column: int | None = None
    raw_details: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A button on the check run: label and identifier up to 20 characters, description up to 40."""

    label: str
    description: str
    identifier: str


@dataclass(frozen=True, slots=True)
class CheckRunUpdate:
    """What a check run shall show. Title, summary and text are replaced together or left as they are.

    Annotations are added to the earlier ones; what else is None or empty is left as it is.
    """

    status: Status | None = None
    conclusion: Conclusion | None = None
    title: str = ""
    summary: str = ""
    text: str = ""
    annotations: Sequence[Annotation] = ()
    details_url: str | None = None
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class CheckRunDraft:
    """A check run to create; at most 50 annotations, the rest goes into updates."""

    name: str
    head_sha: str
    external_id: str
    status: Status
    conclusion: Conclusion | None = None
    title: str = ""
    summary: str = ""
    text: str = ""
    annotations: Sequence[Annotation] = ()
    details_url: str | None = None
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class CheckRunSeen:
    """A check run as GitHub shows it."""

    id: int
    name: str
    head_sha: str
    external_id: str
    status: str
    conclusion: str | None
    annotations_count: int


class Checks(Calls):
    """What is said about commits."""

    async def create_check_run(self, repo: RepositoryRef, draft: CheckRunDraft) -> int:
        """The id of the new check run; OutcomeUnknown: look for the external id before another attempt."""
        head = {"name": draft.name, "head_sha": object_id(draft.head_sha), "external_id": draft.external_id}
        body = {**head, **_shown(draft)}
        return number(await self._write(writing(repo), "POST", repository_path(repo, "check-runs"), body), "id")

    async def update_check_run(self, repo: RepositoryRef, check_run_id: int, update: CheckRunUpdate) -> CheckRunSeen:
        """The check run after the update; OutcomeUnknown: read it, for annotations would be added twice."""
        path = repository_path(repo, "check-runs", check_run_id)
        return _seen(await self._write(writing(repo), "PATCH", path, _shown(update)))

    async def check_run(self, repo: RepositoryRef, check_run_id: int) -> CheckRunSeen:
        return _seen(await self._get(writing(repo), repository_path(repo, "check-runs", check_run_id)))

    async def find_check_runs(self, repo: RepositoryRef, sha: str, name: str, app_id: int) -> list[CheckRunSeen]:
        """All check runs of that name and App on the commit, earlier attempts too, smallest id first."""
        path = repository_path(repo, "commits", object_id(sha), "check-runs")
        params = {"check_name": name, "app_id": str(app_id), "filter": "all"}
        entries = self._pages(writing(repo), path, params, within="check_runs")
        return sorted([_seen(entry) async for entry in entries], key=lambda run: run.id)


def _shown(run: CheckRunDraft | CheckRunUpdate) -> dict[str, object]:
    _refuse_beyond_limits(run)
    body: dict[str, object] = {"status": run.status, "conclusion": run.conclusion, "details_url": run.details_url}
    annotations = [_annotation(annotation) for annotation in run.annotations]
    output = {"title": run.title, "summary": run.summary, "text": run.text, "annotations": annotations}
    body["output"] = {key: entry for key, entry in output.items() if entry}
    body["actions"] = [
        {"label": a.label, "description": a.description, "identifier": a.identifier} for a in run.actions
    ]
    return {key: entry for key, entry in body.items() if entry}


def _annotation(annotation: Annotation) -> dict[str, object]:
    is_one_line = annotation.start_line == annotation.end_line
    fields = {
        "path": annotation.path,
        "start_line": annotation.start_line,
        "end_line": annotation.end_line,
        "start_column": annotation.start_column if is_one_line else None,
        "end_column": annotation.end_column if is_one_line else None,
        "annotation_level": annotation.level,
        "message": annotation.message,
        "title": annotation.title,
        "raw_details": annotation.raw_details,
    }
    return {key: entry for key, entry in fields.items() if entry}


def _refuse_beyond_limits(run: CheckRunDraft | CheckRunUpdate) -> None:
    if run.status == "completed" and run.conclusion is None:
        raise Unprocessable("a completed check run needs a conclusion")
    has_output = bool(run.title or run.summary or run.text or run.annotations)
    if has_output and not (run.title and run.summary):
        raise Unprocessable("what a check run shows needs a title and a summary")
    for name, shown in (("summary", run.summary), ("text", run.text)):
        _refuse_over(f"the {name} of a check run", len(shown.encode("utf-8", "replace")), MAX_TEXT_BYTES)
    _refuse_over("the number of annotations in one request", len(run.annotations), MAX_ANNOTATIONS)
    for annotation in run.annotations:
        _refuse_annotation(annotation)
    _refuse_over("the number of actions", len(run.actions), MAX_ACTIONS)
    for action in run.actions:
        _refuse_over(f"the label {action.label!r}", len(action.label), MAX_LABEL)
        _refuse_over(f"the description {action.description!r}", len(action.description), MAX_DESCRIPTION)
        _refuse_over(f"the identifier {action.identifier!r}", len(action.identifier), MAX_IDENTIFIER)


def _refuse_annotation(annotation: Annotation) -> None:
    if not 1 <= annotation.start_line <= annotation.end_line:
        raise Unprocessable(f"an annotation cannot span lines {annotation.start_line} to {annotation.end_line}")
    if not annotation.message.strip() or not annotation.path or annotation.path.startswith("/"):
        raise Unprocessable("an annotation needs a message and a path from the repository root")
    _refuse_over("the title of an annotation", len(annotation.title), MAX_ANNOTATION_TITLE)
    _refuse_over("the message of an annotation", len(annotation.message.encode("utf-8", "replace")), MAX_MESSAGE_BYTES)
    _refuse_over(
        "the details of an annotation", len(annotation.raw_details.encode("utf-8", "replace")), MAX_MESSAGE_BYTES
    )


def _refuse_over(what: str, size: int, most: int) -> None:
    if size > most:
        raise Unprocessable(f"{what} is {size}, GitHub takes {most}")


def _seen(answer: object) -> CheckRunSeen:
    count = value(answer, "output", "annotations_count")
    return CheckRunSeen(
        id=number(answer, "id"),
        name=text(answer, "name"),
        head_sha=text(answer, "head_sha"),
        external_id=optional_text(answer, "external_id") or "",
        status=text(answer, "status"),
        conclusion=optional_text(answer, "conclusion"),
        annotations_count=count if isinstance(count, int) else 0,
    )
