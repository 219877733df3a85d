"""Head against merge base: what a change brought, what it made worse and what it made better."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from app.readiness.evidence import Evidence
from app.readiness.findings import Finding
from app.readiness.result import ComponentResult, Evaluation, RuleResult
from app.readiness.status import Confidence, Status

_RANK: Mapping[Status, int] = {Status.IMPLEMENTED: 3, Status.PARTIAL: 2, Status.PLANNED: 1, Status.MISSING: 0}
_SEEN = frozenset({Status.IMPLEMENTED, Status.PARTIAL})


@dataclass(frozen=True, slots=True)
class Comparison:
    """One rule at the head beside the same rule at the base.

    result: the head's, its findings marked introduced or standing; base_status: None without a base.
    worse_components: the folders whose gap this change brought or deepened.
    lost: what the base had seen and the head has not, where the rule is worse.
    """

    result: RuleResult
    base_status: Status | None = None
    is_worse: bool = False
    is_better: bool = False
    worse_components: tuple[str, ...] = ()
    lost: tuple[Evidence, ...] = ()

    @property
    def introduced(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.result.findings if finding.introduced)


def compare(head: Evaluation, base: Evaluation | None) -> dict[str, Comparison]:
    """Every rule of the head, by id; a rule the base was not asked about is not compared."""
    return {
        rule: compare_results(result, base.results.get(rule) if base else None) for rule, result in head.results.items()
    }


def compare_results(head: RuleResult, base: RuleResult | None) -> Comparison:
    """One rule; without a base nothing is introduced, worse or better.

    A finding is introduced when the base has none with its fingerprint, or when only a passing commit held it. A base
    in `error` has no findings to compare with, so it makes nothing introduced.
    Where both sides know components, a rule is worse when a component is (deleting a good one makes nothing worse);
    otherwise when its status fell.
    """
    if base is None:
        return Comparison(_marked(head, lambda finding: False))
    known = {finding.fingerprint for finding in base.findings}
    is_readable = base.status is not Status.ERROR
    marked = _marked(head, lambda f: f.commit is not None or (is_readable and f.fingerprint not in known))
    worse_components = _worse_components(head.components, base.components)
    by_component = bool(head.components and base.components)
    is_worse = bool(worse_components) if by_component else is_lower(head.status, base.status)
    is_worse = is_worse and head.status.is_gap
    return Comparison(
        result=_surer(marked, base) if is_worse else marked,
        base_status=base.status,
        is_worse=is_worse,
        is_better=not is_worse and _is_better(marked, base),
        worse_components=worse_components,
        lost=tuple(line for line in base.evidence if line not in head.evidence) if is_worse else (),
    )


def _surer(head: RuleResult, base: RuleResult) -> RuleResult:
    """Where the base had by structure what is lost now, the fall is no guess, even if what is left is one."""
    is_shown = base.status in _SEEN and (base.confidence is Confidence.HIGH or base.is_guess)
    return replace(head, confidence=Confidence.HIGH, is_guess=False) if head.is_guess and is_shown else head


def is_lower(head: Status, base: Status) -> bool:
    """Whether the status fell: implemented > partial > planned > missing.

    `unknown` is lower than what was seen (implemented, partial), and not lower than planned or missing, because
    nothing that was known to work is lost. Nothing is lower than `unknown` or `error`: they cannot be compared with.
    A rule that begins to apply is worse only when it is missing: whoever adds the first service is asked to start
    or to plan what it needs, which becomes an issue, and not to finish all of it in one change.
    """
    if base is Status.NOT_APPLICABLE:
        return head is Status.MISSING
    if head is Status.UNKNOWN:
        return base in _SEEN
    return head in _RANK and base in _RANK and _RANK[head] < _RANK[base]


def _is_better(head: RuleResult, base: RuleResult) -> bool:
    """The status rose, or findings went away and none came."""
    if base.status.is_gap and head.status in _RANK and _RANK[head.status] > _RANK.get(base.status, 0):
        return True
    if head.status in (Status.NOT_APPLICABLE, Status.ERROR, Status.UNKNOWN) or base.status is Status.ERROR:
        return False
    gone = {finding.fingerprint for finding in base.findings} - {finding.fingerprint for finding in head.findings}
    return bool(gone) and not any(finding.introduced for finding in head.findings)


def _worse_components(head: Iterable[ComponentResult], base: Iterable[ComponentResult]) -> tuple[str, ...]:
    """Folders that fell, and new ones that begin with nothing; a gap that only moved to another folder is not new."""
    before = {component.path: component.status for component in base}
    after = {component.path: component.status for component in head}
    moved = [status for path, status in before.items() if path not in after]
    worse = []
    for path, status in after.items():
        if path in before:
            if is_lower(status, before[path]):
                worse.append(path)
        elif status in moved:
            moved.remove(status)
        elif is_lower(status, Status.NOT_APPLICABLE):
            worse.append(path)
    return tuple(worse)


def _marked(result: RuleResult, is_introduced: Callable[[Finding], bool]) -> RuleResult:
    if not result.findings:
        return result
    findings = tuple(replace(finding, introduced=is_introduced(finding)) for finding in result.findings)
    return replace(result, findings=findings)
