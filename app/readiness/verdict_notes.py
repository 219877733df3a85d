"""The parts of a verdict that say what judged it: the policy's layers, its waivers and the work done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.readiness.policy import Layer, Policy, Waiver
from app.readiness.result import Evaluation
from app.readiness.verdict import PolicyNote, Stats, WaiverVerdict
from app.readiness.waivers import Waived, is_expired


def note_of(policy: Policy, note: PolicyNote) -> PolicyNote:
    """The caller's note, completed with the layers that took part and with what has no effect."""
    mistakes = tuple(f"This part of the policy took no part: {problem}" for problem in policy.problems)
    layers = note.layers or tuple(_named(layer) for layer in policy.layers)
    return replace(note, layers=layers, notes=(*note.notes, *policy.notes, *mistakes))


def waiver_verdicts(
    policy: Policy, judged: Mapping[str, Sequence[Waiver]], waived: Iterable[Waived], today: date, *, is_verified: bool
) -> tuple[WaiverVerdict, ...]:
    """The waivers of the judged rules in the policy's order, ended ones included."""
    meant = {waiver for waivers in judged.values() for waiver in waivers}
    used = {waiver for part in waived for waiver in part.used}
    return tuple(
        WaiverVerdict(
            rule=waiver.rule,
            path=waiver.path,
            reason=waiver.reason,
            approved_by=waiver.approved_by,
            expires=waiver.expires.isoformat(),
            expired=is_expired(waiver, today),
            verified=is_verified,
            fingerprint=waiver.fingerprint,
            used=waiver in used,
        )
        for waiver in policy.waivers
        if waiver in meant
    )


def stats_of(head: Evaluation, base: Evaluation | None) -> Stats:
    """Files of the head; what was read and scanned of both sides, which is nothing where the cache knew all of it."""
    return Stats(
        files=head.files,
        bytes=head.bytes + (base.bytes if base else 0),
        blobs_scanned=head.blobs_scanned + (base.blobs_scanned if base else 0),
        blobs_cached=head.blobs_cached + (base.blobs_cached if base else 0),
    )


def _named(layer: Layer) -> str:
    """Such as `org acme/.github@1f3c9a2:rules.yml`."""
    owner, colon, path = layer.path.partition(":")
    commit = f"@{layer.commit[:7]}" if layer.commit else ""
    return f"{layer.name} {owner}{commit}{colon}{path}"
