"""What a detector is: a scan of each blob that can be cached, and a judgement over all that the scans saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from app.readiness.result import RuleResult
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


class Detector(Protocol):
    """A named check with its own version, which is part of the cache key of its hits."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def prepare(self, keeping: Keeping | None) -> None:
        """Called before the first scan; what was kept there by an earlier process may be used."""
        ...

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
