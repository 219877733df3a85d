"""What is taken over from another snapshot is what judging everything anew would give."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import pytest
from asking import TODAY

from app.errors import Unreadable
from app.readiness.catalogue import Catalogue, load_catalogue
from app.readiness.detectors import build_detectors
from app.readiness.detectors.detector import Hit, Keeping, Sighting
from app.readiness.evaluate import Inputs, Questions
from app.readiness.result import Evaluation, RuleResult
from app.readiness.snapshot import Change, Entry, MemorySnapshot, Passing, PassingBlob, blob_id
from app.readiness.status import Status

RULES = Path(__file__).parents[2] / "rules"
HELM = {
    "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "chart/values.yaml": "autoscaling: {enabled: false}\n",
    "chart/templates/hpa.yaml": "{{- if .Values.autoscaling.enabled }}\napiVersion: autoscaling/v2\n"
    "kind: HorizontalPodAutoscaler\nmetadata: {name: shop}\nspec: {minReplicas: 2, maxReplicas: 5}\n{{- end }}\n",
    "k8s/kustomization.yaml": "resources: [deployment.yaml]\n",
}
FOLDERS = ("", "services/cart/", "services/pay/", "apps/web/", "k8s/", "docs/", "tests/", "vendor/")
Files = dict[str, bytes]


class FailsOnce:
    """A detector that breaks the first time it is asked."""

    name, version = "secrets", "1"

    def __init__(self) -> None:
        self.has_failed = False

    def prepare(self, keeping: Keeping | None) -> None:
        pass

    def wants(self, path: str, size: int) -> bool:
        return True

    def scan(self, path: str, content: bytes) -> tuple[Hit, ...]:
        return ()

    def judge(self, rule: str, sightings: Sequence[Sighting], files: int) -> RuleResult:
        if not self.has_failed:
            self.has_failed = True
            raise RuntimeError("it broke")
        return RuleResult(rule, Status.IMPLEMENTED)


@dataclass(frozen=True)
class Reading:
    entries: Mapping[str, Entry]
    read: Callable[[str], bytes]


def faulty(files: Files, lost: str) -> Reading:
    """One of its blobs cannot be read, for now."""
    snapshot = MemorySnapshot(files)

    def read(blob: str) -> bytes:
        if blob == snapshot.entries[lost].blob:
            raise Unreadable("gone for now")
        return snapshot._blobs[blob]

    return Reading(snapshot.entries, read)


@cache
def catalogue() -> Catalogue:
    texts = {str(path.relative_to(RULES)): path.read_text() for path in sorted(RULES.rglob("*.yml"))}
    return load_catalogue(texts, is_trusted=True)


@cache
def pieces() -> list[tuple[str, bytes]]:
    """Every file of the examples of every rule: whatever a rule looks at is somewhere among them."""
    rules = catalogue().rules.values()
    files = [file for rule in rules for example in rule.examples for file in example.files.items()]
    return sorted({(path, text.encode()) for path, text in (*files, *HELM.items())})


def ask() -> Questions:
    inputs = Inputs(TODAY, detectors=build_detectors(secret_key=b"k" * 32))
    return Questions(catalogue(), list(catalogue().rules), inputs)


def grow(random: Random, count: int) -> Files:
    files = {
        random.choice(FOLDERS) * random.randint(0, 1) + path: text for path, text in random.sample(pieces(), count)
    }
    return {**files, **{path: text.encode() for path, text in HELM.items()}}


def change(random: Random, files: Files) -> Files:
    """One to four small changes such as people make."""
    changed = dict(files)
    for _ in range(random.randint(1, 4)):
        random.choice(CHANGES)(random, changed)
    return changed


def _add(random: Random, files: Files) -> None:
    path, text = random.choice(pieces())
    files[random.choice(FOLDERS) * random.randint(0, 1) + path] = text


def _remove(random: Random, files: Files) -> None:
    files.pop(random.choice(sorted(files)), None)


def _move(random: Random, files: Files) -> None:
    path = random.choice(sorted(files))
    files[random.choice(FOLDERS) + path.rpartition("/")[2]] = files.pop(path)


def _shift(random: Random, files: Files) -> None:
    path = random.choice(sorted(files))
    files[path] = b"\n" + files[path]


def _cut(random: Random, files: Files) -> None:
    path = random.choice(sorted(files))
    files[path] = files[path][: len(files[path]) // 2]


def _write(random: Random, files: Files) -> None:
    files[random.choice(sorted(files))] = random.choice(pieces())[1]


def _steer(random: Random, files: Files) -> None:
    """What changes the meaning of other files: values of a chart, what a kustomization lists, a new component."""
    files.update(
        random.choice((
            {"chart/values.yaml": b"autoscaling: {enabled: true}\n"},
            {"chart/templates/_names.tpl": b'{{ define "shop.name" }}shop{{ end }}'},
            {"k8s/kustomization.yaml": b"resources: [other.yaml]\n"},
            {"services/cart/package.json": b"{}\n", "services/cart/Dockerfile": b"FROM node:20\n"},
            {"services/pay/go.mod": b"module pay\n", "services/pay/main.go": b"package main\n"},
        ))
    )  # fmt: skip


CHANGES: tuple[Callable[[Random, Files], None], ...] = (_add, _remove, _move, _shift, _cut, _write, _steer)


def differing(one: Evaluation, other: Evaluation) -> Mapping[str, tuple[RuleResult, RuleResult]]:
    assert one.results.keys() == other.results.keys()
    assert (one.files, one.warnings) == (other.files, other.warnings)
    pairs = {name: (result, other.results[name]) for name, result in one.results.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def taken_over(one: Evaluation, other: Evaluation) -> int:
    return sum(result is other.results[name] for name, result in one.results.items())


def check(seed: int) -> int:
    """A branch that moves on and pull requests against it, each as if nothing were known; how much was taken over."""
    random = Random(seed)
    files = grow(random, random.randint(3, 40))
    questions, reused = ask(), 0
    for _ in range(3):
        base = questions.evaluate(MemorySnapshot(files), is_start=True)
        assert differing(base, ask().evaluate(MemorySnapshot(files))) == {}
        for _ in range(2):
            head = change(random, files)
            found = questions.evaluate(MemorySnapshot(head))
            assert differing(found, ask().evaluate(MemorySnapshot(head))) == {}
            reused += taken_over(found, base)
        assert questions.evaluate(MemorySnapshot(files)).results == base.results
        files = change(random, files)
    return reused


@pytest.mark.parametrize("seed", range(12))
def test_what_did_not_change_is_not_judged_again_and_stands_as_it_would(seed: int) -> None:
    reused = check(seed)
    assert reused > len(catalogue().rules) * 3, "hardly anything is taken over"


def test_what_could_not_be_read_is_looked_at_again() -> None:
    files: Files = {"Dockerfile": b"FROM node:20\nUSER node\n", "README.md": b"# Shop\n"}
    questions = ask()
    before = questions.evaluate(faulty(files, "Dockerfile"), is_start=True)
    after = questions.evaluate(MemorySnapshot(files), is_start=True)
    assert before.results != after.results
    assert differing(after, ask().evaluate(MemorySnapshot(files))) == {}
    changed = faulty({**files, "README.md": b"# Mall\n"}, "README.md")
    assert differing(questions.evaluate(changed), ask().evaluate(changed)) == {}


def test_a_rule_that_failed_is_judged_again() -> None:
    files: Files = {"README.md": b"# Shop\n"}
    questions = Questions(catalogue(), ["no-secrets"], Inputs(TODAY, detectors={"secrets": FailsOnce()}))
    assert questions.evaluate(MemorySnapshot(files), is_start=True).results["no-secrets"].status is Status.ERROR
    assert questions.evaluate(MemorySnapshot(files)).results["no-secrets"].status is Status.IMPLEMENTED


def test_what_passes_through_a_change_counts_though_the_trees_are_the_same() -> None:
    key = b"glp" + b"at-" + b"k7Qm2Xw9Rt4Ls8" + b"Vb3Nz6"
    leak = b'token = "%s"\n' % key
    tree = MemorySnapshot({"README.md": b"# Shop\n"})
    tree._blobs[blob_id(leak)] = leak
    passed = Change({}, Passing((PassingBlob("1" * 40, "config.ini", blob_id(leak)),)))
    questions = ask()
    assert questions.evaluate(tree, is_start=True).results["no-secrets"].findings == ()
    found = questions.evaluate(tree, passed)
    assert len(found.results["no-secrets"].findings) == 1
    assert differing(found, ask().evaluate(tree, passed)) == {}
