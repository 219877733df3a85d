"""The condition `attest`: a person states it, with proof and an end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.readiness.conditions.answer import NO, Answer, Truth
from app.readiness.conditions.condition import Condition, View
from app.readiness.conditions.reading import Fields
from app.readiness.conditions.sight import trim
from app.readiness.evidence import Evidence
from app.readiness.policy import Attestation


@dataclass(frozen=True, slots=True)
class AttestCondition:
    """TRUE while a statement under one of the names is valid; UNKNOWN when the last one has expired."""

    names: tuple[str, ...]
    max_age_days: int | None = None

    def judge(self, view: View) -> Answer:
        stated = [one for one in view.attestations if one.rule in self.names and one.on <= view.today]
        valid = [one for one in stated if self._ends(one) >= view.today.toordinal()]
        if valid:
            return Answer(Truth.TRUE, tuple(map(_evidence, valid)), is_firm=True)
        if not stated:
            return NO
        last = max(stated, key=lambda one: one.on)
        return Answer(Truth.UNKNOWN, doubts=(f"the attestation of {last.by} from {last.on} has expired",))

    def _ends(self, attestation: Attestation) -> int:
        days = attestation.valid_days if self.max_age_days is None else min(attestation.valid_days, self.max_age_days)
        return (attestation.on + timedelta(days=min(days, 36_500))).toordinal()

    def describe(self) -> str:
        return f"an attestation for {self.names[0]}"

    def parts(self) -> Sequence[Condition]:
        return ()


def _evidence(attestation: Attestation) -> Evidence:
    words = trim(f"attested by {attestation.by} on {attestation.on}: {attestation.proof}")
    return Evidence(attestation.origin.path, max(attestation.origin.line, 1), words)


def read_attest(fields: Fields) -> AttestCondition:
    """`attest: id`, `max_age_days: 180`."""
    names = fields.texts("attest")
    if not names:
        fields.mistakes.add(fields.location, "'attest' needs the id of an attestation")
    return AttestCondition(names or ("?",), fields.number("max_age_days"))
