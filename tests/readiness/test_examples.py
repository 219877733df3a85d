from collections.abc import Mapping

from asking import catalogue_of

from app.readiness.detectors.detector import Detector
from app.readiness.examples import compare_texts, run_examples
from app.readiness.snapshot import Change, MemorySnapshot, Snapshot

RULE = {
    "id": "it",
    "implemented": {"text": "good", "in": ["a.md"]},
    "examples": [
        {"status": "implemented", "files": {"a.md": "good"}},
        {"status": "missing", "name": "wrong on purpose", "files": {"a.md": "good"}},
        {"status": "missing", "files": {"a.md": "{{secret:x}}"}},
    ],
}


def test_examples_that_differ_are_told() -> None:
    failures = run_examples(catalogue_of(RULE))
    assert [str(failure).split(":")[0] for failure in failures] == ["it example 2 (wrong on purpose)"]
    assert failures[0].found == "implemented"


def test_placeholders_are_filled() -> None:
    failures = run_examples(catalogue_of(RULE), fill=lambda text: text.replace("{{secret:x}}", "good"))
    assert [failure.number for failure in failures] == [2, 3]


def test_detectors_are_built_for_each_example() -> None:
    seen: list[tuple[int, int | None, list[str]]] = []

    def detectors_for(head: Snapshot, base: Snapshot | None, change: Change | None) -> Mapping[str, Detector]:
        seen.append((len(head.entries), len(base.entries) if base else None, sorted(change.files) if change else []))
        return {}

    rule = {**RULE, "examples": [{"status": "missing", "files": {"x": "1"}, "base": {"x": "0", "y": ""}}]}
    run_examples(catalogue_of(rule), detectors_for)
    assert seen == [(1, 2, ["x"])]


def test_facts_have_examples_too() -> None:
    facts = """  - id: f
    title: F
    holds: {path: [a]}
    examples: [{status: implemented, files: {a: ''}}, {status: implemented, files: {b: ''}}]
"""
    assert [failure.number for failure in run_examples(catalogue_of(facts=facts))] == [2]


def test_texts_are_compared_line_by_line() -> None:
    base = MemorySnapshot({"a": "1\n2\n3\n", "gone": "x\n", "same": "s\n"})
    head = MemorySnapshot({"a": "1\nnew\nnew\n3\n", "same": "s\n", "born": "y\n"})
    files = compare_texts(base, head).files
    assert {path: (f.status, f.added, f.deleted) for path, f in files.items()} == {
        "a": ("modified", ((2, 3),), ((2, 2),)),
        "born": ("added", ((1, 1),), ()),
        "gone": ("deleted", (), ((1, 1),)),
    }
