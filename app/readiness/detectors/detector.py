"""What a detector is: a scan of each blob that can be cached, and a judgement over all that the scans saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from app.readiness.result import RuleResult
from app.readiness.status import Severity


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing a scan saw in a blob; holds nothing that must not be stored (no secret value, no context).

    kind: the detector's own name for it; key: what makes two hits the same thing; lines are 1-based, inclusive.
    """

    kind: str
    key: str
    line: int
    end_line: int
    severity: Severity = Severity.ERROR
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """The hits of one blob at one path; commit is set for a blob that the change brought and the head lacks."""

    path: str
    hits: tuple[Hit, ...]
    commit: str | None = None


class Detector(Protocol):
    """A named check with its own version, which is part of the cache key of its hits."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def wants(self, path: str, size: int) -> bool:
        """Whether the blob at this path is to be scanned at all (binary and oversized ones are not)."""
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
