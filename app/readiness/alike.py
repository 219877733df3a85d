"""Equal sets kept as one: thousands of paths satisfy the same globs, and hundreds of groups need the same patterns."""

from typing import Generic, TypeVar

Member = TypeVar("Member")


class Alike(dict[frozenset[Member], frozenset[Member]], Generic[Member]):
    """The first of all sets that equal the one asked for."""

    def __missing__(self, members: frozenset[Member]) -> frozenset[Member]:
        return self.setdefault(members, members)
