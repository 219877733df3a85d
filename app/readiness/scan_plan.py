"""Which conditions and detectors want which blob, decided from paths and sizes alone."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from app.readiness.alike import Alike
from app.readiness.companions import ChartFiles
from app.readiness.conditions.condition import BlobCondition
from app.readiness.conditions.keys import key_of
from app.readiness.detectors.detector import BlobDetector
from app.readiness.detectors.secrets.file_class import is_binary_name
from app.readiness.formats.source import Source
from app.readiness.globs import glob_set
from app.readiness.occurrences import Occurrences
from app.readiness.paths import Role, role_of
from app.readiness.snapshot import Entry

ENGINE = "7"
"""Part of every cache key: raise it when the same question about the same blob may get another answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition, the key of what it asks of a blob, and its name, which adds the paths it looks at."""

    name: str
    key: str
    condition: BlobCondition


def name_of(condition: BlobCondition) -> str:
    """A condition with the paths it looks at; the key alone is what a blob is asked."""
    return key_of(condition.key, condition.globs, condition.scope.value)


class Prefilters:
    """The patterns that conditions need, worked out once for all groups of them."""

    def __init__(self, conditions: Iterable[tuple[str, BlobCondition]]) -> None:
        self.patterns = {key: condition.prefilter for key, condition in dict(conditions).items()}
        self.asking: dict[str, list[str]] = {}
        for key, patterns in self.patterns.items():
            for pattern in patterns:
                self.asking.setdefault(pattern, []).append(key)
        self.occurrences = Occurrences(self.asking)
        self.alike = Alike[str]()


@dataclass(slots=True)
class Group:
    """Conditions that are asked of the same blobs; digest is over their keys."""

    asked: tuple[Asked, ...]
    prefilters: Prefilters = field(repr=False)
    digest: str = field(init=False)
    distinct: dict[str, BlobCondition] = field(init=False)
    smallest_limit: int = field(init=False)
    _always: tuple[str, ...] = field(init=False)
    _wanted: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.distinct = {one.key: one.condition for one in self.asked}
        self.digest = key_of(ENGINE, sorted(self.distinct))
        self.smallest_limit = min((one.condition.limit for one in self.asked), default=0)
        self._always = tuple(key for key in self.distinct if not self.prefilters.patterns[key])
        wanted = frozenset(pattern for key in self.distinct for pattern in self.prefilters.patterns[key])
        self._wanted = self.prefilters.alike[wanted]

    def candidates(self, source: Source) -> list[tuple[str, BlobCondition]]:
        """The questions of which a prefilter pattern occurs, or that have none: one pass for all."""
        keys = set(self._always)
        found = self.prefilters.occurrences.among(self._wanted, source.content)
        for pattern in found:
            keys.update(self.prefilters.asking[pattern])
        source.note_starts(self._wanted, found)
        return [(key, self.distinct[key]) for key in sorted(keys) if key in self.distinct]


NOBODY = Group((), Prefilters(()))


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of the blob at one path, and the key its facts are cached under.

    too_large: conditions that leave it out for its size; left_out: detectors that do, by name, and their limits;
    chart: what a Helm template is read with.
    """

    path: str
    entry: Entry
    group: Group
    detectors: tuple[BlobDetector, ...]
    key: str
    too_large: tuple[Asked, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    commit: str | None = None
    chart: ChartFiles | None = None

    @property
    def is_empty(self) -> bool:
        return not self.group.asked and not self.detectors

    def touches(self, names: Container[str]) -> bool:
        """Whether one of those who look at it is among the names."""
        return any(one.name in names for one in self.group.asked) or any(one.name in names for one in self.detectors)


class Plan:
    """Which conditions and detectors want which path."""

    def __init__(self, conditions: Iterable[BlobCondition], detectors: Sequence[BlobDetector]) -> None:
        named = {name_of(condition): condition for condition in conditions}
        self._asked = tuple(Asked(name, condition.key, condition) for name, condition in sorted(named.items()))
        self._detectors = tuple(detectors)
        self._versions = {detector.name: detector.version for detector in detectors}
        self._limits = [(one.name, limit) for one in detectors if (limit := limit_of(one)) is not None]
        self._wanting: dict[str, list[int]] = {}
        for index, one in enumerate(self._asked):
            for glob in one.condition.globs:
                self._wanting.setdefault(glob, []).append(index)
        self._globs = glob_set(tuple(self._wanting))
        self._prefilters = Prefilters((one.key, one.condition) for one in self._asked)
        self.digest = key_of(ENGINE, [one.name for one in self._asked], sorted(self._versions.items()))
        self._groups: dict[tuple[frozenset[int], Role], Group] = {}
        self._parts: dict[tuple[str, ...], Group] = {(): NOBODY}
        self._questions: dict[tuple[str, str, tuple[tuple[str, str], ...]], str] = {}

    def wish(self, entry: Entry, chart: ChartFiles | None = None) -> Wish | None:
        """None when nobody wants the blob."""
        # Images and archives are not even fetched, however they are called.
        is_binary = is_binary_name(entry.path)
        group = NOBODY if is_binary else self._group(self._globs.hits(entry.path), role_of(entry.path))
        too_large: tuple[Asked, ...] = ()
        if entry.size > group.smallest_limit:
            too_large = tuple(one for one in group.asked if entry.size > one.condition.limit)
            group = self._part(tuple(one for one in group.asked if entry.size <= one.condition.limit))
        detectors = tuple(detector for detector in self._detectors if detector.wants(entry.path, entry.size))
        left_out = tuple((name, limit) for name, limit in self._limits if entry.size > limit)
        if not (group.asked or too_large or detectors or left_out):
            return None
        key = self._key(entry.path, version_of(entry, chart if group.asked else None), group, detectors)
        return Wish(entry.path, entry, group, detectors, key, too_large, left_out, chart=chart)

    def wish_in_passing(self, path: str, blob: str, commit: str) -> Wish | None:
        """What detectors want of a blob the head no longer holds."""
        detectors = tuple(detector for detector in self._detectors if detector.wants(path, -1))
        key = self._key(path, blob, NOBODY, detectors)
        return Wish(path, Entry(path, blob, -1), NOBODY, detectors, key, commit=commit) if detectors else None

    def _key(self, path: str, blob: str, group: Group, detectors: Sequence[BlobDetector]) -> str:
        """All that the facts depend on: the blob, and a digest of what is asked and what of its path may be looked at.

        Readers of files look at the name, whether it lies in a folder of Helm templates, and the first folder.
        """
        folder, _, name = path.rpartition("/")
        shape = f"{name}:{'/templates/' in f'/{folder.lower()}/'}:{folder.partition('/')[0]}" if group.asked else ""
        detected = tuple((one.name, class_of(one, path)) for one in detectors)
        asked = self._questions.get((group.digest, shape, detected))
        if asked is None:
            versions = [self._versions[one.name] for one in detectors]
            whole = f"{group.digest}:{shape}:{detected}:{versions}".encode(errors="surrogatepass")
            asked = self._questions[group.digest, shape, detected] = sha256(whole).hexdigest()[:24]
        return f"{blob}:{asked}"

    def _group(self, hits: frozenset[int], role: Role) -> Group:
        if (hits, role) not in self._groups:
            indices = {index for hit in hits for index in self._wanting[self._globs.globs[hit]]}
            wanted = (self._asked[index] for index in sorted(indices))
            self._groups[hits, role] = self._part(tuple(one for one in wanted if one.condition.scope.includes(role)))
        return self._groups[hits, role]

    def _part(self, asked: tuple[Asked, ...]) -> Group:
        names = tuple(one.name for one in asked)
        if names not in self._parts:
            self._parts[names] = Group(asked, self._prefilters)
        return self._parts[names]


def version_of(entry: Entry, chart: ChartFiles | None) -> str:
    """What the facts of a file depend on: its blob, and what its chart consists of."""
    return entry.blob if chart is None else f"{entry.blob}+{chart.digest}"


@lru_cache(maxsize=8)
def _plan(conditions: tuple[BlobCondition, ...], detectors: tuple[BlobDetector, ...]) -> Plan:
    return Plan(conditions, detectors)


def plan_of(conditions: Iterable[BlobCondition], detectors: Iterable[BlobDetector]) -> Plan:
    """The plan of these, made once in a process: its pattern sets take milliseconds to compile."""
    return _plan(tuple(conditions), tuple(detectors))


def class_of(detector: BlobDetector, path: str) -> str:
    """What a detector looks at of a path: the whole of it, unless it says less with `path_class`."""
    classify = getattr(detector, "path_class", None)
    return str(classify(path)) if callable(classify) else path


def limit_of(detector: BlobDetector) -> int | None:
    """The `size_limit` in bytes that a detector states, above which it leaves a blob out."""
    limit = getattr(detector, "size_limit", None)
    return limit if isinstance(limit, int) else None
