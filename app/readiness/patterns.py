"""Regular expressions of rules and policies: RE2 only, so no text can make one slow."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import re2

MEMORY = (1 << 20, 8 << 20)
"""Bytes a pattern may use while it searches, and those of one that is too large for them."""
SET_MEMORY = 32 << 20
LENGTH = 8_000


class BadPattern(ValueError):
    """A pattern RE2 does not accept; the text says why."""


def _options(memory: int, *, case_sensitive: bool = True, captures: bool = True) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    options.case_sensitive = case_sensitive
    options.never_capture = not captures
    return options


@lru_cache(maxsize=8192)
def compile_pattern(pattern: str, *, captures: bool = True) -> Any:
    """A compiled pattern for bytes, `^` and `$` at lines; raises `BadPattern`.

    Without its captures it finds the same places, and faster: RE2 need not go over a match again.
    """
    if len(pattern) > LENGTH:
        raise BadPattern(f"longer than {LENGTH} characters")
    reason = ""
    for memory in MEMORY:
        try:
            return re2.compile("(?m)" + pattern, _options(memory, captures=captures))
        except (re2.error, UnicodeEncodeError) as error:
            reason = _reason(error)
    raise BadPattern(reason)


def _reason(error: Exception) -> str:
    text = error.args[0] if error.args else ""
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)


def matches(pattern: str, text: str | bytes) -> bool:
    """Whether the pattern occurs anywhere in the text."""
    content = text.encode(errors="replace") if isinstance(text, str) else text
    return compile_pattern(pattern, captures=False).search(content) is not None


def without_anchors(pattern: str) -> str:
    """A pattern that matches wherever this one does, and where its `^` and `$` would not let it."""
    if "[:" in pattern:
        return ""
    parts: list[str] = []
    position, is_class = 0, False
    while position < len(pattern):
        step = 2 if pattern[position] == "\\" else 1
        text = pattern[position : position + step]
        if is_class and text == "]" and not parts[-1].endswith(("[", "[^")):
            is_class = False
        elif not is_class and text in ("^", "$", "\\A", "\\z"):
            text = ""
        elif not is_class and text == "[":
            is_class = True
            text = "[^" if pattern.startswith("[^", position) else "["
            step = len(text)
        parts.append(text)
        position += step
    return "".join(parts)


_ASCII = {
    "w": "[0-9A-Za-z_]",
    "W": "[^0-9A-Za-z_]",
    "d": "[0-9]",
    "D": "[^0-9]",
    "s": r"[\t\n\f\r ]",
    "S": r"[^\t\n\f\r ]",
    "b": r"(?-u:\b)",
}
_ESCAPE = re2.compile(r"(?s)\\(.)")


def with_ascii_classes(pattern: str) -> str:
    """An RE2 pattern for an engine whose classes are those of Unicode, with the meaning it has in RE2.

    With Unicode's a pattern costs ten times as much to compile, and ast-grep compiles its patterns for each file.
    """
    return str(_ESCAPE.sub(lambda found: _ASCII.get(found.group(1), found.group(0)), pattern))


class PatternSet:
    """Many patterns, one pass: which of them occur in a text."""

    def __init__(self, patterns: Iterable[str], *, whole: bool = False, case_sensitive: bool = True) -> None:
        self.patterns: Sequence[str] = tuple(patterns)
        options = _options(SET_MEMORY, case_sensitive=case_sensitive)
        self._set = re2.Set.FullMatchSet(options) if whole else re2.Set.SearchSet(options)
        for pattern in self.patterns:
            self._set.Add(pattern if whole else "(?m)" + pattern)
        if self.patterns:
            self._set.Compile()

    def hits(self, content: bytes) -> frozenset[int]:
        """Indices into `patterns`."""
        return frozenset(self._set.Match(content) or ()) if self.patterns else frozenset()
