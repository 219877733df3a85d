"""Which of many expressions occur in a text, asked all at once: with Hyperscan where it is installed, else with RE2."""

from collections.abc import Collection, Sequence
from importlib import import_module
from typing import Any, Protocol

import re2

from app.readiness.detectors.secrets.pack import latin1

_SET_MEMORY = 64 << 20


class ExpressionSet(Protocol):
    """Made once for all expressions; every kind of it gives the same answers."""

    def present(self, content: bytes) -> Collection[int]:
        """The indexes of the expressions that match somewhere."""
        ...


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
        return self._set.Match(content) or ()


class HyperscanSet:
    """One Hyperscan database, and scratch space: each call takes one and gives it back."""

    def __init__(self, expressions: Sequence[bytes], engine: Any) -> None:
        self._engine = engine
        self._database = engine.Database(mode=engine.HS_MODE_BLOCK)
        numbers = list(range(len(expressions)))
        flags = [engine.HS_FLAG_SINGLEMATCH] * len(numbers)
        self._database.compile(expressions=list(expressions), ids=numbers, flags=flags)
        self._spare: list[Any] = []

    def present(self, content: bytes) -> Collection[int]:
        found: list[int] = []
        try:
            scratch = self._spare.pop()
        except IndexError:
            scratch = self._engine.Scratch(self._database)
        self._database.scan(content, match_event_handler=lambda index, *_: found.append(index), scratch=scratch)
        self._spare.append(scratch)
        return found


def hyperscan_set(expressions: Sequence[bytes]) -> ExpressionSet | None:
    """None where Hyperscan is not installed, the processor is too old for it, or it refuses an expression."""
    try:
        return HyperscanSet(expressions, import_module("hyperscan"))
    except Exception:  # whatever keeps it from working here, RE2 gives the same answers
        return None


def expression_set(expressions: Sequence[bytes]) -> ExpressionSet:
    """The quickest that works here."""
    return hyperscan_set(expressions) or RE2Set(expressions)
