"""Which conditions and detectors want which blob, decided from paths and sizes alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.readiness.conditions.condition import BlobCondition
from app.readiness.conditions.keys import key_of
from app.readiness.detectors.detector import Detector
from app.readiness.globs import GlobSet
from app.readiness.paths import role_of
from app.readiness.patterns import PatternSet
from app.readiness.snapshot import Entry

ENGINE = "1"
"""Part of every cache key: raise it when the same question about the same blob may get another answer."""


def name_of(condition: BlobCondition) -> str:
    """A condition with the paths it looks at; the key alone is what a blob is asked."""
    return key_of(condition.key, condition.globs, condition.scope.value)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of the blob at one path, and the key its facts are cached under."""

    path: str
    entry: Entry
    conditions: tuple[tuple[str, BlobCondition], ...]
    detectors: tuple[Detector, ...]
    key: str
    too_large: tuple[tuple[str, BlobCondition], ...] = ()
    left_out: tuple[str, ...] = ()
    commit: str | None = None


class Plan:
    """Which conditions and detectors want which path."""

    def __init__(self, conditions: Iterable[BlobCondition], detectors: Sequence[Detector]) -> None:
        self.conditions = {name_of(condition): condition for condition in conditions}
        self.detectors = tuple(detectors)
        named = [(glob, name) for name, condition in self.conditions.items() for glob in condition.globs]
        self._globs = GlobSet(dict.fromkeys(glob for glob, _ in named))
        self._wanting: dict[str, list[str]] = {}
        for glob, name in named:
            self._wanting.setdefault(glob, []).append(name)
        self._filters: dict[tuple[str, ...], PatternSet] = {}

    def wish(self, entry: Entry) -> Wish | None:
        path, role = entry.path, role_of(entry.path)
        names = {name for index in self._globs.hits(path) for name in self._wanting[self._globs.globs[index]]}
        wanted = [(name, self.conditions[name]) for name in sorted(names) if self.conditions[name].scope.includes(role)]
        fitting = tuple(pair for pair in wanted if entry.size <= pair[1].limit)
        too_large = tuple(pair for pair in wanted if entry.size > pair[1].limit)
        detectors = tuple(detector for detector in self.detectors if detector.wants(path, entry.size))
        left_out = tuple(detector.name for detector in self.detectors if is_too_large(detector, entry.size))
        if not wanted and not detectors and not left_out:
            return None
        return Wish(
            path, entry, fitting, detectors, cache_key(path, entry.blob, fitting, detectors), too_large, left_out
        )

    def candidates(self, content: bytes, conditions: Sequence[BlobCondition]) -> Iterable[BlobCondition]:
        """The conditions of which a prefilter pattern occurs, or that have none: one pass for all."""
        patterns = tuple(sorted({pattern for condition in conditions for pattern in condition.prefilter}))
        if patterns not in self._filters:
            self._filters[patterns] = PatternSet(patterns)
        hit = {patterns[index] for index in self._filters[patterns].hits(content)}
        return [c for c in conditions if not c.prefilter or not hit.isdisjoint(c.prefilter)]


def cache_key(path: str, blob: str, wanted: Sequence[tuple[str, BlobCondition]], detectors: Sequence[Detector]) -> str:
    """Everything the facts depend on: the blob, what is asked of it and what of its path may be looked at."""
    folder, _, name = path.rpartition("/")
    detected = [(detector.name, detector.version, class_of(detector, path)) for detector in detectors]
    named = (name.lower(), "/templates/" in f"/{folder}/") if wanted else ()
    return f"{blob}:{key_of(ENGINE, [condition.key for _, condition in wanted], named, detected)}"


def class_of(detector: Detector, path: str) -> str:
    """What a detector looks at of a path: the whole of it, unless it says less with `path_class`."""
    classify = getattr(detector, "path_class", None)
    return str(classify(path)) if callable(classify) else path


def is_too_large(detector: Detector, size: int) -> bool:
    """Whether a detector that states a `size_limit` in bytes leaves a blob out because of it."""
    limit = getattr(detector, "size_limit", None)
    return isinstance(limit, int) and size > limit
