"""The scan cache of tests that need no disk."""

from collections.abc import Mapping, Sequence


class Cache:
    """A scan cache in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.trees: dict[str, bytes] = {}

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {key: self.kept[key] for key in keys if key in self.kept}

    def put(self, facts: Mapping[str, bytes]) -> None:
        self.kept.update(facts)

    def get_tree(self, plan: str) -> bytes | None:
        return self.trees.get(plan)

    def put_tree(self, plan: str, facts: bytes) -> None:
        self.trees[plan] = facts
