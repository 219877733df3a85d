"""The files of a report found in the repository: unmapped is better than wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.readiness.detectors.coverage.figures import count_lines
from app.readiness.detectors.coverage.model import FileCoverage, Report
from app.readiness.detectors.coverage.names import Parts, is_foreign, joined, parts_of
from app.readiness.detectors.coverage.tree_index import TreeIndex

Transform = tuple[Parts, Parts]
"""The folders to take from the front of a name, and those to put there."""
CLEAR = 1.5
"""How many times the votes of the next transform an ambiguous file asks for."""
FEW = 0.05
"""The part of the strongest transform's votes that another one needs which takes folders away."""
BARE_NAMES = 3
_STRONG = 8


@dataclass(slots=True)
class Mapped:
    """One report on a repository: coverage by path of the repository, and the names that were not found.

    lines and found_lines: of all files but those of packages and the system; stale: lines beyond the end of a file.
    """

    files: dict[str, FileCoverage] = field(default_factory=dict)
    unmapped: list[str] = field(default_factory=list)
    lines: int = 0
    found_lines: int = 0
    stale: int = 0

    @property
    def is_lost(self) -> bool:
        """Whether under half of the lines were found: then the report is about something else."""
        return self.lines > 0 and 2 * self.found_lines < self.lines


@dataclass(frozen=True, slots=True)
class Root:
    """A prefix that is known to stand for a folder: from a policy, a go.mod, or the folder the tests ran in."""

    prefix: Parts
    folder: Parts

    def place(self, parts: Parts) -> str | None:
        if parts[: len(self.prefix)] != self.prefix:
            return None
        return "/".join(self.folder + parts[len(self.prefix) :])


def fix(text: str) -> Root | None:
    """From `from::to` of a policy; None where there is no `::`."""
    before, mark, after = text.partition("::")
    return Root(parts_of(before), parts_of(after)) if mark else None


def map_report(report: Report, index: TreeIndex, sizes: Mapping[str, int], roots: Sequence[Root] = ()) -> Mapped:
    """sizes: of the files of the repository, in bytes, below 0 where unknown; roots: the first that fits wins."""
    found = _Search(report, index, roots).run()
    mapped = Mapped()
    for key, one in report.files.items():
        count = count_lines(one).total
        path = found.get(key)
        if path is None:
            mapped.unmapped.append(one.path)
            mapped.lines += 0 if is_foreign(one.path) else count
            continue
        mapped.lines += count
        mapped.found_lines += count
        kept = FileCoverage(path)
        kept.absorb(one)
        mapped.stale += _cut(kept, sizes.get(path, -1))
        if path in mapped.files:
            mapped.files[path].absorb(kept)
        else:
            mapped.files[path] = kept
    return mapped


def _cut(one: FileCoverage, size: int) -> int:
    """Takes lines away that a file of so many bytes cannot have; how many."""
    if size < 0 or len(one.states) <= size + 2:
        return 0
    before = count_lines(one).total
    one.states = one.states[: size + 2]
    return before - count_lines(one).total


class _Search:
    def __init__(self, report: Report, index: TreeIndex, roots: Sequence[Root]) -> None:
        self._index = index
        self._roots = roots
        self._names = {key: joined(report.sources, one.path) for key, one in report.files.items()}
        self._plain = {key: parts_of(one.path) for key, one in report.files.items()}
        self._hints = {key: frozenset(key.split("\0")[1:]) for key in report.files if report.format == "jacoco"}
        self._has_sources = len(report.sources) > 1
        self._report = report
        self._votes: Counter[Transform] = Counter()
        self._support: Counter[Transform] = Counter()
        self._strong: list[Transform] = []
        self._candidates: dict[str, list[tuple[Transform, str]]] = {}

    def run(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, names in self._names.items():
            known = self._by_root(names, self._plain[key])
            if known is not None:
                found[key] = known
            elif names[0] and not is_foreign(self._report.files[key].path):
                self._collect(key, names)
        searched = len(self._candidates)
        self._count_bare(searched)
        self._strong = [transform for transform, _ in self._votes.most_common(_STRONG)]
        for key in self._candidates:
            path = self._choose(key, searched)
            if path is not None:
                found[key] = path
        return found

    def _by_root(self, names: list[Parts], plain: Parts) -> str | None:
        for root in self._roots:
            for parts in (plain, *names):
                place = root.place(parts)
                if place in self._index.paths:
                    return place
        return None

    def _collect(self, key: str, names: list[Parts]) -> None:
        """The paths that end most like the names, and a vote for what leads from name to path."""
        best, kept = 0, list[tuple[Parts, Parts]]()
        for parts in names:
            shared, paths = self._index.longest(parts)
            if shared > best:
                best, kept = shared, []
            if shared and shared == best:
                kept += [(parts, path) for path in paths]
        candidates = [((parts[:-best], path[:-best]), "/".join(path)) for parts, path in kept]
        self._candidates[key] = self._hinted(key, candidates)
        self._support.update({transform for transform, _ in self._candidates[key]})
        is_bare = best == 1 and len(self._plain[key]) > 1
        is_exact = "/".join(self._plain[key]) in self._index.paths
        if not is_bare or is_exact:
            for transform in {transform for transform, _ in self._candidates[key]}:
                if best > 1 or not transform[1]:
                    self._votes[transform] += 1

    def _count_bare(self, searched: int) -> None:
        """Bare names are evidence where at least three of them, and half of the report, lie in one folder."""
        for transform, support in self._support.items():
            if not transform[0] and support >= max(BARE_NAMES, searched / 2):
                self._votes[transform] = max(self._votes[transform], support)

    def _hinted(self, key: str, candidates: list[tuple[Transform, str]]) -> list[tuple[Transform, str]]:
        """In a module of that name, where the report says which."""
        hints = self._hints.get(key)
        if not hints or len(candidates) < 2:  # noqa: PLR2004  (nothing to choose)
            return candidates
        return [one for one in candidates if hints & set(one[1].split("/"))] or candidates

    def _choose(self, key: str, searched: int) -> str | None:
        """The path whose transform has the votes; identity wins a draw."""
        strongest = max(self._votes.values(), default=0)
        standing = [
            (self._votes[transform], not transform[0] and not transform[1], path)
            for transform, path in self._known(key)
            if self._is_trusted(transform, strongest, searched)
        ]
        if not standing:
            return None
        standing.sort(reverse=True)
        first, *others = standing
        if self._has_sources and any(path != first[2] for _, _, path in others):
            # Both roots are real, so votes for one say nothing against the other.
            return None
        if others and others[0][2] != first[2] and first[0] < CLEAR * others[0][0] and not first[1]:
            return None
        return first[2]

    def _known(self, key: str) -> list[tuple[Transform, str]]:
        """Its own candidates, and where the strongest transforms would lead it."""
        candidates = list(self._candidates[key])
        for transform in self._strong:
            for parts in self._names[key]:
                path = Root(*transform).place(parts)
                if path in self._index.paths:
                    candidates.append((transform, path))
        return self._hinted(key, list(dict.fromkeys(candidates)))

    def _is_trusted(self, transform: Transform, strongest: int, searched: int) -> bool:
        """One that takes folders away needs a second file that it fits, be it one with a bare name, and some weight.

        One that also puts other folders there is measured by all files, found or not.
        """
        votes = self._votes[transform]
        if not votes:
            return False
        weight = searched if transform[1] else strongest
        return not transform[0] or (self._support[transform] >= min(2, searched) and votes >= FEW * weight)
