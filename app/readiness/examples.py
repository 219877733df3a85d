"""The examples of rules, run: every rule shows what passes and what does not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from app.readiness.catalogue import Catalogue
from app.readiness.conditions.reading import Mistakes
from app.readiness.detectors.detector import Detector
from app.readiness.evaluate import evaluate
from app.readiness.fact import Fact
from app.readiness.inputs import Inputs
from app.readiness.policy import Attestation, Origin
from app.readiness.result import RuleResult
from app.readiness.rule import Rule, read_rule
from app.readiness.rule_text import Example
from app.readiness.snapshot import Change, FileChange, MemorySnapshot, Snapshot

DetectorsFor = Callable[[Snapshot, Snapshot | None, Change | None], Mapping[str, Detector]]
"""The detectors for a head, its base and the change between them (both None in an audit)."""

Fill = Callable[[str], str]
"""Replaces placeholders such as `{{secret:kind}}` by generated text."""


@dataclass(frozen=True, slots=True)
class ExampleFailure:
    """An example that did not get its status; number counts from 1."""

    rule: str
    number: int
    name: str
    expected: str
    found: str
    detail: str = ""

    def __str__(self) -> str:
        name = f" ({self.name})" if self.name else ""
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.rule} example {self.number}{name}: expected {self.expected}, found {self.found}{detail}"


def no_detectors(head: Snapshot, base: Snapshot | None, change: Change | None) -> Mapping[str, Detector]:
    return {}


def run_examples(
    catalogue: Catalogue,
    detectors_for: DetectorsFor = no_detectors,
    fill: Fill = str,
    only: frozenset[str] | None = None,
) -> list[ExampleFailure]:
    """Every example of every rule and fact (or of those named), judged; what differs from its status is returned."""
    failures: list[ExampleFailure] = []
    for rule in catalogue.rules.values():
        if only is None or rule.id in only:
            failures += _run_rule(catalogue, rule, detectors_for, fill)
    for fact in catalogue.facts.values():
        if only is None or fact.id in only:
            failures += _run_fact(catalogue, fact, fill)
    return failures


def _run_rule(catalogue: Catalogue, rule: Rule, detectors_for: DetectorsFor, fill: Fill) -> Iterator[ExampleFailure]:
    for number, example in enumerate(rule.examples, 1):
        result = judge_example(catalogue, rule.id, example, detectors_for, fill)
        found = len(result.findings)
        detail = (
            result.error or result.missing_evidence or "; ".join(f"{e.path}:{e.line} {e.text}" for e in result.evidence)
        )
        if result.status is not example.status:
            yield ExampleFailure(rule.id, number, example.name, example.status, result.status, detail)
        elif example.findings is not None and example.findings != found:
            yield ExampleFailure(rule.id, number, example.name, f"{example.findings} findings", f"{found} findings")
        judged = {aspect.id: aspect.status for aspect in result.aspects}
        for aspect, status in example.aspects.items():
            if judged.get(aspect) is not status:
                place = f"{rule.id}.{aspect}"
                yield ExampleFailure(place, number, example.name, status, judged.get(aspect, "nothing"), detail)


def _run_fact(catalogue: Catalogue, fact: Fact, fill: Fill) -> Iterator[ExampleFailure]:
    """A fact that holds is `implemented`, one that does not is `missing`, one in doubt `unknown`."""
    for number, example in enumerate(fact.examples, 1):
        probe = _probe(catalogue, fact)
        result = judge_example(probe, _PROBE, example, no_detectors, fill)
        if result.status is not example.status:
            yield ExampleFailure(fact.id, number, example.name, example.status, result.status, result.missing_evidence)


_PROBE = "fact-under-test"


def _probe(catalogue: Catalogue, fact: Fact) -> Catalogue:
    """A catalogue with one rule more, which is implemented when the fact holds."""
    raw = {"id": _PROBE, "title": fact.title, "category": "facts", "priority": "P2", "implemented": {"rule": fact.id}}
    rule = read_rule(raw, Mistakes())
    return replace(catalogue, rules={_PROBE: rule}) if rule is not None else catalogue


def judge_example(
    catalogue: Catalogue, rule: str, example: Example, detectors_for: DetectorsFor = no_detectors, fill: Fill = str
) -> RuleResult:
    """One example judged as a snapshot in memory, and as a change when it has a base."""
    head = _snapshot(example.files, fill)
    base = _snapshot(example.base, fill) if example.base is not None else None
    change = compare_texts(base, head) if base is not None else None
    inputs = Inputs(
        today=example.today,
        attestations=tuple(attestations_of(example)),
        tool_reports={name: text.encode() for name, text in example.reports.items()},
        change=change,
        base=base,
        detectors=detectors_for(head, base, change),
    )
    return evaluate(head, catalogue, [rule], inputs).results[rule]


def _snapshot(files: Mapping[str, str], fill: Fill) -> MemorySnapshot:
    return MemorySnapshot({path: fill(text) for path, text in files.items()})


def attestations_of(example: Example) -> Iterator[Attestation]:
    for one in example.attestations:
        yield Attestation(one.rule, one.by, one.on, one.proof, one.valid_days, Origin("repository", "rules.yml", 1))


def compare_texts(base: MemorySnapshot, head: MemorySnapshot) -> Change:
    """The change from one snapshot in memory to another, line by line; renames are a deletion and an addition."""
    files = {}
    for path in sorted({*base.entries, *head.entries}):
        before, after = _lines(base, path), _lines(head, path)
        if before != after:
            status = "added" if path not in base.entries else "deleted" if path not in head.entries else "modified"
            files[path] = FileChange(path, path, status, *_ranges(before, after))
    return Change(files)


def _lines(snapshot: MemorySnapshot, path: str) -> list[str]:
    entry = snapshot.entries.get(path)
    return snapshot.read(entry.blob).decode(errors="replace").splitlines() if entry is not None else []


def _ranges(before: list[str], after: list[str]) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    added, deleted = [], []
    for tag, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            added += [(start + 1, end)] if end > start else []
            deleted += [(first + 1, last)] if last > first else []
    return tuple(added), tuple(deleted)
