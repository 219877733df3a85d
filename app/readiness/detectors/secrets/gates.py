"""What must match somewhere before a format is looked for: wider than the format, and quicker to look for."""

import re2

from app.readiness.detectors.secrets.generic_shapes import GenericShape
from app.readiness.detectors.secrets.pack import Pattern

_LEAST = 6
_REPEAT = re2.compile(r"\{(\d+)(,\d*)?\}")


def gate_of(pattern: Pattern | GenericShape) -> bytes:
    """That of the form; the literals of a value beside its name; the format with long counted repeats cut to `{6,}`."""
    if isinstance(pattern, GenericShape):
        return pattern.gate
    if pattern.text.names:
        literals = b"|".join(map(re2.escape, pattern.literals))
        return (b"(?i)(?:%s)" if pattern.text.ignore_case else b"%s") % literals
    return _widened(pattern.text.format or pattern.text.regex).encode()


def _widened(expression: str) -> str:
    """The expression with `{32}` as `{6,}`: for a matcher of many expressions, counting far is what costs."""
    pieces, position = [], 0
    for repeat in _REPEAT.finditer(expression):
        least, more = int(repeat.group(1)), repeat.group(2)
        kept = repeat.group(0) if least <= _LEAST and not more else f"{{{min(least, _LEAST)},}}"
        pieces += [expression[position : repeat.start()], kept]
        position = repeat.end()
    return "".join([*pieces, expression[position:]])
