"""Which of many literals a text holds, asked all at once: with Hyperscan where it is installed, else with RE2; both answer the same."""

from collections.abc import Collection, Sequence
from importlib import import_module
from threading import local
from typing import Any, Protocol

import re2

from app.readiness.detectors.secrets.pack import latin1

Literal = tuple[bytes, bool]
"""The bytes, and whether letters of either case will do."""


class LiteralSet(Protocol):
    """Made once for all literals."""

    def present(self, content: bytes) -> Collection[int]:
        """The indexes of the literals that occur."""
        ...


class RE2Literals:
    """One RE2 set, which goes over the text once."""

    def __init__(self, literals: Sequence[Literal]) -> None:
        self._set = re2.Set.SearchSet(latin1())
        for text, is_any_case in literals:
            self._set.Add((b"(?i)" if is_any_case else b"") + re2.escape(text))
        self._set.Compile()

    def present(self, content: bytes) -> Collection[int]:
        return self._set.Match(content) or ()


class HyperscanLiterals:
    """One Hyperscan database of literals, and what a thread needs to ask it."""

    def __init__(self, literals: Sequence[Literal], engine: Any) -> None:
        self._engine = engine
        self._database = engine.Database(mode=engine.HS_MODE_BLOCK)
        once = engine.HS_FLAG_SINGLEMATCH
        flags = [once | (engine.HS_FLAG_CASELESS if is_any_case else 0) for _, is_any_case in literals]
        texts = [text for text, _ in literals]
        self._database.compile(expressions=texts, ids=list(range(len(texts))), flags=flags, literal=True)
        self._threads = local()

    def present(self, content: bytes) -> Collection[int]:
        found: list[int] = []
        scratch = getattr(self._threads, "scratch", None)
        if scratch is None:
            scratch = self._threads.scratch = self._engine.Scratch(self._database)
        self._database.scan(content, match_event_handler=lambda index, *_: found.append(index), scratch=scratch)
        return found


def literal_set(literals: Sequence[Literal]) -> LiteralSet:
    """The quickest that works here: a processor without the instructions of Hyperscan gets RE2."""
    try:
        return HyperscanLiterals(literals, import_module("hyperscan"))
    except Exception:  # not installed, or not for this processor: RE2 answers the same
        return RE2Literals(literals)
