"""One pass over the blobs: what every condition and detector sees in each of them, kept where a cache is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.errors import Unreadable
from app.readiness.blob_facts import BlobFacts, ScanCache
from app.readiness.conditions.condition import BlobCondition
from app.readiness.conditions.sight import Sight
from app.readiness.detectors.detector import Detector, Hit, Sighting
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source
from app.readiness.scan_plan import Plan, Wish
from app.readiness.snapshot import Change, Snapshot

WARNINGS = 50


@dataclass(slots=True)
class Scan:
    """What the pass saw. Keys of `sights` and `crashes` are names of conditions (`name_of`) or of detectors."""

    sights: dict[str, list[tuple[str, Sight]]] = field(default_factory=dict)
    sightings: dict[str, list[Sighting]] = field(default_factory=dict)
    crashes: dict[str, str] = field(default_factory=dict)
    unread: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    bytes: int = 0
    blobs_scanned: int = 0
    blobs_cached: int = 0

    def warn(self, words: str) -> None:
        if len(self.warnings) < WARNINGS and words not in self.warnings:
            self.warnings.append(words)


def scan(
    snapshot: Snapshot,
    conditions: Iterable[BlobCondition],
    detectors: Sequence[Detector],
    change: Change | None = None,
    cache: ScanCache | None = None,
) -> Scan:
    """Everything the conditions and detectors see; blobs that only passed through the change go to detectors."""
    plan, seen = Plan(conditions, detectors), Scan()
    wishes = _wishes(snapshot, change, plan, seen)
    known = dict(cache.get([wish.key for wish in wishes])) if cache is not None else {}
    fresh: dict[str, bytes] = {}
    for wish in wishes:
        facts = _recall(known.get(wish.key))
        if facts is None:
            facts, is_lasting = _look(snapshot, wish, seen)
            if facts is None:
                continue
            if is_lasting:
                # Copies of a file are looked into once.
                known[wish.key] = fresh[wish.key] = facts.to_bytes()
        else:
            seen.blobs_cached += 1
        _add(facts, wish, seen)
    if cache is not None and fresh:
        cache.put(fresh)
    return seen


def _wishes(snapshot: Snapshot, change: Change | None, plan: Plan, seen: Scan) -> list[Wish]:
    """What is wanted of every blob; what is left out for its size is noted."""
    wishes = []
    for entry in snapshot.entries.values():
        wish = plan.wish(entry) if entry.kind.is_readable else None
        if wish is None:
            continue
        for one in wish.too_large:
            _doubt(one.name, wish.path, _too_large(one.condition), seen)
        for name, limit in wish.left_out:
            seen.warn(f"{wish.path}: not scanned for {name}, larger than {limit >> 20} MB")
        if not wish.is_empty:
            wishes.append(wish)
    passing = change.passing if change is not None else ()
    return wishes + [wish for one in passing if (wish := plan.wish_in_passing(one.path, one.blob, one.commit))]


def _recall(content: bytes | None) -> BlobFacts | None:
    """A stored value, or None when there is none or it is damaged."""
    if content is None:
        return None
    try:
        return BlobFacts.from_bytes(content)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _look(snapshot: Snapshot, wish: Wish, seen: Scan) -> tuple[BlobFacts | None, bool]:
    """Reads and scans one blob: None when it cannot be read, false when what it yields must not be kept."""
    try:
        content = snapshot.read(wish.entry.blob)
    except Unreadable as error:
        _note_unread(wish, error, seen)
        return None, False
    seen.blobs_scanned += 1
    seen.bytes += len(content)
    crashes = len(seen.crashes)
    sights = _look_with_conditions(wish, content, seen) if wish.group.asked else {}
    facts = BlobFacts(sights, _look_with_detectors(wish, content, seen))
    return facts, len(seen.crashes) == crashes


def _too_large(condition: BlobCondition) -> str:
    return f"larger than {condition.limit // 1_000_000} MB"


def _doubt(name: str, path: str, words: str, seen: Scan) -> None:
    seen.sights.setdefault(name, []).append((path, Sight(doubt=words)))
    seen.warn(f"{path}: not looked into, {words}")


def _note_oversized(snapshot: Snapshot, detector: Detector, seen: Scan) -> None:
    """Names the blobs a detector leaves out for their size, where it has a limit."""
    limit: int | None = getattr(detector, "size_limit", None)
    if limit is None:
        return
    for entry in snapshot.entries.values():
        if entry.size > limit and entry.kind.is_readable:
            seen.warn(f"{entry.path}: not scanned for {detector.name}, larger than {limit // 1_048_576} MB")


def _note_unread(wish: Wish, error: Unreadable, seen: Scan) -> None:
    for one in wish.group.asked:
        _doubt(one.name, wish.path, "cannot be read", seen)
    for detector in wish.detectors:
        seen.unread.setdefault(detector.name, []).append(wish.path)
    seen.warn(f"{wish.path}: cannot be read: {error.what}")


def _look_with_conditions(wish: Wish, content: bytes, seen: Scan) -> dict[str, Sight]:
    source = Source(wish.path, content)
    if source.is_binary:
        return {}
    if source.is_pointer:
        return {key: Sight(doubt="kept elsewhere with Git LFS") for key in wish.group.distinct}
    sights: dict[str, Sight] = {}
    for key, condition in wish.group.candidates(source.content):
        sight = _ask(key, condition, source, wish, seen)
        if sight is not None:
            sights[key] = sight
    return sights


def _ask(key: str, condition: BlobCondition, source: Source, wish: Wish, seen: Scan) -> Sight | None:
    """What one condition sees; a crash is noted for it alone."""
    if len(source.content) > condition.limit:
        return Sight(doubt=_too_large(condition))
    try:
        return condition.scan(source)
    except Malformed as error:
        return Sight(doubt=error.reason)
    except Exception as error:  # one rule fails, not the run
        for one in wish.group.asked:
            if one.key == key:
                seen.crashes[one.name] = f"{type(error).__name__} while looking into {wish.path}"
        return None


def _look_with_detectors(wish: Wish, content: bytes, seen: Scan) -> dict[str, tuple[Hit, ...]]:
    found = {}
    for detector in wish.detectors:
        try:
            hits = detector.scan(wish.path, content)
        except Exception as error:  # one detector fails, not the run
            seen.crashes[detector.name] = f"{type(error).__name__} while scanning {wish.path}"
            continue
        if hits:
            found[detector.name] = hits
    return found


def _add(facts: BlobFacts, wish: Wish, seen: Scan) -> None:
    """What a blob yields, under the names of those who look at this path; a clean blob is a sighting too."""
    if facts.sights:
        for one in wish.group.asked:
            sight = facts.sights.get(one.key)
            if sight is not None:
                seen.sights.setdefault(one.name, []).append((wish.path, sight))
    for detector in wish.detectors:
        hits = facts.hits.get(detector.name, ())
        seen.sightings.setdefault(detector.name, []).append(Sighting(wish.path, hits, wish.commit))
