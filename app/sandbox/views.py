"""What the pages show of check runs, files and repositories, made ready for the templates."""

from dataclasses import dataclass
from typing import Any

from app.sandbox.state import CheckRun, Json, Repository

_ICONS = {
    "success": ("✓", "good"),
    "neutral": ("–", "quiet"),
    "skipped": ("–", "quiet"),
    "failure": ("✕", "bad"),
    "timed_out": ("✕", "bad"),
    "cancelled": ("✕", "quiet"),
    "action_required": ("!", "warn"),
}
_PASSING = ("success", "neutral", "skipped")
_AROUND = 2
_SHOWN_LINES = 12
_LINE_CHARACTERS = 400
_FILE_LINES = 5000


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered line of a file; `hit` when an annotation is about it."""

    number: int
    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """An annotation with the lines it is about."""

    level: str
    path: str
    start: int
    end: int
    title: str
    message: str
    details: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Check:
    """A check run as a page shows it."""

    run: CheckRun
    icon: str
    tone: str
    state: str
    passing: bool
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class MergeBox:
    """What the box under a pull request says."""

    tone: str
    icon: str
    words: str
    waiting: bool


def check(home: Repository, run: CheckRun) -> Check:
    icon, tone = _ICONS.get(run.conclusion or "", ("●", "warn"))
    state = (run.conclusion or run.status).replace("_", " ")
    notes = [_note(home, run.head_sha, annotation) for annotation in run.annotations]
    return Check(run, icon, tone, state, run.conclusion in _PASSING, notes)


def checks(home: Repository, sha: str) -> dict[str, list[Check]]:
    """The check runs of a commit: the newest of each name, and the earlier attempts."""
    newest: dict[str, CheckRun] = {run.name: run for run in home.checks_of(sha)}
    earlier = [run for run in home.checks_of(sha) if newest[run.name] is not run]
    return {
        "latest": [check(home, run) for run in newest.values()],
        "earlier": [check(home, run) for run in reversed(earlier)],
    }


def merge_box(shown: dict[str, list[Check]]) -> MergeBox:
    """Whether the pull request could be merged if every check were required."""
    latest = shown["latest"]
    if not latest:
        return MergeBox("warn", "●", "Waiting for the first check run", waiting=True)
    if any(one.run.status != "completed" for one in latest):
        return MergeBox("warn", "●", "Some checks have not completed yet", waiting=True)
    if all(one.passing for one in latest):
        return MergeBox("good", "✓", "All checks have passed", waiting=False)
    return MergeBox("bad", "✕", "Merging is blocked: a required check was not successful", waiting=False)


def _note(home: Repository, sha: str, annotation: Json) -> Note:
    path, start, end = str(annotation["path"]), annotation["start_line"], annotation["end_line"]
    title, details = annotation.get("title") or "", annotation.get("raw_details") or ""
    around = _lines_around(home, sha, path, start, end)
    return Note(annotation["annotation_level"], path, start, end, title, annotation["message"], details, around)


def _lines_around(home: Repository, sha: str, path: str, start: int, end: int) -> list[Line]:
    """The lines of an annotation and two on either side, at most twelve; none when the file is not there."""
    content = home.bare.file(sha, path)
    if content is None or b"\0" in content[:8000]:
        return []
    first = max(1, start - _AROUND)
    texts = content.decode("utf-8", "replace").split("\n")[first - 1 : min(end + _AROUND, first + _SHOWN_LINES - 1)]
    return [Line(n, text[:_LINE_CHARACTERS], start <= n <= end) for n, text in enumerate(texts, first)]


def lines(content: bytes) -> list[Line]:
    """The first five thousand lines of a file."""
    if b"\0" in content[:8000]:
        return []
    texts = content.decode("utf-8", "replace").splitlines()[:_FILE_LINES]
    return [Line(number, text[:_LINE_CHARACTERS]) for number, text in enumerate(texts, 1)]


def repository_line(home: Repository) -> dict[str, Any]:
    """What the list of repositories says about one."""
    issues = [issue for issue in home.issues.values() if issue.state == "open"]
    return {
        "home": home,
        "pulls": [(home.pulls[issue.number], issue) for issue in issues if issue.is_pull_request],
        "issues": sum(not issue.is_pull_request for issue in issues),
    }


def repository_page(home: Repository) -> dict[str, Any]:
    """Pull requests, and the branches whose tips were checked."""
    pulls = [(pull, home.issues[pull.number], checks(home, pull.head_sha)["latest"]) for pull in home.pulls.values()]
    tips = home.bare.refs("refs/heads/")
    branches = [(name.removeprefix("refs/heads/"), sha, checks(home, sha)["latest"]) for name, sha in tips.items()]
    return repository_line(home) | {"pulls": list(reversed(pulls)), "branches": branches}
