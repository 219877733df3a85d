"""Path globs (`**`, `*`, `?`, `{a,b}`, `[ab]`) as RE2, matched many at a time and without regard to case."""

from collections.abc import Iterable
from functools import lru_cache

from app.readiness.glob_index import GlobIndex
from app.readiness.patterns import BadPattern, PatternSet, compile_pattern

LENGTH = 500
KEPT = 50_000
_ESCAPED = frozenset(".^$+()|\\]")
_SPECIAL = _ESCAPED | frozenset("*?[{},")


@lru_cache(maxsize=8192)
def to_regex(glob: str) -> str:
    """The RE2 text that matches whole paths; raises `BadPattern` for unbalanced braces or brackets.

    What RE2 itself refuses, such as `[z-a]`, is found by `check_glob`.
    """
    if not glob or len(glob) > LENGTH:
        raise BadPattern(f"a glob holds 1 to {LENGTH} characters")
    glob = glob.removeprefix("./").removeprefix("/")
    parts: list[str] = []
    depth = position = 0
    while position < len(glob):
        plain = position
        while plain < len(glob) and glob[plain] not in _SPECIAL:
            plain += 1
        if plain > position:
            parts.append(glob[position:plain])
            position = plain
            continue
        text, step = _token(glob, position, depth)
        depth += (glob[position] == "{") - (glob[position] == "}")
        if depth < 0:
            raise BadPattern("a '}' without its '{'")
        parts.append(text)
        position += step
    if depth:
        raise BadPattern("a '{' without its '}'")
    return "".join(parts) + ("[^\\n]*" if glob.endswith("/") else "")


def check_glob(glob: str) -> None:
    """Raises `BadPattern` for anything but a glob."""
    compile_pattern(to_regex(glob))


def _token(glob: str, position: int, depth: int) -> tuple[str, int]:
    """What the glob says at a position, and how many characters say it."""
    if glob.startswith("**/", position) and (position == 0 or glob[position - 1] in "/{,"):
        return "(?:[^\\n]*/)?", 3
    if glob.startswith("**", position):
        return "[^\\n]*", 2
    if glob[position] == "[":
        return _character_class(glob, position)
    simple = {"*": "[^/\\n]*", "?": "[^/\\n]", "{": "(?:", "}": ")"}
    if glob[position] == "," and depth:
        return "|", 1
    return simple.get(glob[position], _escape(glob[position])), 1


def _character_class(glob: str, position: int) -> tuple[str, int]:
    end = glob.find("]", position + 2)
    if end < 0:
        raise BadPattern("a '[' without its ']'")
    body = glob[position + 1 : end].replace("\\", "\\\\")
    return f"[{'^' + body[1:] if body[0] == '!' else body}]", end + 1 - position


def _escape(character: str) -> str:
    return "\\" + character if character in _ESCAPED else character


class GlobSet:
    """Which of many globs match a path; answers are kept, because a change is judged on two nearly equal trees."""

    def __init__(self, globs: Iterable[str]) -> None:
        self.globs = tuple(globs)
        self._regexes = [to_regex(glob) for glob in self.globs]
        self._index = GlobIndex(self._regexes)
        self._left = self._set_of(self._index.left)
        self._every: PatternSet | None = None
        self._known: dict[str, frozenset[int]] = {}

    def hits(self, path: str) -> frozenset[int]:
        """Indices into `globs`."""
        known = self._known.get(path)
        if known is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            known = self._known[path] = self._find(path)
        return known

    def _find(self, path: str) -> frozenset[int]:
        if path.isascii() and path.isprintable():
            hits = self._index.hits(path)
            left = self._left.hits(path.encode()) if self._index.left else ()
            return hits.union(self._index.left[one] for one in left) if left else hits
        if self._every is None:
            self._every = self._set_of(range(len(self.globs)))
        return self._every.hits(path.encode(errors="replace"))

    def _set_of(self, numbers: Iterable[int]) -> PatternSet:
        return PatternSet((self._regexes[number] for number in numbers), whole=True, case_sensitive=False)


@lru_cache(maxsize=256)
def glob_set(globs: tuple[str, ...]) -> GlobSet:
    """The set of these globs, built once in a process."""
    return GlobSet(globs)


def matches_any(globs: tuple[str, ...], path: str) -> bool:
    return bool(glob_set(globs).hits(path))
