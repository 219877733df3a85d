import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest
from asking import TODAY, catalogue_of, judge
from scan_cache_in_memory import Cache

from app.errors import Unreadable
from app.readiness.blob_facts import BlobFacts
from app.readiness.detectors.detector import Hit, Keeping, Sighting
from app.readiness.evaluate import Inputs, evaluate
from app.readiness.findings import Finding
from app.readiness.result import RuleResult
from app.readiness.snapshot import Change, Entry, EntryKind, MemorySnapshot, Passing, PassingBlob, blob_id
from app.readiness.status import Status

A, B, C, D = ({"path": [name]} for name in "abcd")
DOUBT = {"tool": "x:y"}


@pytest.mark.parametrize(
    ("rule", "files", "status"),
    [
        ({"implemented": A}, "a", "implemented"),
        ({"implemented": A, "partial": B}, "ab", "implemented"),
        ({"implemented": A, "partial": B}, "b", "partial"),
        ({"implemented": A, "partial": B, "planned": C}, "bc", "partial"),
        ({"implemented": A, "partial": B, "planned": C}, "c", "planned"),
        ({"implemented": DOUBT, "partial": B, "planned": C}, "b", "partial"),
        ({"implemented": DOUBT, "planned": C}, "c", "unknown"),
        ({"implemented": A, "partial": DOUBT}, "", "unknown"),
        ({"implemented": A, "unknown_when": D, "planned": C}, "cd", "unknown"),
        ({"implemented": A, "unknown_when": D}, "ad", "implemented"),
        ({"implemented": A}, "", "missing"),
        ({"implemented": A, "applies_when": B}, "a", "not-applicable"),
        ({"implemented": A, "applies_when": DOUBT}, "a", "unknown"),
        ({"implemented": A, "applies_when": B}, "ab", "implemented"),
    ],
)
def test_the_order_of_statuses(rule: dict[str, object], files: str, status: str) -> None:
    assert judge(rule, dict.fromkeys(files, "")).status == status


def test_what_is_missing_is_said() -> None:
    assert judge({"implemented": A, "message": {"missing": "No a."}}, {}).missing_evidence == "No a."
    assert judge({"implemented": A}, {}).missing_evidence == "Looked for a file at a, and found nothing."
    assert "x was not run" in judge({"implemented": DOUBT}, {}).missing_evidence
    assert judge({"implemented": A}, {"a": ""}).missing_evidence == ""


def test_evidence_is_bounded_and_ordered() -> None:
    files = {f"a{n}.md": "word\n" for n in range(9)}
    result = judge({"implemented": {"text": "word", "in": ["*.md"]}}, files)
    assert [e.path for e in result.evidence] == [f"a{n}.md" for n in range(5)]


def test_parameters_of_the_policy_reach_conditions() -> None:
    rule = {
        "id": "it",
        "parameters": {"least": {"default": 1, "tighter": "higher"}},
        "implemented": {"path": ["*.md"], "min": {"parameter": "least"}},
    }
    snapshot, catalogue = MemorySnapshot({"x.md": ""}), catalogue_of(rule)
    assert evaluate(snapshot, catalogue, ["it"], Inputs(TODAY)).results["it"].status == "implemented"
    inputs = Inputs(TODAY, parameters={"it": {"least": 2, "unknown": 3}})
    assert evaluate(snapshot, catalogue, ["it"], inputs).results["it"].status == "missing"


def test_references_to_rules_and_facts() -> None:
    facts = "  - {id: has-a, title: A, holds: {path: [a]}}\n"
    first = {"id": "first", "implemented": B, "partial": C}
    second = {"id": "second", "applies_when": {"rule": "has-a"}, "implemented": {"rule": "first"}}
    third = {"id": "third", "implemented": {"rule": "first", "is": ["partial", "implemented"]}}
    catalogue = catalogue_of(first, second, third, facts=facts)

    def statuses(files: str) -> list[str]:
        results = evaluate(
            MemorySnapshot(dict.fromkeys(files, "")), catalogue, ["second", "third"], Inputs(TODAY)
        ).results
        return [result.status.value for result in results.values()]

    assert statuses("ab") == ["implemented", "implemented"]
    assert statuses("ac") == ["missing", "implemented"]
    assert statuses("b") == ["not-applicable", "implemented"]


MONOREPO = {
    "services/api/package.json": "{}",
    "services/api/Dockerfile": "FROM node\n",
    "services/api/src/main.ts": "drain()\n",
    "services/web/package.json": "{}",
    "services/web/src/index.ts": "\n",
    "libs/shared/package.json": "{}",
}
DRAINS = {"per": "service", "implemented": {"text": "drain", "in": ["**/*.{ts,yml}"]}}


def test_each_component_is_judged_and_some_are_partial() -> None:
    result = judge(DRAINS, MONOREPO)
    assert result.status == "partial"
    assert [(part.path, part.status.value) for part in result.components] == [
        ("services/api", "implemented"),
        ("services/web", "missing"),
    ]


def test_missing_in_every_component_is_missing() -> None:
    result = judge(DRAINS, {path: text.replace("drain", "") for path, text in MONOREPO.items()})
    assert result.status == "missing"
    assert {part.status.value for part in result.components} == {"missing"}


def test_what_lies_in_no_component_counts_for_all() -> None:
    result = judge(DRAINS, {**MONOREPO, "deploy/all.yml": "drain: 1\n"})
    assert result.status == "implemented"
    assert len(result.components) == 2


def test_a_repository_without_services_is_one_component() -> None:
    assert judge(DRAINS, {"package.json": "{}", "a.ts": "drain\n"}).components == ()


@dataclass
class Broken(MemorySnapshot):
    """Refuses some paths."""

    refused: frozenset[str] = field(default=frozenset())

    def read(self, blob: str) -> bytes:
        if any(self.entries[path].blob == blob for path in self.refused):
            raise Unreadable("gone", where="x")
        return MemorySnapshot.read(self, blob)


WORD = {"id": "word", "implemented": {"text": "word", "in": ["*.md"]}}


def test_an_unreadable_blob_makes_only_its_own_facts_unknown() -> None:
    catalogue = catalogue_of(WORD, {"id": "other", "implemented": {"text": "word", "in": ["*.txt"]}})
    snapshot = Broken({"a.md": "x\n", "b.txt": "word\n"}, refused=frozenset({"a.md"}))
    evaluation = evaluate(snapshot, catalogue, ["word", "other"], Inputs(TODAY))
    assert evaluation.results["word"].status == "unknown"
    assert evaluation.results["other"].status == "implemented"
    assert any("a.md" in warning for warning in evaluation.warnings)
    elsewhere = Broken({"a.md": "x\n", "b.md": "word\n"}, refused=frozenset({"a.md"}))
    assert evaluate(elsewhere, catalogue, ["word"], Inputs(TODAY)).results["word"].status == "implemented"


@dataclass(frozen=True)
class Marker:
    """Finds lines that say `mark`, and crashes on `crash`."""

    name: str = "marker"
    version: str = "1"

    def prepare(self, keeping: Keeping | None) -> None:
        pass

    def wants(self, path: str, size: int) -> bool:
        return path.endswith(".txt")

    def scan(self, path: str, content: bytes) -> tuple[Hit, ...]:
        if content == b"crash":
            raise ValueError(content.decode())
        lines = content.decode(errors="replace").split("\n")
        return tuple(Hit("mark", line, number, number) for number, line in enumerate(lines, 1) if "mark" in line)

    def judge(self, rule: str, sightings: Sequence[Sighting], files: int) -> RuleResult:
        findings = tuple(
            Finding(s.path, hit.line, hit.end_line, "mark", hit.key, commit=s.commit)
            for s in sightings
            for hit in s.hits
        )
        return RuleResult(rule, Status.MISSING if findings else Status.IMPLEMENTED, findings=findings)


MARKED = {"id": "marked", "detector": "marker"}


def marked(files: Mapping[str, str], **inputs: object) -> RuleResult:
    catalogue = catalogue_of(MARKED)
    given = Inputs(TODAY, detectors={"marker": Marker()}, **inputs)  # type: ignore[arg-type]
    return evaluate(MemorySnapshot(files), catalogue, ["marked"], given).results["marked"]


def test_a_detector_decides_with_findings() -> None:
    assert marked({"a.txt": "x"}).status == "implemented"
    assert [(f.path, f.start_line) for f in marked({"a.txt": "x\nmark", "b.md": "mark"}).findings] == [("a.txt", 2)]


def test_blobs_that_only_passed_are_shown_to_detectors() -> None:
    class Passed(MemorySnapshot):
        def read(self, blob: str) -> bytes:
            return b"mark" if blob == blob_id(b"mark") else MemorySnapshot.read(self, blob)

    change = Change(
        {}, Passing((PassingBlob("c0ffee", "old.txt", blob_id(b"mark")), PassingBlob("c0ffee", "x.md", "0")))
    )
    inputs = Inputs(TODAY, detectors={"marker": Marker()}, change=change)
    result = evaluate(Passed({"a.txt": "x"}), catalogue_of(MARKED), ["marked"], inputs).results["marked"]
    assert [(f.path, f.commit) for f in result.findings] == [("old.txt", "c0ffee")]


def test_a_detector_that_is_not_there_is_unknown_and_one_that_crashes_an_error() -> None:
    assert judge({"detector": "marker"}, {}).status == "unknown"
    result = marked({"a.txt": "crash"})
    assert (result.status, result.error) == ("error", "ValueError while scanning a.txt")


def test_a_detector_that_could_not_read_everything_does_not_pass() -> None:
    snapshot = Broken({"a.txt": "x", "b.txt": "y"}, refused=frozenset({"b.txt"}))
    inputs = Inputs(TODAY, detectors={"marker": Marker()})
    result = evaluate(snapshot, catalogue_of(MARKED), ["marked"], inputs).results["marked"]
    assert result.status == "unknown"
    assert "b.txt" in result.missing_evidence


def test_a_crash_is_an_error_of_that_rule_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(source: object) -> None:
        raise ZeroDivisionError("content of the file")

    monkeypatch.setattr("app.readiness.conditions.doc.read_prose", crash)
    catalogue = catalogue_of(WORD, {"id": "doc", "implemented": {"doc": {"paths": ["a.md"]}}},
                             {"id": "after", "implemented": {"not": {"rule": "doc"}}})  # fmt: skip
    results = evaluate(MemorySnapshot({"a.md": "word\n"}), catalogue, ["word", "doc", "after"], Inputs(TODAY)).results
    assert results["doc"].status == results["after"].status == "error"
    assert results["doc"].error == "ZeroDivisionError while looking into a.md"
    assert results["word"].status == "implemented"


MIXED = (
    WORD,
    MARKED,
    {"id": "code", "implemented": {"code": {"prefilter": ["health"], "python": {"kind": "string", "regex": "health"}}}},
    {"id": "data", "implemented": {"data": "yaml:*.yml", "every": {"a": {"ge": 2}}}},
    {"id": "dep", "implemented": {"dependency": "npm:x@>=2"}},
    {"id": "doc", "implemented": {"doc": {"title": "T", "max_age_days": 30}}},
)
FILES = {
    "a.md": "# T\n\nword, reviewed 2026-09-20\n",
    "m.txt": "a\nmark",
    "b.py": "x = '/health'\n",
    "c.yml": "a: 3\n",
    "package.json": '{"dependencies": {"x": "^2.1"}}',
    "big.md": "x" * 2_100_000,
    "broken.yml": "a: b: c",
}


def test_what_is_cached_gives_the_same_answer_without_reading() -> None:
    catalogue, cache = catalogue_of(*MIXED), Cache()
    inputs = Inputs(TODAY, detectors={"marker": Marker()})
    cold = evaluate(MemorySnapshot(FILES), catalogue, catalogue.rules, inputs)
    first = evaluate(MemorySnapshot(FILES), catalogue, catalogue.rules, inputs, cache)
    second = evaluate(MemorySnapshot(FILES), catalogue, catalogue.rules, inputs, cache)
    assert cold.results == first.results == second.results
    assert cold.warnings == second.warnings
    assert (second.blobs_scanned, second.blobs_cached) == (0, first.blobs_scanned)
    assert first.blobs_scanned == len(FILES) - 1
    changed = evaluate(MemorySnapshot({**FILES, "b.py": "y = 1\n"}), catalogue, catalogue.rules, inputs, cache)
    assert changed.blobs_scanned == 1
    assert changed.results["code"].status == "missing"


def test_a_moved_file_and_another_version_of_a_detector_are_looked_at_again() -> None:
    catalogue, cache = catalogue_of(*MIXED), Cache()
    evaluate(MemorySnapshot(FILES), catalogue, ["word"], Inputs(TODAY), cache)
    moved = {"docs/a.md": FILES["a.md"]}
    assert (
        evaluate(MemorySnapshot(moved), catalogue, ["word"], Inputs(TODAY), cache).results["word"].status == "missing"
    )
    evaluate(MemorySnapshot(FILES), catalogue, ["marked"], Inputs(TODAY, detectors={"marker": Marker()}), cache)
    newer = Inputs(TODAY, detectors={"marker": Marker(version="2")})
    assert evaluate(MemorySnapshot(FILES), catalogue, ["marked"], newer, cache).blobs_scanned == 1


def test_time_and_damage_are_no_part_of_the_cache() -> None:
    catalogue, cache = catalogue_of(*MIXED), Cache()
    snapshot = MemorySnapshot({"a.md": FILES["a.md"]})

    def status(today: date) -> str:
        return evaluate(snapshot, catalogue, ["doc"], Inputs(today), cache).results["doc"].status.value

    assert status(TODAY) == "implemented"
    assert status(TODAY.replace(year=2027)) == "missing"
    cache.kept, cache.trees = dict.fromkeys(cache.kept, b"{damaged"), dict.fromkeys(cache.trees, b"[1, 2]")
    assert status(TODAY) == "implemented"


def test_facts_of_a_blob_survive_being_stored() -> None:
    cache = Cache()
    catalogue = catalogue_of(*MIXED)
    evaluate(MemorySnapshot(FILES), catalogue, catalogue.rules, Inputs(TODAY, detectors={"marker": Marker()}), cache)
    stored = [content for content in cache.kept.values() if content]
    assert stored
    for content in stored:
        facts = BlobFacts.from_bytes(content)
        assert facts.to_bytes() == content
        assert json.loads(content)


def test_symlinks_and_submodules_are_not_followed() -> None:
    snapshot = MemorySnapshot({"a.md": "word\n"})
    snapshot.entries = {
        "link.md": Entry("link.md", snapshot.entries["a.md"].blob, 5, EntryKind.SYMLINK),
        "sub.md": Entry("sub.md", "0" * 40, 0, EntryKind.SUBMODULE),
    }
    catalogue = catalogue_of(WORD, {"id": "path", "implemented": {"path": ["*.md"]}})
    results = evaluate(snapshot, catalogue, ["word", "path"], Inputs(TODAY)).results
    assert {result.status.value for result in results.values()} == {"missing"}


def test_a_catalogue_can_be_sent_to_another_process() -> None:
    catalogue = pickle.loads(pickle.dumps(catalogue_of(*MIXED)))
    evaluation = evaluate(MemorySnapshot(FILES), catalogue, ["word", "data"], Inputs(TODAY))
    assert pickle.loads(pickle.dumps(evaluation)) == evaluation


def test_components_beyond_the_limit_are_unknown_and_no_pass() -> None:
    rule = {"id": "it", "per": "service", "implemented": {"path": ["**/README.md"]}}
    files = {f"s{number:03}/{name}": "x\n" for number in range(102) for name in ("go.mod", "main.go", "README.md")}
    result = evaluate(MemorySnapshot(files), catalogue_of(rule), ["it"], Inputs(TODAY)).results["it"]
    assert result.status is Status.UNKNOWN
    assert [(part.path, part.status) for part in result.components][-1] == ("s100", "unknown")
    assert "2 others" in result.missing_evidence
    del files["s100/go.mod"], files["s101/go.mod"]
    assert (
        evaluate(MemorySnapshot(files), catalogue_of(rule), ["it"], Inputs(TODAY)).results["it"].status == "implemented"
    )


def test_nobody_looks_into_what_is_not_fetched_for_its_name() -> None:
    """Whatever the globs of a condition, so that the App sees what the command sees."""
    rule = {"implemented": {"text": "ssl: true", "in": ["**/*settings*"]}}
    assert judge(rule, {"docs/settings.webp": "ssl: true\n", "settings.pdf": "ssl: true\n"}).status == "missing"
    assert judge(rule, {"docs/settings.conf": "ssl: true\n"}).status == "implemented"


def test_the_facts_of_a_tree_are_written_anew_when_it_has_moved_on() -> None:
    """A few files that differ are looked up one by one, and none of them is looked into again."""
    rule = catalogue_of({"id": "it", "implemented": {"text": "yes", "in": ["**/*.txt"]}})
    cache, files = Cache(), {f"{number}.txt": "no\n" for number in range(100)}
    evaluate(MemorySnapshot(files), rule, ["it"], Inputs(TODAY), cache)
    (kept,) = cache.trees.values()
    for number, is_rewritten in ((1, False), (2, False), (3, True)):
        changed = {**files, **{f"{one}.txt": f"yes {one}\n" for one in range(number)}}
        again = evaluate(MemorySnapshot(changed), rule, ["it"], Inputs(TODAY), cache)
        assert (again.results["it"].status, again.blobs_scanned) == ("implemented", 1)
        assert (list(cache.trees.values()) != [kept]) is is_rewritten
    assert evaluate(MemorySnapshot(changed), rule, ["it"], Inputs(TODAY), cache).blobs_scanned == 0
