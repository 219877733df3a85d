"""Globs by the folder and the name they ask for, so that a path costs a few look-ups however many globs there are.

A glob is taken apart at its last `/`, and what a folder or a name satisfies is worked out once. A glob that cannot be
taken apart exactly is left to RE2.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from app.readiness.patterns import compile_pattern

ALTERNATIVES = 400
"""A glob whose braces stand for more than this is left to RE2."""

KEPT = 20_000
"""So many folders, and so many names, are remembered."""

# The signs that stand for wildcards while a glob is taken apart.
_FOLDERS, _MANY, _ONE = "\x01", "\x02", "\x03"
_CLASSES = tuple(chr(code) for code in range(0x10, 0x1A))
_REGEX = {_FOLDERS: "(?:[^\\n]*/)?", _MANY: "[^/\\n]*", _ONE: "[^/\\n]"}
_WILD = str.maketrans(dict.fromkeys((_FOLDERS, _MANY, _ONE, *_CLASSES), "\n"))
_IN_CLASS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


@dataclass(frozen=True, slots=True)
class Part:
    """What a folder, which ends with `/`, or a name must be like; classes: what the signs for `[…]` stand for."""

    text: str
    classes: tuple[str, ...] = ()

    def literals(self) -> list[str]:
        """What stands between the wildcards."""
        return self.text.translate(_WILD).split("\n")

    def matches(self, text: str) -> bool:
        regex = "".join(self._regex(sign) for sign in self.text)
        return compile_pattern(f"\\A{regex}\\z").search(text.encode()) is not None

    def _regex(self, sign: str) -> str:
        if sign in _CLASSES:
            return self.classes[_CLASSES.index(sign)]
        return _REGEX.get(sign) or (sign if sign.isalnum() else f"\\x{ord(sign):02x}")


def parts_of(regex: str) -> list[tuple[Part, Part]] | None:
    """The folders and names a glob asks for, as `to_regex` writes it; None for one that is left to RE2."""
    if not regex.isascii() or not regex.isprintable():
        return None
    signs = regex.replace("(?:[^\\n]*/)?", _FOLDERS).replace("[^\\n]*", _FOLDERS + _MANY)
    signs = signs.replace("[^/\\n]*", _MANY).replace("[^/\\n]", _ONE).replace("\\.", ".")
    classes: list[str] = []
    while "[" in signs:
        start = signs.index("[")
        end = signs.index("]", start + 2)
        if len(classes) == len(_CLASSES) or not _is_simple(signs[start : end + 1]):
            return None
        classes.append(f"(?i:{signs[start : end + 1]})")
        signs = signs[:start] + _CLASSES[len(classes) - 1] + signs[end + 1 :]
    if "\\" in signs:
        return None
    alternatives = _alternatives(signs.lower().replace("(?:", "{").replace(")", "}"))
    found = [_taken_apart(text, tuple(classes)) for text in alternatives] if alternatives else [None]
    known = [parts for parts in found if parts is not None]
    return known if len(known) == len(found) else None


def _is_simple(letters: str) -> bool:
    """Whether a `[…]` of a glob holds no `/` for certain."""
    return _IN_CLASS.issuperset(letters[1:-1]) and compile_pattern(letters).search(b"/") is None


def _taken_apart(text: str, classes: tuple[str, ...]) -> tuple[Part, Part] | None:
    cut = max(text.rfind("/"), text.rfind(_FOLDERS)) + 1
    folder, name = text[:cut], text[cut:]
    if any(before[-1:] not in ("", "/") for before in folder.split(_FOLDERS)[:-1]):
        return None
    return Part(folder, classes), Part(name, classes)


def _alternatives(text: str) -> list[str]:
    """The texts that braces stand for; empty when there are too many."""
    start = text.find("{")
    if start < 0:
        return [text]
    depth, position, bars = 1, start + 1, [start]
    while depth:
        sign = text[position]
        depth += (sign == "{") - (sign == "}")
        if depth == 1 and sign == "|" or not depth:
            bars.append(position)
        position += 1
    rest = _alternatives(text[position:])
    inner = [one for i in range(len(bars) - 1) for one in _alternatives(text[bars[i] + 1 : bars[i + 1]])]
    if len(inner) * len(rest) > ALTERNATIVES:
        return []
    return [text[:start] + one + after for one in inner for after in rest]


class _Parts:
    """Many parts of one kind, and which of them a text satisfies."""

    def __init__(self, candidates: "Callable[[_Parts, str], Iterator[int]]") -> None:
        self.numbers: dict[Part, int] = {}
