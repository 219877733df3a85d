"""Findings: the places that are wrong, with an identity that survives moved lines."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from app.readiness.status import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that is wrong; lines are 1-based and inclusive, `introduced` means this change brought it.

    commit names the commit of the change that held it when the head no longer does.
    needs_maintainer: the content asks to allow it, which only a waiver on the base side does.
    """

    path: str
    start_line: int
    end_line: int
    message: str
    fingerprint: str
    hazard: str | None = None
    introduced: bool = False
    waived: bool = False
    severity: Severity = Severity.ERROR
    suggestion: str | None = None
    commit: str | None = None
    needs_maintainer: bool = False


def fingerprint(*parts: str) -> str:
    """32 hex digits over what identifies a finding; line numbers are never part of it."""
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def number_repeats(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Equal fingerprints made distinct by their order, so that a second copy counts as a new finding."""
    seen: Counter[str] = Counter()
    numbered = []
    for finding in findings:
        seen[finding.fingerprint] += 1
        count = seen[finding.fingerprint]
        numbered.append(
            finding if count == 1 else replace(finding, fingerprint=fingerprint(finding.fingerprint, str(count)))
        )
    return tuple(numbered)
