"""Running the examples that rules carry, each as a small repository of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from app.readiness.catalogue import Catalogue
from app.readiness.detectors.detector import Detector
from app.readiness.evaluate import evaluate
from app.readiness.inputs import Inputs
from app.readiness.policy import Attestation, Origin
from app.readiness.result import RuleResult
from app.readiness.rule import Example, Rule
from app.readiness.snapshot import Change, FileChange, MemorySnapshot


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example run: `complaint` says what came instead of what it promises, "" when it holds."""

    rule: str
    name: str
    complaint: str


def run_examples(catalogue: Catalogue, detectors: Mapping[str, Detector]) -> Iterator[Outcome]:
    """Every example of every rule, in order."""
    for rule in catalogue.rules.values():
        for number, example in enumerate(rule.examples, start=1):
            result = _judge(catalogue, rule, example, detectors)
            yield Outcome(rule.id, example.name or f"example {number}", _complaint(example, result))


def _judge(catalogue: Catalogue, rule: Rule, example: Example, detectors: Mapping[str, Detector]) -> RuleResult:
    attestations = tuple(
        Attestation(one.rule, one.by, one.on, one.proof, one.valid_days, Origin("repository", "example"))
        for one in example.attestations
    )
    inputs = Inputs(
        today=example.today,
        attestations=attestations,
        tool_reports={name: text.encode() for name, text in example.reports.items()},
        change=_change(example.base, example.files) if example.base is not None else None,
        detectors=detectors,
    )
    return evaluate(MemorySnapshot(example.files), catalogue, [rule.id], inputs).results[rule.id]


def _complaint(example: Example, result: RuleResult) -> str:
    if result.status is not example.status:
        why = result.error or result.missing_evidence or next((e.text for e in result.evidence), "")
        return f"expected {example.status}, got {result.status}" + (f": {why}" if why else "")
    if example.findings is not None and len(result.findings) != example.findings:
        return f"expected {example.findings} findings, got {len(result.findings)}"
    return ""


def _change(base: Mapping[str, str], head: Mapping[str, str]) -> Change:
    files = {
        path: _file_change(path, base.get(path), head.get(path))
        for path in sorted({*base, *head})
        if base.get(path) != head.get(path)
    }
    return Change(files)


def _file_change(path: str, before: str | None, after: str | None) -> FileChange:
    old, new = (before or "").splitlines(), (after or "").splitlines()
    codes = [code for code in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if code[0] != "equal"]
    added = tuple((start + 1, end) for _, _, _, start, end in codes if end > start)
    deleted = tuple((start + 1, end) for _, start, end, _, _ in codes if end > start)
    status = "added" if before is None else "deleted" if after is None else "modified"
    return FileChange(path, path, status, added, deleted)
