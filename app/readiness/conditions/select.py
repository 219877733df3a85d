"""JSONPath (RFC 9535) without its regular expression functions, which would run in a backtracking engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.readiness.conditions.reading import Mistakes
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Location
from app.readiness.lazy import lazily
from app.readiness.patterns import matches

if TYPE_CHECKING:
    import jsonpath_rfc9535
else:
    jsonpath_rfc9535 = lazily("jsonpath_rfc9535")

FOUND = 20_000
DESCENTS = 2
LENGTH = 500
_FUNCTION = r"\b(match|search)\s*\("


@lru_cache(maxsize=2048)
def _compile(text: str) -> "jsonpath_rfc9535.JSONPathQuery":
    return jsonpath_rfc9535.compile(text)


@dataclass(frozen=True, slots=True)
class Selector:
    """A query; `$` stands for the value itself."""

    text: str = "$"

    def find(self, value: Any) -> Iterator[tuple[Any, Location]]:
        """The values it selects and where they lie; raises `Malformed` above 20,000."""
        if self.text == "$":
            yield value, ()
            return
        try:
            for count, node in enumerate(_compile(self.text).finditer(value)):
                if count == FOUND:
                    raise Malformed(f"more than {FOUND} values selected")
                yield node.value, tuple(node.location)
        except jsonpath_rfc9535.JSONPathError as error:
            raise Malformed(f"cannot be searched: {type(error).__name__}") from None


def read_selector(raw: Any, location: Location, mistakes: Mistakes) -> Selector:
    complaint = "" if mistakes.is_trusted and isinstance(raw, str) else _complaint(raw)
    if complaint:
        mistakes.add(location, complaint)
        return Selector()
    return Selector(raw)


def _complaint(raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) > LENGTH:
        return "'select' must be a JSONPath text"
    if matches(_FUNCTION, raw):
        return "match() and search() are not allowed in JSONPath here: use 're' in a test"
    if raw.count("..") > DESCENTS:
        return f"at most {DESCENTS} descents ('..') in one JSONPath"
    try:
        _compile(raw)
    except jsonpath_rfc9535.JSONPathError as error:
        return f"bad JSONPath: {str(error).splitlines()[0]}"
    return ""
