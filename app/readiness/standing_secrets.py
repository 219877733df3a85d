"""What a check run says of secrets that were there before: that there are some, and no word of where."""

from dataclasses import replace

from app.readiness.evidence import Evidence
from app.readiness.findings import Finding
from app.readiness.status import Mode, Severity
from app.readiness.verdict import RuleVerdict, Verdict

SECRET_RULES = frozenset({"no-secrets"})
_WORDS = (
    "Secrets were there before. Where is told to the admins only: `readygate check --rule no-secrets` in a clone "
    "names the places, and in a private repository the issue does."
)


def without_standing_secrets(verdict: Verdict) -> Verdict:
    """The verdict with one finding without a place for all that this change did not bring.

    A check run can still be read when its repository has become public, and cannot be taken back.
    """
    return replace(verdict, rules=tuple(_veiled(rule) if rule.id in SECRET_RULES else rule for rule in verdict.rules))


def _veiled(rule: RuleVerdict) -> RuleVerdict:
    standing = [finding for finding in rule.findings if not finding.introduced]
    if not standing:
        return rule
    brought = tuple(finding for finding in rule.findings if finding.introduced)
    shown = {(finding.path, finding.start_line) for finding in brought}

    def visible(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        return tuple(line for line in evidence if line.path == "." or (line.path, line.line) in shown)

    return replace(
        rule,
        findings=(*brought, *_stand_ins(standing)),
        evidence=visible(rule.evidence),
        lost=visible(rule.lost),
        aspects=tuple(replace(aspect, evidence=visible(aspect.evidence)) for aspect in rule.aspects),
        missing_evidence="No secret in any file." if rule.status.is_gap else rule.missing_evidence,
        reason=_reason(rule, brought),
    )


def _stand_ins(standing: list[Finding]) -> list[Finding]:
    """One for those nobody accepted and one for those that are waived; line 0 is no line."""
    found = []
    for waived in (False, True):
        alike = [finding for finding in standing if finding.waived is waived]
        if alike:
            is_certain = any(finding.severity is Severity.ERROR for finding in alike)
            severity = Severity.ERROR if is_certain else Severity.WARNING
            found.append(Finding(".", 0, 0, _WORDS, "", waived=waived, severity=severity))
    return found


def _reason(rule: RuleVerdict, brought: tuple[Finding, ...]) -> str:
    """Mode `block` names the first place of all, which may be one that is not to be told."""
    if not rule.reason or rule.mode is not Mode.BLOCK:
        return rule.reason
    is_worse = any(one.severity is Severity.ERROR and not one.waived for one in brought)
    own = f"; this change brings the one at {brought[0].path}:{brought[0].start_line}" if is_worse else ""
    return f"The policy blocks while secrets stand{own}."
