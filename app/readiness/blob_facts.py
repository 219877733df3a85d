"""What one blob yields, small enough to be kept under a key of the blob and of everything it was asked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.readiness.conditions.sight import Sight
from app.readiness.detectors.detector import Hit
from app.readiness.status import Severity


class ScanCache(Protocol):
    """What blobs yielded before, by key, and one tree of the judged repository; values are opaque bytes."""

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """The values of the keys that are known."""
        ...

    def put(self, facts: Mapping[str, bytes]) -> None: ...

    def get_tree(self, plan: str) -> bytes | None:
        """What the newest tree of this repository yielded under a plan (its digest)."""
        ...

    def put_tree(self, plan: str, facts: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class BlobFacts:
    """What one blob yields: sights by condition key, hits by detector name."""

    sights: Mapping[str, Sight]
    hits: Mapping[str, tuple[Hit, ...]]

    def to_bytes(self) -> bytes:
        if not self.sights and not self.hits:
            return b""
        sights = {key: sight.to_json() for key, sight in self.sights.items()}
        hits = {name: [hit_to_json(hit) for hit in found] for name, found in self.hits.items()}
        return json.dumps([sights, hits], separators=(",", ":")).encode()

    @staticmethod
    def from_bytes(content: bytes) -> "BlobFacts":
        if not content:
            return NOTHING
        sights, hits = json.loads(content)
        return BlobFacts(
            {key: Sight.from_json(raw) for key, raw in sights.items()},
            {name: tuple(hit_from_json(raw) for raw in found) for name, found in hits.items()},
        )


NOTHING = BlobFacts({}, {})


def hit_to_json(hit: Hit) -> list[Any]:
    return [hit.kind, hit.key, hit.line, hit.end_line, hit.severity.value, hit.note, hit.asks]


def hit_from_json(raw: Sequence[Any]) -> Hit:
    kind, key, line, end_line, severity, note, asks = raw
    return Hit(kind, key, line, end_line, Severity(severity), note, asks)
