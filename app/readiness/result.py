"""What evaluating rules on one snapshot yields, before any policy looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.readiness.evidence import Evidence
from app.readiness.findings import Finding
from app.readiness.status import Confidence, Status


@dataclass(frozen=True, slots=True)
class ComponentResult:
    """One deployable component of the repository: its folder (`.` for the root) and its status."""

    path: str
    status: Status


@dataclass(frozen=True, slots=True)
class AspectResult:
    """A narrower question of a rule: its status, and the first evidence of it; it counts for no score."""

    id: str
    title: str
    status: Status
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule on one snapshot.

    missing_evidence: what was looked for and not found, one sentence; error: why the status is `error`, else "".
    is_guess: the confidence is low only because words alone say that the rule applies, or that there is a part of it;
    that the whole is not there is sure.
    """

    rule: str
    status: Status
    confidence: Confidence = Confidence.HIGH
    evidence: tuple[Evidence, ...] = ()
    missing_evidence: str = ""
    components: tuple[ComponentResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: str = ""
    aspects: tuple[AspectResult, ...] = ()
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All rules on one snapshot; warnings are things not looked at, such as files over a size limit."""

    results: Mapping[str, RuleResult]
    files: int = 0
    bytes: int = 0
    blobs_scanned: int = 0
    blobs_cached: int = 0
    warnings: tuple[str, ...] = field(default=())
