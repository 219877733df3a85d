"""The verdict: everything Readygate says about one commit; its field names are the JSON schema readygate/verdict/v1."""

import json
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from app.errors import Problem
from app.readiness.evidence import Evidence
from app.readiness.findings import Finding
from app.readiness.result import AspectResult, ComponentResult
from app.readiness.status import Conclusion, Confidence, Mode, Priority, Status

SCHEMA: Literal["readygate/verdict/v1"] = "readygate/verdict/v1"
Hundred = Annotated[int, Field(ge=0, le=100)]


@dataclass(frozen=True, slots=True)
class CategoryVerdict:
    """Counts of the rules that apply in one category; score is out of 100."""

    id: str
    score: Hundred
    implemented: int = 0
    partial: int = 0
    planned: int = 0
    missing: int = 0
    unknown: int = 0
    error: int = 0


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """One rule under the policy; `blocking` is the reason the check fails, `reason` says why it blocks.

    lost: evidence of the base, with the lines of the base, that is gone where the rule is worse.
    aspects: narrower questions judged with the rule; they count for no score, no level and no gap.
    """

    id: str
    title: str
    category: str
    priority: Priority
    level: int
    mode: Mode
    status: Status
    base_status: Status | None = None
    waived: bool = False
    blocking: bool = False
    worse_than_base: bool = False
    better_than_base: bool = False
    reason: str = ""
    confidence: Confidence = Confidence.HIGH
    evidence: tuple[Evidence, ...] = ()
    lost: tuple[Evidence, ...] = ()
    missing_evidence: str = ""
    why: str = ""
    fix: str = ""
    error: str = ""
    components: tuple[ComponentResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    aspects: tuple[AspectResult, ...] = ()

    @property
    def is_gap(self) -> bool:
        """A gap is a status short of implemented, or a finding nobody waived."""
        return not self.waived and (self.status.is_gap or any(not finding.waived for finding in self.findings))


@dataclass(frozen=True, slots=True)
class WaiverVerdict:
    """A waiver that is in force or has ended; `verified` is false where nobody could check the approval.

    used: whether it accepts a gap of this commit; one in force that does not can be removed.
    """

    rule: str
    path: str | None
    reason: str
    approved_by: str
    expires: str
    expired: bool = False
    verified: bool = False
    fingerprint: str | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class PolicyNote:
    """Where the policy came from and what is wrong with it.

    layers: one line each, such as `org acme/.github@1f3c9a2:rules.yml`.
    notes: sentences for the reader, such as that the last known good policy judged.
    problems: mistakes in a policy file that this change brings; they fail the check.
    """

    layers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of one evaluation; times are milliseconds."""

    files: int = 0
    bytes: int = 0
    blobs_scanned: int = 0
    blobs_cached: int = 0
    cpu_ms: int = 0
    wall_ms: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One commit judged; `policy` is the digest of the effective policy, `base` the merge base (None in an audit)."""

    conclusion: Conclusion
    complete: bool
    score: Hundred
    level: int
    policy: str
    readygate: str
    repository: str | None = None
    head: str | None = None
    base: str | None = None
    base_score: int | None = None
    base_level: int | None = None
    categories: tuple[CategoryVerdict, ...] = ()
    rules: tuple[RuleVerdict, ...] = ()
    waivers: tuple[WaiverVerdict, ...] = ()
    policy_note: PolicyNote = PolicyNote()
    warnings: tuple[str, ...] = ()
    claims: tuple[dict[str, Any], ...] = ()
    planned: tuple[dict[str, Any], ...] = ()
    coverage: dict[str, Any] | None = None
    stats: Stats = Stats()
    schema: Literal["readygate/verdict/v1"] = field(default=SCHEMA)

    @property
    def blocking(self) -> tuple[RuleVerdict, ...]:
        return tuple(rule for rule in self.rules if rule.blocking)


def to_json(verdict: Verdict, *, indent: int | None = None) -> str:
    separators = (",", ":") if indent is None else None
    return json.dumps(verdict, default=_members, indent=indent, separators=separators, ensure_ascii=False)


def _members(part: Any) -> dict[str, Any]:
    """One level at a time: `asdict` would copy every text and number of the verdict."""
    return {member.name: getattr(part, member.name) for member in fields(part)}


def from_json(text: str | bytes) -> Verdict:
    """Raises pydantic's `ValidationError` for anything but a verdict."""
    return _adapter().validate_json(text)


@cache
def _adapter() -> "TypeAdapter[Verdict]":
    """Made when the first one is read: it takes as long as a warm `readygate check` does for the rest."""
    return TypeAdapter(Verdict)
