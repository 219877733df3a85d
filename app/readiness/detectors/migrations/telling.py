"""Dangers as findings: one sentence on what happens, to whom, for how long, and what to do instead."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from app.readiness.detectors.migrations.hazards.hazard import Hazard
from app.readiness.detectors.migrations.hazards.table import HAZARDS
from app.readiness.detectors.migrations.judging.scene import Danger
from app.readiness.detectors.migrations.model import Dialect, Migration
from app.readiness.detectors.migrations.parameters import Parameters
from app.readiness.detectors.migrations.rewriting import rewrite
from app.readiness.findings import Finding, fingerprint, number_repeats
from app.readiness.status import Severity

_LOCKING = frozenset("LP")


@dataclass(frozen=True, slots=True)
class Telling:
    """What all findings of a change share. assumed: what was taken for granted, in a sentence, or ""."""

    rule: str
    parameters: Parameters
    dialect: Dialect
    assumed: str


def tell(
    telling: Telling, found: Iterable[tuple[Migration, Danger]], text_of: Callable[[str], str]
) -> tuple[Finding, ...]:
    """Findings in the order of files and lines."""
    findings = [
        replace(_finding(telling, migration, danger), suggestion=_suggestion(danger, text_of))
        for migration, danger in found
    ]
    findings.sort(key=lambda one: (one.path, one.start_line, one.hazard or ""))
    return number_repeats(_once(findings))


def _suggestion(danger: Danger, text_of: Callable[[str], str]) -> str | None:
    """Only for files of SQL, whose lines are the statement."""
    span = danger.op.span
    if not danger.can_rewrite or not span.path.endswith(".sql"):
        return None
    lines = text_of(span.path).split("\n")[span.start_line - 1 : span.end_line]
    return rewrite(danger.hazard, "\n".join(lines))


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same hazard on the same lines is said once."""
    seen = set()
    for one in findings:
        key = (one.path, one.start_line, one.end_line, one.hazard, one.message)
        if key not in seen:
            seen.add(key)
            yield one


def _finding(telling: Telling, migration: Migration, danger: Danger) -> Finding:
    hazard, op = HAZARDS[danger.hazard], danger.op
    subject = (op.table, op.column, op.name, op.new_name)
    return Finding(
        path=op.span.path,
        start_line=op.span.start_line,
        end_line=op.span.end_line,
        message=_message(telling, migration, danger),
        fingerprint=fingerprint(
            telling.rule, hazard.id, op.span.path, op.kind.value, *subject, " ".join(op.text.lower().split())
        ),
        hazard=hazard.id,
        severity=_severity(hazard, danger, telling.parameters),
    )


def _severity(hazard: Hazard, danger: Danger, parameters: Parameters) -> Severity:
    """Milder where only versions side by side are harmed and never are, and for locks of small tables."""
    severity = danger.severity or hazard.severity
    why = set(hazard.why)
    if not parameters.is_rolling:
        why -= {"B"}
        if not why - {"I"}:
            severity = Severity.WARNING
    if why and why <= _LOCKING | {"B", "F"} and "B" not in why and parameters.table(danger.op.table).is_small:
        severity = Severity.WARNING
    if danger.op.assured:
        return Severity.WARNING
    if severity is Severity.WARNING and parameters.table(danger.op.table).hot and "L" in hazard.why:
        severity = Severity.ERROR
    return severity


def _message(telling: Telling, migration: Migration, danger: Danger) -> str:
    hazard, dialect = HAZARDS[danger.hazard], migration.dialect or telling.dialect
    is_elsewhere = dialect is not Dialect.POSTGRES
    breaks = (is_elsewhere and hazard.breaks_elsewhere) or hazard.breaks
    parts = [f"{hazard.title}." if not danger.detail else f"{hazard.title}: {danger.detail}", breaks]
    if hazard.lock and dialect is Dialect.POSTGRES:
        parts.append(f"Lock: {hazard.lock}; for {hazard.lasts}.")
    elif hazard.lasts and "L" in hazard.why and not hazard.breaks_elsewhere:
        parts.append(f"It takes {hazard.lasts}.")
    rows = telling.parameters.table(danger.op.table).rows
    if rows is not None:
        parts.append(f"`{danger.op.table}` has {rows:,} rows.")
    if danger.op.assured:
        parts.append(f"Its authors say it is safe: {danger.op.assured[:120]}.")
    steps = (is_elsewhere and hazard.steps_elsewhere) or hazard.steps
    numbered = (
        " ".join(f"{number}. {step}" for number, step in enumerate(steps, 1)) if len(steps) > 1 else "".join(steps)
    )
    parts.append(f"Instead: {numbered}")
    if telling.assumed and "L" in hazard.why:
        parts.append(telling.assumed)
    return " ".join(part for part in parts if part)
