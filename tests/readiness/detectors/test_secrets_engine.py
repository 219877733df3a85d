"""The secrets detector inside the pass over the blobs: what is counted, kept and warned of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.detectors.secrets.forge import forge
from app.readiness.scan import Scanner
from app.readiness.snapshot import Change, Entry, MemorySnapshot, Passing, PassingBlob, blob_id

DETECTOR = SecretsDetector(b"engine tests")


@dataclass
class Cache:
    facts: dict[str, bytes] = field(default_factory=dict)

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {key: self.facts[key] for key in keys if key in self.facts}

    def put(self, facts: Mapping[str, bytes]) -> None:
        self.facts.update(facts)

    def get_tree(self, plan: str) -> bytes | None:
        return None

    def put_tree(self, plan: str, facts: bytes) -> None:
        return


def test_clean_files_are_counted() -> None:
    seen = Scanner((), [DETECTOR]).scan(MemorySnapshot({"a.py": "x = 1\n", "b.py": "y = 2\n", "c.png": "p"}))
    result = DETECTOR.judge("no-secrets", seen.sightings.get("secrets", ()), seen.looked["secrets"])
    assert [line.text for line in result.evidence] == ["no secret found in 2 files"]


def test_the_cache_holds_places_and_kinds_and_nothing_of_the_value() -> None:
    token, cache = forge("github-token", "canary"), Cache()
    snapshot = MemorySnapshot({"a.py": f"x = '{token}'\n", "docs/b.md": token})
    first, second = (Scanner((), [DETECTOR], cache).scan(snapshot) for _ in range(2))
    stored = repr(cache.facts)
    assert (second.blobs_scanned, second.blobs_cached) == (0, 2)
    assert first.sightings == second.sightings
    assert "github-token" in stored
    assert not any(token[start : start + 6] in stored for start in range(4, len(token) - 5))


def test_a_blob_that_only_passed_through_is_seen() -> None:
    token = forge("stripe-live-key")
    passed = MemorySnapshot({"a.py": "x = 1\n"})
    blob = blob_id(token.encode())
    passed._blobs[blob] = token.encode()
    change = Change({}, Passing((PassingBlob("c" * 40, "old.py", blob),)))
    seen = Scanner((), [DETECTOR]).scan(passed, change)
    (finding,) = DETECTOR.judge("no-secrets", seen.sightings["secrets"], 1).findings
    assert (finding.path, finding.commit) == ("old.py", "c" * 40)


def test_a_file_above_the_limit_is_named_in_a_warning() -> None:
    snapshot = MemorySnapshot({"a.py": "x = 1\n", "dump.sql": "y"})
    snapshot.entries["dump.sql"] = Entry("dump.sql", snapshot.entries["dump.sql"].blob, 21 << 20)
    seen = Scanner((), [DETECTOR]).scan(snapshot)
    assert seen.warnings == ["dump.sql: not scanned for secrets, larger than 20 MB"]
    assert seen.looked == {"secrets": 1}
