"""Turns the hits of all blobs into the status and findings of the rule."""

from collections.abc import Iterator, Mapping, Sequence

from app.readiness.detectors.detector import Hit, Sighting
from app.readiness.detectors.secrets.file_class import only_shows
from app.readiness.detectors.secrets.pack import Kind
from app.readiness.evidence import Evidence
from app.readiness.findings import Finding, fingerprint, number_repeats
from app.readiness.result import RuleResult
from app.readiness.status import Severity, Status

CHECKED = "checksum holds"
MANY = "too many to list"
TOO_LARGE = "not-scanned"

_ASKED = " The comment that asks to allow it does not: a maintainer decides, by a waiver on the base branch."
_MOST_EVIDENCE = 20
_SHORT_COMMIT = 7
_UNKNOWN_KIND = Kind("Secret", "Revoke it and keep the new one outside the repository")
_NOT_SCANNED = Kind("File above 20 MB, not scanned for secrets", "Keep large files outside the repository")


def judge_sightings(rule: str, sightings: Sequence[Sighting], files: int, kinds: Mapping[str, Kind]) -> RuleResult:
    """MISSING while a finding is an error; UNKNOWN when no file was scanned, for looking at nothing finds nothing."""
    if not sightings and not files:
        return RuleResult(rule, Status.UNKNOWN, missing_evidence="No file was scanned for secrets.")
    findings = number_repeats(_findings(rule, sightings, {**kinds, TOO_LARGE: _NOT_SCANNED}))
    places = [finding for finding in findings if finding.severity is Severity.ERROR]
    if places:
        evidence = tuple(
            Evidence(place.path, place.start_line, _title(kinds, place.hazard)) for place in places[:_MOST_EVIDENCE]
        )
        needed = f"No secret in any file; {_counted(len(places), 'secret')} found."
        return RuleResult(rule, Status.MISSING, evidence=evidence, missing_evidence=needed, findings=findings)
    scanned = f"in {_counted(files, 'file')}"
    warned = f"no certain secret {scanned}, {_counted(len(findings), 'warning')} to look at"
    clean = Evidence(".", 1, warned if findings else f"no secret found {scanned}")
    return RuleResult(rule, Status.IMPLEMENTED, evidence=(clean,), findings=findings)


def _findings(rule: str, sightings: Sequence[Sighting], kinds: Mapping[str, Kind]) -> Iterator[Finding]:
    """Those of the head in path order; then, once each, the secrets that only a commit of the change holds.

    What tests and documents show again is named once.
    """
    seen: dict[str, Severity] = {}
    for sighting in sorted(sightings, key=lambda sighting: (sighting.commit is not None, sighting.path)):
        is_shown = only_shows(sighting.path)
        for hit in sighting.hits:
            identity = hit.identity_at(sighting.path)
            finding = _finding(rule, sighting, hit, kinds)
            was_told = seen.get(identity) in (Severity.ERROR, finding.severity)
            if not (was_told and (sighting.commit is not None or (is_shown and hit.note != CHECKED))):
                yield finding
            seen[identity] = Severity.ERROR if seen.get(identity) is Severity.ERROR else finding.severity


def _finding(rule: str, sighting: Sighting, hit: Hit, kinds: Mapping[str, Kind]) -> Finding:
    """The path takes no part in the fingerprint, so that a secret that moves is not a new one."""
    softened = only_shows(sighting.path) and hit.note != CHECKED
    return Finding(
        path=sighting.path,
        start_line=hit.line,
        end_line=hit.end_line,
        message=_message(kinds.get(hit.kind, _UNKNOWN_KIND), hit, sighting.commit),
        fingerprint=fingerprint(rule, hit.kind, hit.key),
        hazard=hit.kind,
        severity=Severity.WARNING if softened else hit.severity,
        commit=sighting.commit,
        needs_maintainer=hit.asks and not softened and hit.severity is Severity.ERROR,
    )


def _message(kind: Kind, hit: Hit, commit: str | None) -> str:
    title = f"{kind.title}, too many to list one by one" if hit.note == MANY else kind.title
    place = f" in commit {commit[:_SHORT_COMMIT]}, gone from the files but not from the history" if commit else ""
    return f"{title}{place}. {kind.action}.{_ASKED if hit.asks else ''}"


def _title(kinds: Mapping[str, Kind], kind: str | None) -> str:
    return kinds.get(kind or "", _UNKNOWN_KIND).title


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
