"""The lines a change wrote, and how many of them tests ran."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath

from app.readiness.detectors.coverage.figures import Count
from app.readiness.detectors.coverage.model import MISS, NONE, PARTIAL, FileCoverage
from app.readiness.globs import matches_any
from app.readiness.paths import Role, role_of
from app.readiness.snapshot import Change, FileChange


@dataclass(frozen=True, slots=True)
class PatchFile:
    """What a change wrote in one file: lines of the head that hold code, and those among them that were missed."""

    path: str
    count: Count
    missed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Patch:
    """unmeasured: files the change wrote in a language that is measured, and that no report knows."""

    files: tuple[PatchFile, ...]
    unmeasured: tuple[str, ...] = ()

    @property
    def count(self) -> Count:
        return sum((one.count for one in self.files), Count())

    @property
    def missed(self) -> tuple[PatchFile, ...]:
        return tuple(one for one in self.files if one.missed)


def measure_patch(
    files: Mapping[str, FileCoverage], change: Change, *, partials_miss: bool = False, paths: tuple[str, ...] = ()
) -> Patch:
    """files: by path of the head. Lines that hold no code count for nothing; paths: as in `measure`."""
    measured: list[PatchFile] = []
    kinds = {_kind(path) for path in files}
    unmeasured = []
    for path, part in sorted(change.files.items()):
        one = files.get(path)
        if one is not None:
            measured.append(_measure(path, one, part, partials_miss=partials_miss))
        elif part.added and _kind(path) in kinds and _is_expected(path, paths):
            unmeasured.append(path)
    return Patch(tuple(one for one in measured if one.count.total), tuple(unmeasured))


def _is_expected(path: str, paths: tuple[str, ...]) -> bool:
    """Whether a report should know the file: tests and what others wrote are not measured."""
    return role_of(path) is Role.PRODUCT and (not paths or matches_any(paths, path))


def measure_part(patch: Patch, files: Mapping[str, FileCoverage]) -> Count:
    """The part of a change that lies in these files."""
    return sum((one.count for one in patch.files if one.path in files), Count())


def _measure(path: str, one: FileCoverage, part: FileChange, *, partials_miss: bool) -> PatchFile:
    states = one.final_states()
    covered, missed = 0, list[int]()
    for line in lines_in(part.added, len(states)):
        state = states[line]
        if state == MISS or (state == PARTIAL and partials_miss):
            missed.append(line)
        elif state != NONE:
            covered += 1
    return PatchFile(path, Count(covered, covered + len(missed)), tuple(missed))


def lines_in(ranges: Iterable[tuple[int, int]], end: int) -> Iterator[int]:
    """The lines of inclusive ranges, below `end`."""
    return chain.from_iterable(range(first, min(last + 1, end)) for first, last in ranges)


def _kind(path: str) -> str:
    name = PurePosixPath(path)
    return name.suffix or name.name


@dataclass(frozen=True, slots=True)
class Lost:
    """Lines of the head that tests ran before the change and do not run now, in code it did not touch."""

    path: str
    lines: tuple[int, ...]


def find_lost(base: Mapping[str, FileCoverage], head: Mapping[str, FileCoverage], change: Change) -> tuple[Lost, ...]:
    """base and head: by path of their own side."""
    before = {part.path: part.old_path for part in change.files.values()}
    found = []
    for path, after in sorted(head.items()):
        earlier = base.get(before.get(path, path))
        if earlier is None:
            continue
        pairs = _kept(change.files.get(path), len(earlier.states), len(after.states))
        lines = [new for old, new in pairs if earlier.states[old] >= PARTIAL and after.states[new] == MISS]
        if lines:
            found.append(Lost(path, tuple(lines)))
    return tuple(found)


def _kept(part: FileChange | None, old_end: int, new_end: int) -> Iterator[tuple[int, int]]:
    """Each line that the change left alone, as it is numbered before and after."""
    if part is None:
        return ((line, line) for line in range(1, min(old_end, new_end)))
    deleted, added = (set(lines_in(part.deleted, old_end)), set(lines_in(part.added, new_end)))
    old = (line for line in range(1, old_end) if line not in deleted)
    new = (line for line in range(1, new_end) if line not in added)
    return zip(old, new, strict=False)


def without_deleted(base: Mapping[str, FileCoverage], change: Change) -> dict[str, FileCoverage]:
    """The base as if the lines that the change took away had never been there, so that they make no drop."""
    parts = {part.old_path: part for part in change.files.values() if part.status != "added"}
    left: dict[str, FileCoverage] = {}
    for path, one in base.items():
        part = parts.get(path)
        if part is None:
            left[path] = one
        elif part.status != "deleted":
            kept = FileCoverage(path, bytearray(one.states), one.branches)
            for line in lines_in(part.deleted, len(kept.states)):
                kept.states[line] = NONE
            left[path] = kept
    return left
