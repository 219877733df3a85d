"""What a detector is: a scan of each blob and a judgement over all hits, or a judgement over whole trees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard, runtime_checkable

from app.readiness.result import RuleResult
from app.readiness.snapshot import Change, Snapshot
from app.readiness.status import Severity

WHOLE_FILE = "whole file"
"""The note of a hit that is the file itself: at another path it is another thing."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing a scan saw in a blob; holds nothing that must not be stored (no secret value, no context).

    kind: the detector's own name for it; key: what makes two hits the same thing; lines are 1-based, inclusive.
    asks: whether a comment beside it asks to allow it.
    """

    kind: str
    key: str
    line: int
    end_line: int
    severity: Severity = Severity.ERROR
    note: str = ""
    asks: bool = False

    def identity_at(self, path: str) -> str:
        return f"{self.key} {path}" if self.note == WHOLE_FILE else self.key


@dataclass(frozen=True, slots=True)
class Sighting:
    """The hits of one blob at one path; commit is set for a blob that the change brought and the head lacks."""

    path: str
    hits: tuple[Hit, ...]
    commit: str | None = None


class Keeping(Protocol):
    """A place where a detector keeps what was costly to make, by key; losing it costs only time."""

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]: ...

    def put(self, facts: Mapping[str, bytes]) -> None: ...


@dataclass(frozen=True, slots=True)
class Trees:
    """What a detector of trees judges: the head, and with a change the merge base.

    tip: the newest commit of the branch the change goes to, where it is known; deploy: `rolling` or `recreate`.
    """

    head: Snapshot
    base: Snapshot | None = None
    change: Change | None = None
    tip: Snapshot | None = None
    deploy: str = "rolling"


class Detector(Protocol):
    """A named check with its own version."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def wants(self, path: str, size: int) -> bool:
        """Whether the blob at this path is to be looked into at all (binary and oversized ones are not)."""
        ...


class TreeDetector(Detector, Protocol):
    """A detector for which a file means nothing without the others, so that nothing of it is cached by blob."""

    def judge_trees(self, rule: str, trees: Trees, values: Mapping[str, Any]) -> RuleResult:
        """The status and findings of the rule; values: its parameters as the policy sets them, by name."""
        ...


class BlobDetector(Detector, Protocol):
    """A detector that scans blob by blob; its version is part of the cache key of its hits."""

    def prepare(self, keeping: Keeping | None) -> None:
        """Called before the first scan; what was kept there by an earlier process may be used."""
        ...

    def scan(self, path: str, content: bytes) -> tuple[Hit, ...]:
        """What one blob holds; depends on nothing but the path's class and the bytes."""
        ...

    def judge(self, rule: str, sightings: Sequence[Sighting], files: int) -> RuleResult:
        """The status and findings of the rule over every blob with hits, in path order.

        files: how many files of the head were scanned.
        """
        ...


@runtime_checkable
class JudgesBase(Protocol):
    """A detector that is told more than files and knows both sides of a change itself."""

    def judge_base(self, rule: str) -> RuleResult:
        """How the rule stood before the change."""
        ...


def judges_trees(detector: Detector) -> TypeGuard[TreeDetector]:
    return hasattr(detector, "judge_trees")


def scans_blobs(detector: Detector) -> TypeGuard[BlobDetector]:
    return hasattr(detector, "scan")
