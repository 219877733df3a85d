"""The paths of a repository, found by how they end."""

from bisect import bisect_left
from collections.abc import Iterable

from app.readiness.detectors.coverage.names import Parts

MOST_CANDIDATES = 64


class TreeIndex:
    """Paths by their parts from the last to the first, in order: those that end alike stand together."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = frozenset(paths)
        self._keys = sorted(_key(tuple(path.split("/"))) for path in self.paths)

    def longest(self, parts: Parts) -> tuple[int, list[Parts]]:
        """How many parts at the end the best paths share with these, and those paths, 64 at most."""
        key = _key(parts)
        place = bisect_left(self._keys, key)
        shared = max((_shared(key, near) for near in self._keys[max(place - 1, 0) : place + 1]), default=0)
        if not shared:
            return 0, []
        ending = _key(parts[-shared:])
        first = bisect_left(self._keys, ending)
        found = []
        for near in self._keys[first : first + MOST_CANDIDATES]:
            if not near.startswith(ending):
                break
            found.append(tuple(reversed(near.split("\0")[:-1])))
        return shared, found


def _key(parts: Parts) -> str:
    return "".join(f"{part}\0" for part in reversed(parts))


def _shared(one: str, other: str) -> int:
    count = 0
    for mine, theirs in zip(one.split("\0")[:-1], other.split("\0")[:-1], strict=False):
        if mine != theirs:
            break
        count += 1
    return count
