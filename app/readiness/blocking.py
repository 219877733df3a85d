"""Whether one rule fails the check, and the sentence that says why."""

from dataclasses import dataclass

from app.readiness.compare import Comparison
from app.readiness.findings import Finding
from app.readiness.status import Confidence, Mode, Severity, Status
from app.readiness.waivers import Waived


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule at the head: compared, then waived.

    is_explained: its findings say all there is to its status (a detector's rule with findings).
    """

    mode: Mode
    comparison: Comparison
    waived: Waived
    is_explained: bool

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """The findings that can block: errors that nobody accepted."""
        found = self.waived.result.findings
        return tuple(finding for finding in found if finding.severity is Severity.ERROR and not finding.waived)

    @property
    def is_worse(self) -> bool:
        """Worse than the base in a place that nobody accepted."""
        worse = self.comparison.worse_components
        return self.comparison.is_worse and (not worse or not self.waived.components.issuperset(worse))

    @property
    def has_open_gap(self) -> bool:
        """A status short of implemented that its findings do not explain, or a finding that can block."""
        return bool(self.wrong) or (self.waived.result.status.is_gap and not self.is_explained)

    @property
    def can_block(self) -> bool:
        """Whether there is anything here that a stricter mode would fail for."""
        is_sure = self.waived.result.confidence is Confidence.HIGH
        is_judged = self.waived.result.status is not Status.ERROR
        return is_sure and is_judged and not self.waived.is_waived and self.has_open_gap


def blocking_reason(judged: Judged) -> str:
    """One sentence, or "" when the rule does not block.

    Only `block` and `ratchet` block; never a waived rule, low confidence, a warning or an evaluation error (which
    makes the verdict incomplete instead). `ratchet` needs something this change made worse, so it never blocks
    without a base.
    """
    if not judged.can_block:
        return ""
    if judged.mode is Mode.BLOCK:
        return _block_reason(judged)
    return _ratchet_reason(judged) if judged.mode is Mode.RATCHET else ""


def _block_reason(judged: Judged) -> str:
    if judged.wrong:
        return f"The policy blocks while findings stand: {_counted(judged.wrong)}."
    return f"The policy blocks while this gap stands: the rule is {judged.waived.result.status}."


def _ratchet_reason(judged: Judged) -> str:
    introduced = tuple(finding for finding in judged.wrong if finding.introduced)
    if introduced:
        return f"This change brings {_counted(introduced)}."
    if not judged.is_worse:
        return ""
    before, after = judged.comparison.base_status, judged.waived.result.status
    if before is Status.NOT_APPLICABLE:
        return f"This change makes the rule apply, and it is {after}."
    if before is not after:
        return f"This change lowers the rule from {before} to {after}."
    return f"This change makes the rule worse in `{judged.comparison.worse_components[0]}`."


def _counted(findings: tuple[Finding, ...]) -> str:
    first = findings[0]
    place = f"{first.path}:{first.start_line}" + (f" in commit {first.commit[:12]}" if first.commit else "")
    told = f"1 finding, at {place}" if len(findings) == 1 else f"{len(findings)} findings, the first at {place}"
    asked = sum(finding.needs_maintainer for finding in findings)
    whose = (
        "; a comment asks to allow it, which needs a maintainer"
        if len(findings) == 1
        else f"; {asked} need a maintainer"
    )
    return told + whose if asked else told
