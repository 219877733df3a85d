"""What a change does to the measuring itself: shown, because the number is a claim of code that the change owns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.errors import Unreadable
from app.readiness.detectors.coverage.patch import lines_in
from app.readiness.patterns import matches
from app.readiness.snapshot import Change, FileChange, Snapshot

LARGEST_FILE = 1024 * 1024
MOST_FILES = 500
_MEASURES = (
    r"(?i)\bcov(erage|eralls)?\b|--cov\b|coverprofile|codecov|jacoco|kover|lcov|tarpaulin|llvm-cov|simplecov|pcov"
)
_MARK = (
    r"(?i)pragma:? no ?(cover|branch)|(istanbul|c8|v8|node:coverage) (ignore|disable)|[LG]COVR?_EXCL_|:nocov:"
    r"|@codeCoverageIgnore|ExcludeFromCodeCoverage|coverage:ignore|coverage\((off|nightly, off)\)|tarpaulin_include"
    r"|no_coverage\b"
)
_EXCLUSION = (
    r"(?i)\b(omit|exclude(_lines|_also|s|d)?|coveragePathIgnorePatterns|collectCoverageFrom|coverage\.exclusions"
    r"|add_filter|ignore[-_]filename[-_]regex|ExcludeByFile|fail_under)\b"
)
_SETTINGS = re.compile(
    r"(?i)(?:^|/)(?:\.coveragerc|\.?codecov\.ya?ml|\.nycrc[^/]*|\.c8rc[^/]*|\.simplecov|tarpaulin\.toml"
    r"|\.?coveralls\.ya?ml|\.testcoverage\.yml|sonar-project\.properties|coverlet\.runsettings|gcovr\.cfg|\.lcovrc)$"
)
_SHARED = re.compile(
    r"(?:^|/)(?:pyproject\.toml|setup\.cfg|tox\.ini|package\.json|(?:jest|vitest|vite|karma)[^/]*\.[cm]?[jt]s|pom\.xml"
    r"|build\.gradle(?:\.kts)?|phpunit\.xml(?:\.dist)?|spec_helper\.rb|test_helper\.rb|mix\.exs|Makefile)$"
)
_PROSE = re.compile(r"(?i)\.(?:md|mdx|rst|txt|adoc|html?|json|ya?ml|csv|svg|lock)$")
_WORKFLOW = re.compile(r"^\.github/(?:workflows|actions)/.*\.ya?ml$|^\.gitlab-ci\.ya?ml$|^\.circleci/|^azure-pipelines")


@dataclass(frozen=True, slots=True)
class Concern:
    """One place where a change touches the measuring; kind is a word for programs."""

    kind: str
    path: str
    line: int
    message: str


def find_concerns(head: Snapshot, change: Change) -> tuple[Concern, ...]:
    """In the files that a change touches, 500 at most."""
    touched = sorted(change.files.values(), key=lambda part: part.path)[:MOST_FILES]
    return tuple(concern for part in touched for concern in _concerns(head, part))


def _concerns(head: Snapshot, part: FileChange) -> Iterator[Concern]:
    if _SETTINGS.search(part.path):
        yield Concern("settings", part.path, _first(part), "This change edits what coverage leaves out or asks for.")
        return
    lines = _lines(head, part)
    if _WORKFLOW.search(part.path):
        if matches(_MEASURES, b"\n".join(lines)):
            words = "This change edits the workflow that measures coverage."
            yield Concern("workflow", part.path, _first(part), words)
        return
    added = [(number, lines[number - 1]) for number in lines_in(part.added, len(lines) + 1) if number > 0]
    if _SHARED.search(part.path):
        pattern, kind, words = _EXCLUSION, "settings", "This change edits what coverage leaves out or asks for."
    elif _PROSE.search(part.path):
        return
    else:
        pattern, kind, words = _MARK, "mark", "This change marks code as not to be counted."
    yield from (Concern(kind, part.path, number, words) for number, text in added if matches(pattern, text[:2_000]))


def _first(part: FileChange) -> int:
    return part.added[0][0] if part.added else 1


def _lines(head: Snapshot, part: FileChange) -> list[bytes]:
    entry = head.entries.get(part.path)
    if entry is None or not entry.kind.is_readable or entry.size > LARGEST_FILE:
        return []
    try:
        content = head.read(entry.blob)
    except Unreadable:
        return []
    return content.split(b"\n") if len(content) <= LARGEST_FILE else []
