"""Which of many expressions occur in a text, asked all at once: with Hyperscan where it is installed, else with RE2."""

from collections.abc import Collection, Sequence
from importlib import import_module
from typing import Any

import re2

from app.readiness.detectors.secrets.pack import latin1

_SET_MEMORY = 64 << 20


class RE2Set:
    """One automaton of RE2, which goes over the text once; expressions without counted repeats keep it small."""

    def __init__(self, expressions: Sequence[bytes]) -> None:
        options = latin1()
        options.max_mem = _SET_MEMORY
        self._set = re2.Set.SearchSet(options)
        for expression in expressions:
            self._set.Add(expression)
        self._set.Compile()

    def present(self, content: bytes) -> Collection[int]:
        """The indexes of the expressions that match somewhere."""
        return self._set.Match(content) or ()


class HyperscanSet:
    """One Hyperscan database. Of the first `once` expressions it tells whether they match, of the others where.

    `kept` is what `to_bytes` gave, of the same expressions. Raises whatever Hyperscan raises where it cannot work.
    """

    def __init__(self, expressions: Sequence[bytes], once: int, kept: bytes | None = None) -> None:
        self._engine: Any = import_module("hyperscan")
        if kept is None:
            numbers = list(range(len(expressions)))
            flags = [self._engine.HS_FLAG_SINGLEMATCH if number < once else 0 for number in numbers]
            self._database = self._engine.Database(mode=self._engine.HS_MODE_BLOCK)
            self._database.compile(expressions=list(expressions), ids=numbers, flags=flags)
        else:
            self._database = self._engine.loadb(kept, self._engine.HS_MODE_BLOCK)
        self._spare: list[Any] = []

    def to_bytes(self) -> bytes:
        return bytes(self._engine.dumpb(self._database))

    def ends(self, content: bytes) -> dict[int, list[int]]:
        """By index of each expression that matches: offsets behind its matches, in rising order."""
        found: dict[int, list[int]] = {}

        def note(index: int, start: int, end: int, flags: int, context: object) -> None:
            found.setdefault(index, []).append(end)

        try:
            scratch = self._spare.pop()
        except IndexError:
            scratch = self._engine.Scratch(self._database)
        self._database.scan(content, match_event_handler=note, scratch=scratch)
        self._spare.append(scratch)
        return found
