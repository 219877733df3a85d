"""The words for how a rule stands (status), what a gap does (mode) and how much it matters (priority)."""

from enum import StrEnum


class Status(StrEnum):
    """How a rule stands in one snapshot; only IMPLEMENTED and NOT_APPLICABLE are no gap."""

    IMPLEMENTED = "implemented"
    PARTIAL = "partial"
    PLANNED = "planned"
    MISSING = "missing"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"

    @property
    def is_gap(self) -> bool:
        return self in _GAPS


_GAPS = frozenset({Status.PARTIAL, Status.PLANNED, Status.MISSING, Status.UNKNOWN})


class Mode(StrEnum):
    """What a gap does, from nothing to failing the check."""

    OFF = "off"
    SHADOW = "shadow"
    REPORT = "report"
    RATCHET = "ratchet"
    BLOCK = "block"


class Priority(StrEnum):
    """How much a rule matters; weights in scores are 5, 3 and 1."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"

    @property
    def weight(self) -> int:
        return {"P0": 5, "P1": 3, "P2": 1}[self.value]


class Severity(StrEnum):
    """How bad one finding is: an ERROR can block, a WARNING is shown and never blocks."""

    ERROR = "error"
    WARNING = "warning"


class Confidence(StrEnum):
    """HIGH where structure was matched, LOW where only a word was; low never blocks."""

    HIGH = "high"
    LOW = "low"


class Conclusion(StrEnum):
    """The answer for one commit; NEUTRAL satisfies a required check and means that nothing here is enforced."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
