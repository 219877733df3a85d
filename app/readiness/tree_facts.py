"""What every file of one tree yielded, kept as one piece: a tree that differs in three files costs three looks."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.readiness.blob_facts import hit_from_json, hit_to_json
from app.readiness.conditions.sight import Sight
from app.readiness.detectors.detector import Hit


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was seen of one file: sights by name of condition; hits by detector that looked, also where it saw nothing.

    warnings: what has to be said of the file, its path included; is_read: false when it was left out for its size.
    """

    sights: tuple[tuple[str, Sight], ...] = ()
    hits: tuple[tuple[str, tuple[Hit, ...]], ...] = ()
    warnings: tuple[str, ...] = ()
    is_read: bool = False

    def to_json(self) -> list[Any]:
        sights = [[name, sight.to_json()] for name, sight in self.sights]
        hits = [[name, [hit_to_json(hit) for hit in found]] for name, found in self.hits]
        return [sights, hits, self.warnings, self.is_read]

    @staticmethod
    def from_json(raw: Any) -> "FileFacts":
        sights, hits, warnings, is_read = raw
        return FileFacts(
            tuple((str(name), Sight.from_json(sight)) for name, sight in sights),
            tuple((str(name), tuple(hit_from_json(hit) for hit in found)) for name, found in hits),
            tuple(str(warning) for warning in warnings),
            bool(is_read),
        )


UNWANTED = FileFacts()
"""Nobody looks at such a path."""
_NOTHING: list[Any] = [[], [], [], False]

TreeFacts = Mapping[str, tuple[str, FileFacts]]
"""By path: the id of the blob there, and what it yielded."""


def to_bytes(facts: TreeFacts) -> bytes:
    """Equal facts are written once: most files are clean."""
    numbers: dict[FileFacts, int] = {}
    rows = [[path, blob, numbers.setdefault(seen, len(numbers))] for path, (blob, seen) in facts.items()]
    paths, blobs, seen_numbers = zip(*rows, strict=True) if rows else ((), (), ())
    whole = [paths, blobs, seen_numbers, [seen.to_json() for seen in numbers]]
    return json.dumps(whole, separators=(",", ":")).encode()


def from_bytes(content: bytes) -> TreeFacts:
    """Raises ValueError, TypeError or another LookupError for what `to_bytes` did not write."""
    paths, blobs, numbers, distinct = json.loads(content)
    seen = [UNWANTED if raw == _NOTHING else FileFacts.from_json(raw) for raw in distinct]
    return {path: (blob, seen[number]) for path, blob, number in zip(paths, blobs, numbers, strict=True)}


def recall(content: bytes | None) -> TreeFacts:
    """Kept facts; none when there are none or they are damaged."""
    if content is None:
        return {}
    try:
        return from_bytes(content)
    except (ValueError, TypeError, LookupError, AttributeError):
        return {}


def warnings_of(facts: Iterable[FileFacts], limit: int) -> list[str]:
    """The first of them, each once."""
    found: dict[str, None] = {}
    for seen in facts:
        for warning in seen.warnings:
            found[warning] = None
            if len(found) == limit:
                return list(found)
    return list(found)
