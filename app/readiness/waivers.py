"""Waivers applied: which gaps of a rule are accepted on a day, and which are not any more."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from app.readiness.globs import matches_any
from app.readiness.policy import Waiver
from app.readiness.result import ComponentResult, RuleResult
from app.readiness.rule_names import RuleNames
from app.readiness.status import Status

_ANY = "\x01"
"""Stands for any file of a folder: no glob that somebody writes names it, so only wildcards match it."""


@dataclass(frozen=True, slots=True)
class Waived:
    """One result with its accepted gaps marked.

    is_waived: no gap is left that nobody accepted; components: the folders whose gap is accepted.
    used: the waivers that accepted something.
    """

    result: RuleResult
    is_waived: bool = False
    components: frozenset[str] = frozenset()
    used: tuple[Waiver, ...] = ()


def is_expired(waiver: Waiver, today: date) -> bool:
    """A waiver holds through its last day and ends with the next."""
    return today > waiver.expires


def by_rule(waivers: Iterable[Waiver], names: RuleNames) -> dict[str, list[Waiver]]:
    """The waivers of every rule that one of them means, by id or glob."""
    found: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        selection = names.find(waiver.rule)
        for rule in selection.rules if selection else ():
            found.setdefault(rule, []).append(waiver)
    return found


def waive(result: RuleResult, waivers: Iterable[Waiver], today: date, *, is_explained: bool) -> Waived:
    """Marks what the waivers of this rule accept today.

    A waiver without path and fingerprint accepts the whole rule. With a path it accepts findings in matching files
    and the gap of matching components; with a fingerprint one finding; with both, where both agree.
    is_explained: the findings say all there is to the status (a detector's rule), so accepting them all accepts the
    rule. A rule in `error` is never waived: nobody accepted a crash.
    """
    if not _has_gap(result):
        return Waived(result)
    live = tuple(waiver for waiver in waivers if not is_expired(waiver, today))
    whole = tuple(waiver for waiver in live if waiver.path is None and waiver.fingerprint is None)
    used = [waiver for waiver in live if waiver in whole or _accepts_part(waiver, result)]
    findings = tuple(
        replace(finding, waived=any(_accepts(waiver, finding.path, finding.fingerprint) for waiver in live))
        for finding in result.findings
    )
    waived = replace(result, findings=findings) if findings else result
    components = frozenset(part.path for part in result.components if _accepts_component(part, live))
    is_waived = bool(whole) or _is_all_accepted(waived, components, is_explained=is_explained)
    return Waived(waived, is_waived, components, tuple(used))


def _has_gap(result: RuleResult) -> bool:
    return result.status is not Status.ERROR and (result.status.is_gap or bool(result.findings))


def _is_all_accepted(result: RuleResult, components: frozenset[str], *, is_explained: bool) -> bool:
    if not all(finding.waived for finding in result.findings):
        return False
    if not result.status.is_gap or (is_explained and result.findings):
        return True
    gaps = [part.path for part in result.components if part.status.is_gap]
    return bool(gaps) and components.issuperset(gaps)


def _accepts_part(waiver: Waiver, result: RuleResult) -> bool:
    return any(_accepts(waiver, finding.path, finding.fingerprint) for finding in result.findings) or any(
        _accepts_component(part, (waiver,)) for part in result.components
    )


def _accepts(waiver: Waiver, path: str, fingerprint: str) -> bool:
    if waiver.fingerprint is not None and waiver.fingerprint != fingerprint:
        return False
    return waiver.path is None or matches_any((waiver.path,), path)


def _accepts_component(component: ComponentResult, waivers: Iterable[Waiver]) -> bool:
    """A folder is accepted by a glob over it or over everything in it; the root only by a glob over everything."""
    if not component.status.is_gap:
        return False
    inside = f"{_ANY}/{_ANY}" if component.path == "." else f"{component.path}/{_ANY}"
    paths = (inside,) if component.path == "." else (component.path, inside)
    return any(
        waiver.fingerprint is None and (waiver.path is None or any(matches_any((waiver.path,), path) for path in paths))
        for waiver in waivers
    )
