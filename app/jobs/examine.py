"""One commit examined: its files and its change brought to the judge, and the time that took."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app.errors import InvalidInput
from app.git.local import open_local
from app.git.open_mirror import OpenMirror
from app.git.passing import COMMIT_LIMIT, PASSING_LIMIT
from app.jobs.own_policy import POLICY_PATH, changed_policy_problems, policy_layer
from app.jobs.sides import Sides, Staged, open_sides, open_staged
from app.readiness.catalogue import Catalogue
from app.readiness.companions import is_companion
from app.readiness.detectors import build_detectors
from app.readiness.earlier import Earlier
from app.readiness.judge import Case, judge
from app.readiness.layering import build_policy
from app.readiness.lazy import lazily
from app.readiness.policy import Layer, Policy
from app.readiness.snapshot import Change
from app.readiness.verdict import PolicyNote, Verdict

# Most runs are given no report, and a warm one would load for nothing what reads them.
measuring: Any = lazily("app.jobs.measure")
# Which paths are read does not depend on the key.
_ANY_KEY = b"paths only"


@dataclass(frozen=True, slots=True)
class Examination:
    """A verdict, the change it is about (None in an audit), and the policy that judged."""

    verdict: Verdict
    change: Change | None
    policy: Policy

    def __iter__(self) -> Iterator[Any]:
        return iter((self.verdict, self.change))


def examine_local(
    path: Path,
    *,
    catalogue: Catalogue,
    secret_key: bytes,
    today: date,
    base: str | None = None,
    head: str | None = None,
    org: Layer | None = None,
    only: frozenset[str] | None = None,
    coverage: Sequence[Path] = (),
    base_coverage: Sequence[Path] = (),
    cache: Any = None,
    staged: Staged | None = None,
) -> Examination:
    """A folder on this machine: as it stands, or its commit `head`; with `base` the change since the merge base.

    staged: judge what is staged, against the commit that is checked out, in the place of `base` and `head`.

    The repository's own policy comes from the base side where there is one. Raises `InvalidInput` for a wrong
    policy or name, `Unreadable` for what cannot be read. coverage: reports that decide the rule of that name;
    base_coverage: those of the base, for telling a drop.
    """
    started = _now()
    repository = open_local(path)
    with ExitStack() as opened:
        sides = open_staged(repository, staged, opened) if staged else open_sides(repository, base, head, opened)
        own = policy_layer(sides.policy_files, sides.policy_commit)
        layers = [layer for layer in (org, own) if layer]
        policy = build_policy(layers, catalogue)
        _refuse_broken(policy, spare=own if sides.base else None)
        detectors = dict(build_detectors(secret_key=secret_key))
        named = measuring.Reports(tuple(coverage), tuple(base_coverage)) if coverage else None
        measured = measuring.coverage_detector(named, sides, repository.root, policy) if named else None
        if measured:
            detectors[measured.name] = measured
        case = Case(
            catalogue=catalogue,
            policy=policy,
            head=sides.head,
            today=today,
            base=sides.base,
            change=sides.change,
            tip=sides.policy_files if sides.base else None,
            repository=repository.name(),
            head_sha=sides.head_sha,
            base_sha=sides.base_sha,
            readygate=version("readygate"),
            only=only,
            detectors=detectors,
            policy_note=_note(PolicyNote(), sides, catalogue),
        )
        verdict = judge(case, cache)
        if measured:
            verdict = measuring.with_coverage(verdict, measured)
    return Examination(_timed(verdict, started), sides.change, policy)


def examine_mirror(
    mirror: OpenMirror,
    *,
    head: str,
    base: str | None,
    head_sha: str,
    base_sha: str | None,
    layers: Sequence[Layer],
    catalogue: Catalogue,
    secret_key: bytes,
    today: date,
    repository: str | None = None,
    policy_note: PolicyNote | None = None,
    only: frozenset[str] | None = None,
    tool_reports: Mapping[str, Any] | None = None,
    verified_waivers: bool = False,
    cache: Any = None,
    earlier: Earlier | None = None,
) -> Examination:
    """A commit of a mirror that already holds what `missing_blobs` names.

    head and base are what git reads, commits or, where history could not be had, trees; base is the merge base, and
    none makes it an audit. head_sha and base_sha are the commits the verdict names; earlier is of the same repository.
    """
    started = _now()
    before = mirror.snapshot(base, is_start=True) if base else None
    after = mirror.snapshot(head, is_start=before is None)
    change = mirror.change(before, after, base, head) if before and base else None
    sides = Sides(after, before, change, head_sha or None, base_sha or None, before or after, "")
    has_history = not base or (head == head_sha and base == base_sha)
    case = Case(
        catalogue=catalogue,
        policy=build_policy(layers, catalogue),
        head=after,
        today=today,
        base=before,
        change=change,
        repository=repository,
        head_sha=sides.head_sha,
        base_sha=sides.base_sha,
        readygate=version("readygate"),
        only=only,
        tool_reports=tool_reports or {},
        detectors=build_detectors(secret_key=secret_key),
        policy_note=_note(policy_note or PolicyNote(), sides, catalogue, has_history=has_history),
        verified_waivers=verified_waivers,
    )
    verdict = judge(case, cache, earlier)
    return Examination(_timed(verdict, started), change, case.policy)


def missing_blobs(mirror: OpenMirror, head: str, base: str | None = None, policy: str | None = None) -> list[str]:
    """Blobs to fetch before an evaluation of `head` against `base`, with the policy file of the commit `policy`.

    Images, archives, fonts and media are left out by their names, as the detectors leave them out; what Helm
    templates are read with is always among them.
    """
    detectors = build_detectors(secret_key=_ANY_KEY).values()

    def is_read(path: str) -> bool:
        return is_companion(path) or any(detector.wants(path, -1) for detector in detectors)

    return mirror.missing(head, base, is_read, [(policy, POLICY_PATH)] if policy else [])


def _refuse_broken(policy: Policy, *, spare: Layer | None) -> None:
    """A wrong policy stops the command, except one on the base side, which the change may be about to mend."""
    problems = tuple(p for p in policy.problems if spare is None or p.path != spare.path)
    if problems:
        raise InvalidInput("the policy has mistakes", problems)


def _note(note: PolicyNote, sides: Sides, catalogue: Catalogue, *, has_history: bool = True) -> PolicyNote:
    notes = list(note.notes)
    if not has_history:
        notes.append("The commits in between could not be had, so only the first and the last state were compared.")
    if sides.change and not sides.change.passing.is_whole:
        notes.append(
            f"Of what the change wrote and removed again, the newest {COMMIT_LIMIT:,} commits and {PASSING_LIMIT:,} "
            "files were looked at, and not the rest."
        )
    problems = changed_policy_problems(sides.head, sides.base, catalogue)
    return replace(note, notes=tuple(notes), problems=(*note.problems, *problems))


def _now() -> tuple[float, float]:
    times = os.times()
    return time.monotonic(), times.user + times.system + times.children_user + times.children_system


def _timed(verdict: Verdict, started: tuple[float, float]) -> Verdict:
    wall, cpu = (round((now - then) * 1000) for now, then in zip(_now(), started, strict=True))
    return replace(verdict, stats=replace(verdict.stats, wall_ms=wall, cpu_ms=cpu))
