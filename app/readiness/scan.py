"""One pass over the blobs: what every condition and detector sees in each of them, kept where a cache is given."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.errors import Unreadable
from app.readiness.blob_facts import NOTHING, BlobFacts, ScanCache
from app.readiness.companions import ChartFiles, chart_of, charts_in, open_chart
from app.readiness.conceal import holds_secret
from app.readiness.conditions.condition import BlobCondition
from app.readiness.conditions.sight import Sight
from app.readiness.detectors.detector import BlobDetector, Hit, Sighting
from app.readiness.formats.helm.chart import Chart
from app.readiness.look import look, too_large
from app.readiness.scan_plan import Plan, Wish, plan_of, version_of
from app.readiness.snapshot import Change, Snapshot
from app.readiness.tree_facts import UNWANTED, FileFacts, TreeFacts, recall, to_bytes, warnings_of

WARNINGS = 50
DRIFT = 50
"""The facts of a tree are written anew when more than a fiftieth of its files differs from the tree that is kept."""


@dataclass(slots=True)
class Scan:
    """What the pass saw. Keys of `sights` and `crashes` are names of conditions (`name_of`) or of detectors.

    files: what each file that anybody wanted yielded, in path order;
    sightings: blobs with hits, in path order; looked: how many files of the snapshot each detector looked into;
    is_certain: every file could be read, and no look into one failed.
    """

    files: dict[str, FileFacts] = field(default_factory=dict)
    sights: dict[str, list[tuple[str, Sight]]] = field(default_factory=dict)
    sightings: dict[str, list[Sighting]] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)
    crashes: dict[str, str] = field(default_factory=dict)
    unread: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    bytes: int = 0
    blobs_scanned: int = 0
    blobs_cached: int = 0
    is_certain: bool = True

    def identities(self) -> dict[str, set[str]]:
        """By detector, what makes its hits the same things elsewhere."""
        return {
            name: {hit.identity_at(sighting.path) for sighting in sightings for hit in sighting.hits}
            for name, sightings in self.sightings.items()
        }

    def leave_out_passing(self, held: Mapping[str, Collection[str]]) -> None:
        """Hits of passing blobs that another snapshot holds too (`identities`)."""
        for name, sightings in self.sightings.items():
            self.sightings[name] = [
                one if one.commit is None else replace(one, hits=_besides(held.get(name, ()), one)) for one in sightings
            ]


class Scanner:
    """Scans snapshots that resemble each other: a file that was seen at its path with the same blob is not looked at.

    They are compared with the last one to start from, at first with the newest tree the cache has facts of.
    """

    def __init__(
        self, conditions: Iterable[BlobCondition], detectors: Sequence[BlobDetector], cache: ScanCache | None = None
    ) -> None:
        self._plan = plan_of(conditions, detectors)
        self._cache = cache
        for detector in detectors:
            detector.prepare(cache)
        self._drift = 0
        self._kept = self._known = recall(cache.get_tree(self._plan.digest)) if cache is not None else {}

    def scan(self, snapshot: Snapshot, change: Change | None = None, *, is_start: bool = False) -> Scan:
        """Everything the conditions and detectors see; blobs that only passed through the change go to detectors.

        is_start: what comes later is likely to resemble it, so its facts are kept, also for scanners to come.
        """
        pass_ = _Pass(snapshot, self._plan, self._known, self._cache)
        seen = pass_.run(change)
        if is_start:
            self._keep(pass_.lasting)
        return seen

    def _keep(self, facts: TreeFacts) -> None:
        """What differs little from the tree that is kept costs less to look up than to write."""
        self._drift += sum(1 for path, seen in facts.items() if self._known.get(path) is not seen)
        self._drift += len(self._known.keys() - facts.keys())
        if self._cache is not None and self._drift > len(facts) // DRIFT:
            self._kept = _plainly_named(facts, self._kept)
            self._cache.put_tree(self._plan.digest, to_bytes(self._kept))
            self._drift = 0
        self._known = facts


class _Pass:
    """One snapshot; lasting: the facts that hold as long as the files stay as they are."""

    def __init__(self, snapshot: Snapshot, plan: Plan, known: TreeFacts, cache: ScanCache | None) -> None:
        self._snapshot = snapshot
        self._plan = plan
        self._known = known
        self._cache = cache
        self._seen = Scan()
        self._unreadable: dict[str, str] = {}
        self._alike: dict[tuple[str, int], FileFacts] = {}
        self._charts: dict[str, Chart] = {}
        self.lasting: dict[str, tuple[str, FileFacts]] = {}

    def run(self, change: Change | None) -> Scan:
        passing = change.passing.blobs if change is not None else ()
        wishes = list(self._wishes())
        in_passing = [w for one in passing if (w := self._plan.wish_in_passing(one.path, one.blob, one.commit))]
        facts = self._facts_of([wish for wish in (*wishes, *in_passing) if not wish.is_empty])
        self._gather({wish.path: self._at_path(wish, facts) for wish in wishes})
        for wish in in_passing:
            self._add_sightings(wish.path, self._at_path(wish, facts), wish.commit)
        self._seen.is_certain = not self._unreadable and not self._seen.crashes
        return self._seen

    def _wishes(self) -> Iterator[Wish]:
        """What is wanted of the files that were not seen yet."""
        charts = charts_in(self._snapshot.entries)
        for entry in self._snapshot.entries.values():
            if not entry.kind.is_readable:
                continue
            chart = chart_of(entry.path, charts) if charts else None
            before = self._known.get(entry.path)
            if before is not None and before[0] == (entry.blob if chart is None else version_of(entry, chart)):
                self.lasting[entry.path] = before
                self._seen.blobs_cached += before[1].is_read
            elif wish := self._plan.wish(entry, chart):
                yield wish
            else:
                self.lasting[entry.path] = (version_of(entry, chart), UNWANTED)

    def _facts_of(self, wishes: Sequence[Wish]) -> Mapping[str, BlobFacts]:
        """By key, what blobs yield; those that cannot be read are absent. Copies of a file are looked into once."""
        kept = self._cache.get([wish.key for wish in wishes]) if self._cache is not None and wishes else {}
        facts = {key: found for key, content in kept.items() if (found := _recall(content)) is not None}
        fresh: dict[str, bytes] = {}
        for wish in wishes:
            if wish.key in facts:
                self._seen.blobs_cached += 1
            elif wish.key not in self._unreadable and (found := self._look(wish)) is not None:
                facts[wish.key] = found
                if self._cache is not None and not self._is_crashed(wish):
                    fresh[wish.key] = found.to_bytes()
        if self._cache is not None and fresh:
            self._cache.put(_without_secrets(fresh))
        return facts

    def _is_crashed(self, wish: Wish) -> bool:
        return bool(self._seen.crashes) and wish.touches(self._seen.crashes)

    def _look(self, wish: Wish) -> BlobFacts | None:
        try:
            content = self._snapshot.read(wish.entry.blob)
            chart = self._chart(wish.chart) if wish.chart is not None and wish.group.asked else None
        except Unreadable as error:
            self._unreadable[wish.key] = error.what
            return None
        self._seen.blobs_scanned += 1
        self._seen.bytes += len(content)
        return look(wish, content, self._seen.crashes, chart)

    def _chart(self, files: ChartFiles) -> Chart:
        """Opened once for all its templates."""
        if files.digest not in self._charts:
            self._charts[files.digest] = open_chart(files, self._snapshot.read)
        return self._charts[files.digest]

    def _at_path(self, wish: Wish, facts: Mapping[str, BlobFacts]) -> FileFacts:
        """What the blob means at its path, under the names of those who look there; it lasts if it is certain."""
        found = facts.get(wish.key, NOTHING)
        doubts = [(one.name, Sight(doubt=too_large(one.condition))) for one in wish.too_large]
        warnings = [f"{wish.path}: not looked into, {sight.doubt}" for _, sight in doubts]
        warnings += [
            f"{wish.path}: not scanned for {name}, larger than {limit >> 20} MB" for name, limit in wish.left_out
        ]
        if wish.key in self._unreadable:
            doubts += [(one.name, Sight(doubt="cannot be read")) for one in wish.group.asked]
            warnings.append(f"{wish.path}: cannot be read: {self._unreadable[wish.key]}")
            for detector in wish.detectors:
                self._seen.unread.setdefault(detector.name, []).append(wish.path)
            return FileFacts(tuple(doubts), (), tuple(warnings))
        seen = self._seen_alike(wish, found)
        if warnings:
            seen = replace(seen, sights=(*doubts, *seen.sights), warnings=tuple(warnings))
        if wish.commit is None and not self._is_crashed(wish):
            self.lasting[wish.path] = (version_of(wish.entry, wish.chart), seen)
        return seen

    def _seen_alike(self, wish: Wish, found: BlobFacts) -> FileFacts:
        """One for all copies of a file that are asked the same."""
        name = (wish.key, id(wish.group))
        if name not in self._alike:
            asked = wish.group.asked if found.sights else ()
            sights = tuple((one.name, found.sights[one.key]) for one in asked if one.key in found.sights)
            hits = tuple((detector.name, found.hits.get(detector.name, ())) for detector in wish.detectors)
            self._alike[name] = FileFacts(sights, hits, (), not wish.is_empty)
        return self._alike[name]

    def _gather(self, new: Mapping[str, FileFacts]) -> None:
        """Everything of the snapshot in path order; a clean blob counts as looked into."""
        for path in self._snapshot.entries:
            seen = new.get(path) or (self.lasting[path][1] if path in self.lasting else UNWANTED)
            if seen is not UNWANTED:
                self._seen.files[path] = seen
                for name, sight in seen.sights:
                    self._seen.sights.setdefault(name, []).append((path, sight))
                self._add_sightings(path, seen, None)
        self._seen.warnings = warnings_of(self._seen.files.values(), WARNINGS)

    def _add_sightings(self, path: str, seen: FileFacts, commit: str | None) -> None:
        for name, hits in seen.hits:
            if commit is None:
                self._seen.looked[name] = self._seen.looked.get(name, 0) + 1
            if hits:
                self._seen.sightings.setdefault(name, []).append(Sighting(path, hits, commit))


def _besides(held: Collection[str], sighting: Sighting) -> tuple[Hit, ...]:
    return tuple(hit for hit in sighting.hits if hit.identity_at(sighting.path) not in held)


def _without_secrets(facts: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Evidence quotes files: what quotes a secret is not kept, and looked for again."""
    if not holds_secret(b"\n".join(facts.values())):
        return facts
    return {key: found for key, found in facts.items() if not holds_secret(found)}


def _plainly_named(known: TreeFacts, kept: TreeFacts) -> TreeFacts:
    """Without the files whose path or evidence holds a secret; those that were kept before hold none."""
    new = {path: row for path, row in known.items() if kept.get(path) != row}
    if not holds_secret(to_bytes(new)):
        return known
    named = {path for path, row in new.items() if holds_secret(to_bytes({path: row}))}
    return {path: row for path, row in known.items() if path not in named}


def _recall(content: bytes) -> BlobFacts | None:
    """A stored value, or None when it is damaged."""
    try:
        return BlobFacts.from_bytes(content)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
