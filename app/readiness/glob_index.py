"""Globs by the folder and the name they ask for, so that a path costs a few look-ups however many globs there are.

A glob is taken apart at its last `/`, and what a folder or a name satisfies is worked out once. A glob that cannot be
taken apart exactly is left to RE2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import re2

from app.readiness.alike import Alike
from app.readiness.patterns import compile_pattern

ALTERNATIVES = 400
"""A glob whose braces stand for more than this is left to RE2."""

KEPT = 20_000
"""So many folders, and so many names, are remembered."""

# The signs that stand for wildcards while a glob is taken apart.
_FOLDERS, _MANY, _ONE = "\x01", "\x02", "\x03"
_CLASSES = tuple(chr(code) for code in range(0x10, 0x1A))
_REGEX = {_FOLDERS: "(?:[^\\n]*/)?", _MANY: "[^/\\n]*", _ONE: "[^/\\n]"}
_WILD_SIGNS = frozenset((_FOLDERS, _MANY, _ONE, *_CLASSES))
_WILD = str.maketrans(dict.fromkeys(_WILD_SIGNS, "\n"))
_IN_CLASS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


@dataclass(frozen=True, slots=True)
class Part:
    """What a folder, which ends with `/`, or a name must be like; classes: what the signs for `[…]` stand for."""

    text: str
    classes: tuple[str, ...] = ()

    def literals(self) -> list[str]:
        """What stands between the wildcards."""
        return self.text.translate(_WILD).split("\n")

    def is_name(self, name: str) -> bool:
        literals = self.text.split(_MANY)
        if _WILD_SIGNS & set("".join(literals)):
            return self._matches(name)
        first, *middle, last = literals
        position, end = len(first), len(name) - len(last)
        for literal in middle:
            position = name.find(literal, position, max(end, 0))
            if position < 0:
                return False
            position += len(literal)
        return name.startswith(first) and name.endswith(last) and position <= end

    def is_folder(self, folder: str) -> bool:
        pieces = self.text.split(_FOLDERS)
        if _WILD_SIGNS & set("".join(pieces)):
            return self._matches(folder)
        # Every piece is empty or ends with a `/`, and begins behind one.
        rooted = f"/{folder}"
        if len(pieces) == 1:
            return folder == self.text
        first, *middle, last = pieces
        position = len(first)
        for piece in middle:
            found = rooted.find(f"/{piece}", position)
            if found < 0:
                return False
            position = found + len(piece)
        return folder.startswith(first) and rooted.endswith(f"/{last}") and position <= len(folder) - len(last)

    def _matches(self, text: str) -> bool:
        return compile_pattern(_regex_of(self)).search(text.encode()) is not None


@lru_cache(maxsize=4096)
def _regex_of(part: Part) -> str:
    signs = _REGEX | dict(zip(_CLASSES, part.classes, strict=False))
    return "".join(("\\A", *(signs.get(sign) or re2.escape(sign) for sign in part.text), "\\z"))


def parts_of(regex: str) -> list[tuple[Part, Part]] | None:
    """The folders and names a glob asks for, as `to_regex` writes it; None for one that is left to RE2."""
    if not regex.isascii() or not regex.isprintable():
        return None
    signs = regex.replace("(?:[^\\n]*/)?", _FOLDERS).replace("[^\\n]*", _FOLDERS + _MANY)
    signs = signs.replace("[^/\\n]*", _MANY).replace("[^/\\n]", _ONE).replace("\\.", ".").replace("\\+", "+")
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
    braceless = alternatives(signs.lower().replace("(?:", "{").replace(")", "}"))
    found = [_taken_apart(text, tuple(classes)) for text in braceless] if braceless else [None]
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


def alternatives(text: str) -> list[str]:
    """The texts that braces stand for; empty when there are too many."""
    start = text.find("{")
    if start < 0:
        return [text]
    depth, position, bars = 1, start + 1, [start]
    while depth:
        sign = text[position]
        depth += (sign == "{") - (sign == "}")
        if (depth == 1 and sign == "|") or not depth:
            bars.append(position)
        position += 1
    rest = alternatives(text[position:])
    inner = [one for i in range(len(bars) - 1) for one in alternatives(text[bars[i] + 1 : bars[i + 1]])]
    if len(inner) * len(rest) > ALTERNATIVES:
        return []
    return [text[:start] + one + after for one in inner for after in rest]


class _Folders:
    """Which of many folder parts a folder satisfies; those with a folder's plain name in them are found by it."""

    def __init__(self) -> None:
        self._numbers: dict[Part, int] = {}
        self._named: dict[str, list[tuple[int, Part]]] = {}
        self._others: list[tuple[str, int, Part]] = []
        self._known: dict[str, frozenset[int]] = {}
        self._alike = Alike[int]()

    def add(self, part: Part) -> int:
        if part not in self._numbers:
            number = self._numbers[part] = len(self._numbers)
            steps = part.text.replace(_FOLDERS, "/").split("/")
            key = max((step for step in steps if not _WILD_SIGNS & set(step)), key=len)
            if key:
                self._named.setdefault(key, []).append((number, part))
            else:
                self._others.append((max(part.literals(), key=len), number, part))
        return self._numbers[part]

    def of(self, folder: str) -> frozenset[int]:
        """folder: in lower case, "" or with a `/` at its end."""
        known = self._known.get(folder)
        if known is None:
            _forget(self._known)
            candidates = [one for step in set(folder.split("/")) for one in self._named.get(step, ())]
            candidates += [(number, part) for needle, number, part in self._others if needle in folder]
            satisfied = frozenset(number for number, part in candidates if part.is_folder(folder))
            known = self._known[folder] = self._alike[satisfied]
        return known


class _Names:
    """Which of many name parts a name satisfies; plain ones and endings are found by look-up."""

    def __init__(self) -> None:
        self._numbers: dict[Part, int] = {}
        self._plain: dict[str, list[int]] = {}
        self._endings: dict[str, list[int]] = {}
        self._others: dict[str, list[tuple[str, int, Part]]] = {"": []}
        self._known: dict[str, frozenset[int]] = {}
        self._alike = Alike[int]()

    def add(self, part: Part) -> int:
        if part not in self._numbers:
            number = self._numbers[part] = len(self._numbers)
            literals = part.literals()
            if len(literals) == 1:
                self._plain.setdefault(part.text, []).append(number)
            elif part.text == f"{_MANY}{literals[1]}" and literals[1].startswith("."):
                self._endings.setdefault(literals[1], []).append(number)
            else:
                extension = _extension(literals[-1])
                literals[-1] = literals[-1].removesuffix(extension)
                self._others.setdefault(extension, []).append((max(literals, key=len), number, part))
        return self._numbers[part]

    def of(self, name: str) -> frozenset[int]:
        """name: in lower case."""
        known = self._known.get(name)
        if known is None:
            _forget(self._known)
            found = set(self._plain.get(name, ()))
            dot = name.find(".")
            while dot >= 0:
                found.update(self._endings.get(name[dot:], ()))
                dot = name.find(".", dot + 1)
            others = (*self._others[""], *self._others.get(_extension(name) or "", ()))
            found.update(number for needle, number, part in others if needle in name and part.is_name(name))
            known = self._known[name] = self._alike[frozenset(found)]
        return known


def _extension(name: str) -> str:
    """From the last dot on, "" without one."""
    return name[name.rfind(".") :] if "." in name else ""


def _forget(known: dict[str, frozenset[int]]) -> None:
    if len(known) >= KEPT:
        known.clear()


class GlobIndex:
    """Many globs, made ready once; `left` are the numbers of those that are left to RE2."""

    def __init__(self, regexes: Sequence[str]) -> None:
        self.left: list[int] = []
        self._folders, self._names = _Folders(), _Names()
        self._asking: dict[int, list[tuple[int, int]]] = {}
        self._joined: dict[tuple[frozenset[int], frozenset[int]], frozenset[int]] = {}
        self._alike = Alike[int]()
        for number, regex in enumerate(regexes):
            parts = parts_of(regex)
            if parts is None:
                self.left.append(number)
            for folder, name in parts or ():
                asked = (self._folders.add(folder), number)
                self._asking.setdefault(self._names.add(name), []).append(asked)

    def hits(self, path: str) -> frozenset[int]:
        """The numbers of the globs a path of printable ASCII satisfies, but for those left to RE2."""
        cut = path.rfind("/") + 1
        lowered = path.lower()
        together = self._folders.of(lowered[:cut]), self._names.of(lowered[cut:])
        joined = self._joined.get(together)
        if joined is None:
            folders, names = together
            asked = (one for name in names for one in self._asking[name])
            joined = self._alike[frozenset(number for folder, number in asked if folder in folders)]
            self._joined[together] = joined
        return joined
